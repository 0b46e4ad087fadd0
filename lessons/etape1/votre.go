package etape1

import (
	"context"
	"io"
	"strings"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
)

// votreServeur: the reader's own server, and their browser.
func votreServeur(ctx context.Context, b *bench.Bench) {
	act.PresentOwn(ctx, b)
	f := act.Follow(ctx, b)
	defer f.Stop()
	if b.Alone() {
		browse(ctx, b, f)
	}
	act.EndOwn(b, act.WatchOwn(ctx, b, f), "vu")
}

// browse has the sheet's server read a request of labo's, where Python can.
func browse(ctx context.Context, b *bench.Bench, f *act.Following) {
	python, reason := act.PythonFor(ctx, b, "serveur.py")
	if reason != "" {
		b.Note(reason)
		return
	}
	b.Say("seul")
	server := act.Start(b, python, "serveur.py")
	defer server.End()
	act.AwaitListen(b, server)
	a := act.Connected(ctx, b)
	defer demo.Abort(a.Conn)
	act.Meet(b, f)
	const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
	_, err := io.WriteString(a.Conn, request)
	b.Must(err, "envoyer une demande")
	b.Event(evidence.Returned(evidence.Client, "GET / HTTP/1.1", "send", act.Handed(len(request))))
	act.Await(b, "l'affichage de la demande", func() bool { return strings.Contains(server.Out.String(), "GET / HTTP/1.1") })
}
