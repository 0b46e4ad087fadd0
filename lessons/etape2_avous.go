package lessons

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"labo/lessons/chat"
	"labo/lessons/check"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
)

// ownPatience is how long labo waits for the reader's own programs. The reader
// can go on sooner.
const ownPatience = 20 * time.Minute

// aVous: the reader's own programs, live.
func aVous(ctx context.Context, b *Bench) {
	b.presentOwn(ctx)
	p := b.Predict("prediction")
	f := b.follow(ctx)
	defer f.stop()
	if b.Alone() {
		b.playBoth(ctx, f)
	}
	whole := b.watchOwn(f)
	if f.full != nil {
		b.Peak(f.full)
	}
	if !whole {
		p.Leave("labo n'a pas vu de conversation entière")
		b.end(whole)
		return
	}
	options := map[int]string{1: "une", 2: "deux", 3: "trois"}
	measured := text.Plural(f.rows, "ligne") + " au plus, à raison d'un regard toutes les " + text.Duration(followInterval)
	p.Settle(options[f.rows], measured)
	b.end(whole)
}

// presentOwn says what to start, by the name that Python has on this machine,
// or what to take in its place.
func (b *Bench) presentOwn(ctx context.Context) {
	python, ok := b.python(ctx)
	if !ok {
		python.Command = "python"
	}
	b.Set("python", python.Command)
	b.Say("")
	if !ok && !b.Alone() {
		b.Say("sans-python")
	}
}

// watchOwn shows what is seen until the conversation is over or the reader
// goes on, and reports whether it was seen to its end.
func (b *Bench) watchOwn(f *following) bool {
	limit := ownPatience
	if b.Alone() {
		limit = 5 * time.Second
	}
	if left, held := b.heldByKernel(b.Sockets()); held && left > 0 && !b.Alone() {
		b.Set("reste", text.Left(left))
		b.Say("port-retenu")
	}
	if b.Port != chat.DefaultPort && !b.Alone() {
		b.Say("autre-port")
	}
	whole := b.Watch("Le port, en direct", "labo regarde vos programmes. Entrée pour passer à la suite.", f.done, f.events, limit)
	f.stop()
	return whole
}

// end says the words for what was seen.
func (b *Bench) end(whole bool) {
	apart := b.Has("vu-seul") // what was seen is not the reader's
	switch {
	case whole && b.Alone() && apart:
		b.Explain("vu-seul")
		return
	case whole:
		b.Explain("vu")
		return
	}
	b.Say("pas-vu")
	b.Pause() // the scene is not done
}

// playBoth plays the reader's part: the sheet's server and client in processes
// of their own, or labo's where Python cannot. It returns when both have ended.
func (b *Bench) playBoth(ctx context.Context, f *following) {
	python, reason := b.runner(ctx, "serveur.py")
	if reason != "" {
		b.Set("raison", reason)
		b.Say("seul-en-go")
		b.playInGo(ctx, f)
		return
	}
	b.Say("seul")
	b.playInPython(python, f)
}

// playInPython has serveur.py and client.py talk.
func (b *Bench) playInPython(python check.Python, f *following) {
	server := b.run(python, "serveur.py")
	defer server.end()
	b.listens(server)
	client := b.run(python, "client.py")
	defer client.end()
	client.Type("bonjour")
	b.await("l'arrivée du message", func() bool { return strings.Contains(server.Out.String(), "bonjour") })
	b.meet(f)
	client.Type("exit")
	b.await("la fin des deux programmes", func() bool {
		_, one := server.Ended()
		_, two := client.Ended()
		return one && two
	})
}

// playInGo has labo's own server, in a process of its own, and labo's client
// talk.
func (b *Bench) playInGo(ctx context.Context, f *following) {
	server, err := demo.StartChild(ctx, b.Self, "serveur", fmt.Sprint(b.Port))
	b.Must(err, "lancer un serveur dans un autre processus")
	defer server.Kill()
	keys, typing := io.Pipe()
	ctx, cancel := context.WithCancel(ctx)
	connected := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		client := chat.Client{Port: uint16(b.Port), In: keys, OnEvent: func(e chat.Event) {
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
	b.meet(f)
	io.WriteString(typing, "exit\n")
	b.Must(<-ended, "finir la conversation")
	b.Event(evidence.Event{What: "les deux programmes ont fini"})
}
