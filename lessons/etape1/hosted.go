package etape1

import (
	"context"
	"fmt"
	"strings"

	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/text"
)

// hosted is the sheet's server, running in this process on the lesson's port.
type hosted struct {
	events chan chat.Event // what it does, as it does it
	cancel context.CancelFunc
	ended  chan struct{}
}

// serve starts the sheet's server and returns once it listens. Stop it.
func serve(ctx context.Context, b *bench.Bench) *hosted {
	ctx, cancel := context.WithCancel(ctx)
	s := &hosted{events: make(chan chat.Event, 64), cancel: cancel, ended: make(chan struct{})}
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
func (s *hosted) stop() {
	s.cancel()
	<-s.ended
}

// next returns the next event of that kind, passing over the others.
func (s *hosted) next(b *bench.Bench, kind chat.EventKind) chat.Event {
	for {
		select {
		case e := <-s.events:
			if e.Kind == kind {
				return e
			}
		case <-s.ended:
			b.Fail("le serveur s'est arrêté trop tôt")
		case <-b.Context().Done():
			b.Stop(b.Context().Err())
		}
	}
}

// firstLine returns the first line of a text from the network, made visible.
func firstLine(data []byte) string {
	line, _, _ := strings.Cut(string(data), "\n")
	return text.Visible(strings.TrimRight(line, "\r"))
}
