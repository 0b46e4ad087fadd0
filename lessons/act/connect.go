// Package act is what the scenes of several steps have programs do on the
// lesson's port, and the words for it.
package act

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"time"

	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// Bound returns a socket that has reserved the lesson's port.
func Bound(b *bench.Bench) *demo.Raw {
	r, err := demo.NewRaw()
	b.Must(err, "créer un socket")
	if err = r.Reuse(); err == nil {
		err = r.Bind(b.Server)
	}
	if err != nil {
		r.Close()
		b.Must(bench.CheckPort(b.Context(), b.Port), fmt.Sprintf("réserver le port %d", b.Port)) // says who has it
		b.Must(err, fmt.Sprintf("réserver le port %d", b.Port))
	}
	b.Event(evidence.Returned(evidence.Server, "bind "+b.Server.String(), "bind", fmt.Sprintf("port %d réservé", b.Port)))
	return r
}

// Connect has a client connect to the lesson's port and tells how it ended.
func Connect(ctx context.Context, b *bench.Bench) demo.Attempt {
	a := demo.Connect(ctx, b.Server, 2*time.Second)
	if a.Err != nil {
		b.Stop(ctx.Err())
	}
	e := evidence.Event{From: evidence.Client, To: evidence.Kernel, What: "connect " + b.Server.String(), Detail: Outcome(a), Source: "valeur rendue par connect()"}
	if a.Err == nil {
		e.Outcome = evidence.Worked
	} else {
		e.Outcome, e.Source = evidence.Failed, "errno de connect()"
	}
	b.Event(e)
	return a
}

// Outcome says how a connect() ended.
func Outcome(a demo.Attempt) string {
	in := " en " + text.Duration(a.Elapsed)
	switch {
	case a.Err == nil:
		return "réussie" + in
	case a.Refused():
		return "refusée" + in + " : " + fault.Errno(a.Err)
	case a.TimedOut():
		return "sans réponse après " + text.Duration(a.Elapsed)
	}
	return "échouée" + in + " : " + fault.Cause(a.Err)
}

// Holds reports whether pid owns a socket of the snapshot.
func Holds(s *probe.Snapshot, pid int) bool {
	for i := range s.Sockets {
		if s.Sockets[i].HeldBy(pid) {
			return true
		}
	}
	return false
}

// InState returns the sockets of a snapshot that are in one of the states.
func InState(s *probe.Snapshot, states ...probe.State) []probe.Socket {
	set := probe.NewStateSet(states...)
	var found []probe.Socket
	for _, sock := range s.Sockets {
		if set.Has(sock.State) {
			found = append(found, sock)
		}
	}
	return found
}

// Owned reports whether a process, or what we may not see, has each socket:
// none is left in the accept queue.
func Owned(sockets []probe.Socket) bool {
	for _, s := range sockets {
		if s.Owner.Kind == probe.OwnerKernel {
			return false
		}
	}
	return true
}

// Farewell says how a client learns that the server is gone.
func Farewell(n int, err error) string {
	switch {
	case err == io.EOF:
		return "rend 0 octet : l'autre a fermé (FIN)"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "n'a rien rendu en 2 s"
	case err != nil:
		return "échoue : " + fault.Cause(err)
	}
	return "rend " + text.Plural(n, "octet")
}

// Connected has a client connect to the lesson's port, which has to succeed.
// Abort its connection.
func Connected(ctx context.Context, b *bench.Bench) demo.Attempt {
	a := Connect(ctx, b)
	b.Must(a.Err, fmt.Sprintf("se connecter au port %d", b.Port))
	return a
}

// AddrPort returns one end of a connection of package net.
func AddrPort(a fmt.Stringer) netip.AddrPort {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// Received is the event of bytes that a program has read.
func Received(n int, data []byte) evidence.Event {
	return evidence.Read(evidence.Server, "rend "+text.Plural(n, "octet")+" : "+text.Visible(excerpt(string(data))), evidence.Worked)
}
