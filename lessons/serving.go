package lessons

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
)

// serving is the sheet's server, running in this process on the lesson's port.
type serving struct {
	events chan chat.Event // what it does, as it does it
	cancel context.CancelFunc
	ended  chan struct{}
}

// serve starts the sheet's server and returns once it listens. Stop it.
func (b *Bench) serve(ctx context.Context) *serving {
	ctx, cancel := context.WithCancel(ctx)
	s := &serving{events: make(chan chat.Event, 64), cancel: cancel, ended: make(chan struct{})}
	server := chat.Server{
		Host: b.Server.Addr().String(), Port: b.Server.Port(),
		OnEvent: func(e chat.Event) {
			select {
			case s.events <- e:
			case <-ctx.Done(): // nobody listens any more
			}
		},
	}
	var failed error
	go func() {
		defer close(s.ended)
		_, failed = server.Run(ctx)
	}()
	select {
	case e := <-s.events:
		if e.Kind == chat.Listening {
			return s
		}
		<-s.ended
	case <-s.ended:
	}
	cancel()
	b.Must(failed, fmt.Sprintf("écouter sur le port %d", b.Port))
	return s
}

// stop ends the server and waits until its sockets are closed.
func (s *serving) stop() {
	s.cancel()
	<-s.ended
}

// next returns the next event of that kind, passing over the others.
func (s *serving) next(b *Bench, kind chat.EventKind) chat.Event {
	for {
		select {
		case e := <-s.events:
			if e.Kind == kind {
				return e
			}
		case <-s.ended:
			b.Stop(fmt.Errorf("le serveur s'est arrêté avant l'événement attendu (%v)", kind))
		case <-b.Context().Done():
			b.Stop(b.Context().Err())
		}
	}
}

// connected has a client connect to the lesson's port, which has to succeed.
// Abort its connection.
func (b *Bench) connected(ctx context.Context) demo.Attempt {
	a := b.connect(ctx)
	b.Must(a.Err, fmt.Sprintf("se connecter au port %d", b.Port))
	return a
}

// addrPort returns one end of a connection of package net.
func addrPort(a fmt.Stringer) netip.AddrPort {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// received is the event of bytes that a program has read.
func received(n int, data []byte) evidence.Event {
	return evidence.Event{
		From: evidence.Kernel, To: evidence.Server, What: "recv", Outcome: evidence.Worked,
		Detail: "rend " + text.Plural(n, "octet") + " : " + text.Visible(quoted(string(data))),
		Source: "valeur rendue par recv()",
	}
}

// firstLine returns the first line of a text from the network, made visible.
func firstLine(data []byte) string {
	line, _, _ := strings.Cut(string(data), "\n")
	return text.Visible(strings.TrimRight(line, "\r"))
}
