package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/trace"
	"labo/probe"
	"labo/probe/syscalls"
)

// subject is what labo looks at to find out what it sees: sockets of its own.
type subject struct {
	snap     *probe.Snapshot
	all      *probe.Snapshot // everybody's
	listener *probe.Socket   // with a connection that waits for accept(); nil: not seen
	near     *probe.Socket   // a connection with bytes that nobody has read
	waits    []probe.Wait
	traced   error
}

// unread is what one end has sent and the other has not read.
const unread = 5

// watch makes the sockets and looks at them.
func watch(ctx context.Context, self []string) (*subject, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		return nil, err
	}
	defer c.Close()
	a, err := l.Accept()
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if _, err := a.Write(make([]byte, unread)); err != nil {
		return nil, err
	}
	w := &subject{traced: traceable(ctx, self)}
	port := uint16(l.Addr().(*net.TCPAddr).Port)
	if w.snap, err = probe.Sockets(ctx, probe.Filter{Ports: []uint16{port}, Info: true, Foresee: true}); err != nil {
		return nil, err
	}
	if w.all, err = probe.Sockets(ctx, probe.Filter{}); err != nil {
		return nil, err
	}
	for i := range w.snap.Sockets {
		switch s := &w.snap.Sockets[i]; {
		case s.State == probe.Listen && s.Local.Port() == port:
			w.listener = s
		case s.State == probe.Established && s.Remote.Port() == port:
			w.near = s
		}
	}
	w.waits, _ = probe.Waits(ctx, os.Getpid(), nil)
	return w, nil
}

// traceable follows one short run of labo itself.
func traceable(ctx context.Context, self []string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	t, err := syscalls.Start(syscalls.Program{Path: self[0], Args: append(slices.Clone(self), "--version")},
		syscalls.Options{Handle: func(*syscalls.Event) {}})
	if err != nil {
		return err
	}
	_, err = t.Wait(ctx, time.Second)
	return err
}

// feature is one thing labo shows, where it can.
type feature struct {
	id, name string
	// on is how far it goes on each system, by runtime.GOOS, for an ordinary
	// user: what docs/systemes.md has. A test compares it with tried.
	on map[string]reach
	// tried says how far it goes here, and what would help.
	tried func(w *subject) (l Level, said, remedy string)
}

// reach is a cell of the table of systems.
type reach struct {
	level Level
	words string
}

var (
	whole = reach{Fine, "oui"}
	none  = reach{Lacking, "non"}
)

// yes and no are what most trials end with.
func yes(ok bool, lacking string) (Level, string, string) {
	if ok {
		return Fine, "oui", ""
	}
	return Lacking, lacking, ""
}

// features are in the order of a lesson's need.
var features = []feature{
	{"sockets", "sockets et états", map[string]reach{"linux": whole, "darwin": {Limited, "par lsof"}, "windows": whole},
		func(w *subject) (Level, string, string) {
			l, said, remedy := yes(w.near != nil && w.listener != nil, "non : labo n'a pas vu les siens")
			return l, said + ", par " + w.snap.Source.String(), remedy
		}},
	{"owner", "vos programmes", map[string]reach{"linux": whole, "darwin": whole, "windows": whole},
		func(w *subject) (Level, string, string) {
			return yes(w.near != nil && w.near.HeldBy(os.Getpid()), "non : labo ne s'est pas vu lui-même tenir un socket")
		}},
	{"others", "ceux des autres", map[string]reach{"linux": {Limited, "les siens ; tous avec sudo"}, "darwin": {Limited, "les siens ; tous avec sudo"}, "windows": whole},
		seesOthers},
	{"queues", "files et backlog", map[string]reach{"linux": whole, "darwin": none, "windows": none},
		func(w *subject) (Level, string, string) {
			return yes(w.near != nil && w.near.RecvQueue == probe.Known[uint32](unread), "non : cette source ne les donne pas")
		}},
	{"timers", "minuteries", map[string]reach{"linux": whole, "darwin": none, "windows": none},
		func(w *subject) (Level, string, string) {
			return yes(w.near != nil && w.near.Timer.Known, "non : cette source ne les donne pas")
		}},
	{"counters", "octets comptés", map[string]reach{"linux": whole, "darwin": none, "windows": none},
		func(w *subject) (Level, string, string) {
			return yes(w.near != nil && w.near.Info != nil && w.near.Info.Received.Known, "non : cette source ne les donne pas")
		}},
	{"bound", "ports réservés", map[string]reach{"linux": {Fine, "oui (Linux 6.8)"}, "darwin": none, "windows": none},
		func(w *subject) (Level, string, string) {
			return yes(w.snap.ShowsBound, "non : celui que labo vient de réserver n'est pas montré")
		}},
	{"waits", "attente des threads", map[string]reach{"linux": whole, "darwin": none, "windows": none},
		func(w *subject) (Level, string, string) {
			known := slices.ContainsFunc(w.waits, func(w probe.Wait) bool { return w.Call != "" })
			return yes(known, "non : ce système ne dit pas dans quel appel")
		}},
	{"calls", "appels système", map[string]reach{"linux": whole, "darwin": {Limited, "ceux que Python raconte"}, "windows": {Limited, "ceux que Python raconte"}},
		func(w *subject) (Level, string, string) {
			if w.traced == nil {
				return Fine, "oui, par le noyau", ""
			}
			if why, ok := errors.AsType[*syscalls.UnavailableError](w.traced); ok {
				return Limited, "ceux que Python raconte. " + strings.TrimSuffix(trace.WhyText(why), "."), ""
			}
			return Unknown, "l'essai n'a pas abouti : " + fault.Cause(w.traced), ""
		}},
}

// seesOthers says how many processes may not be looked into.
func seesOthers(w *subject) (Level, string, string) {
	for _, n := range w.all.Notes {
		switch n.Kind {
		case probe.NoteNoOwners:
			return Lacking, "les propriétaires n'ont pas pu être cherchés", ""
		case probe.NoteForbidden, probe.NoteAskedForbidden:
			return Limited, "pas tous", strings.Join(measured.Notes(&probe.Snapshot{Notes: []probe.Note{n}}), " ")
		}
	}
	return Fine, "oui", ""
}

// sight says what labo sees on this machine, feature by feature.
func sight(ctx context.Context, s Setting) []Finding {
	w, err := watch(ctx, s.Self)
	if err != nil {
		return []Finding{{ID: "sockets", Subject: features[0].name, Level: Lacking, Said: "l'essai n'a pas abouti : " + fault.Cause(err),
			Remedy: "Si vous êtes dans un conteneur ou un bac à sable, essayez en dehors."}}
	}
	all := make([]Finding, len(features))
	for i, f := range features {
		level, said, remedy := f.tried(w)
		all[i] = Finding{ID: f.id, Subject: f.name, Level: level, Said: said, Remedy: remedy}
	}
	return all
}

// Table returns the systems × features table of the documents, in Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| ce que labo montre | Linux | macOS | Windows |\n|---|---|---|---|\n")
	for _, f := range features {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.name, f.on["linux"].words, f.on["darwin"].words, f.on["windows"].words)
	}
	return b.String()
}
