package etape2

import (
	"context"
	"fmt"
	"io"
	"strings"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/check"
	"labo/lessons/demo"
	"labo/lessons/text"
)

// aVous: the reader's own programs, live.
func aVous(ctx context.Context, b *bench.Bench) {
	act.PresentOwn(ctx, b)
	p := b.Predict("prediction")
	f := act.Follow(ctx, b)
	defer f.Stop()
	if b.Alone() {
		playBoth(ctx, b, f)
	}
	whole := act.WatchOwn(ctx, b, f)
	if f.Full != nil {
		act.Peak(b, f.Full)
	}
	if !whole {
		p.Leave("la conversation n'est pas allée à son terme")
		act.EndOwn(b, whole, "vu")
		return
	}
	options := map[int]string{1: "une", 2: "deux", 3: "trois"}
	measured := text.Plural(f.Rows, "ligne") + " au plus, à raison d'un regard toutes les " + text.Duration(act.FollowInterval)
	p.Settle(options[f.Rows], measured)
	seen := "vu"
	if b.Alone() { // what was seen is not the reader's
		seen = "vu-seul"
	}
	act.EndOwn(b, whole, seen)
}

// playBoth plays the reader's part: the sheet's server and client in processes
// of their own, or labo's where Python cannot. It returns when both have ended.
func playBoth(ctx context.Context, b *bench.Bench, f *act.Following) {
	python, reason := act.PythonFor(ctx, b, "serveur.py")
	if reason != "" {
		b.Set("raison", reason)
		b.Say("seul-en-go")
		playInGo(ctx, b, f)
		return
	}
	b.Say("seul")
	playInPython(b, python, f)
}

// playInPython has serveur.py and client.py talk.
func playInPython(b *bench.Bench, python check.Python, f *act.Following) {
	server := act.Start(b, python, "serveur.py")
	defer server.End()
	act.AwaitListen(b, server)
	client := act.Start(b, python, "client.py")
	defer client.End()
	client.Type("bonjour")
	act.Await(b, "l'arrivée du message", func() bool { return strings.Contains(server.Out.String(), "bonjour") })
	act.Meet(b, f)
	client.Type("exit")
	act.Await(b, "la fin des deux programmes", func() bool {
		_, one := server.Ended()
		_, two := client.Ended()
		return one && two
	})
}

// playInGo has labo's own server, in a process of its own, and labo's client
// talk.
func playInGo(ctx context.Context, b *bench.Bench, f *act.Following) {
	server, err := demo.StartChild(ctx, b.Self, "serveur", fmt.Sprint(b.Port))
	b.Must(err, "lancer un serveur dans un autre processus")
	defer server.Kill()
	keys, typing := io.Pipe()
	ctx, cancel := context.WithCancel(ctx)
	connected := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		client := chat.Client{Port: b.Port, In: keys, OnEvent: func(e chat.Event) {
			if e.Kind == chat.Connected {
				close(connected)
			}
		}}
		_, err := client.Run(ctx)
		ended <- err
	}()
	defer func() { cancel(); typing.Close() }()
	select {
	case <-connected:
	case err := <-ended:
		b.Must(err, "se connecter")
	}
	io.WriteString(typing, "bonjour\n")
	act.Meet(b, f)
	io.WriteString(typing, "exit\n")
	b.Must(<-ended, "finir la conversation")
	b.Note("les deux programmes ont fini")
}
