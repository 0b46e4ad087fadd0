package bench

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"labo/lessons/measured"
	"labo/probe"
)

// witness keeps who else touched the lesson's port since a scene began. It
// looks at the snapshots that the scene takes, and asks for none itself but at
// the scene's beginning, at its answers and when it fails: nothing more runs
// while labo measures itself.
type witness struct {
	port uint16
	whom func(ctx context.Context, pid int) (probe.Who, error)

	mu        sync.Mutex
	begun     bool                      // the scene has begun: what is new since came during it
	kin       map[int]bool              // processes, by pid: true is labo or what labo started
	clients   map[netip.AddrPort]string // the ends of foreign clients, and whose they are
	strangers []*stranger
}

// stranger is a program that is neither labo nor started by labo.
type stranger struct {
	name        string // "python3 (2867)"
	does        deed
	before      bool      // seen before the scene began
	first, last time.Time // of the snapshots that showed it
}

// deed is what a stranger does to the port, the gravest last.
type deed uint8

const (
	cites     deed = iota // its row cites the port and not the scene's address
	holds                 // a connection of the scene's address
	connects              // a client of it
	reserved              // bound, not listening
	listening             // it has the port
)

func newWitness(port uint16) *witness {
	return &witness{port: port, whom: probe.WhoIs, kin: map[int]bool{os.Getpid(): true}, clients: map[netip.AddrPort]string{}}
}

// begin says that the scene begins now.
func (w *witness) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
}

// sort returns the rows of s without those of strangers, which it keeps in
// mind. A row that nobody can be named for stays: it may be the scene's own.
func (w *witness) sort(ctx context.Context, s *probe.Snapshot) *probe.Snapshot {
	w.mu.Lock()
	defer w.mu.Unlock()
	foreign := make([]bool, len(s.Sockets))
	found := false
	for i := range s.Sockets { // those that have an owner, who tells of the other half
		row := &s.Sockets[i]
		own, known := w.whose(ctx, row)
		if !known {
			continue
		}
		client := row.Remote.Port() == w.port
		if own {
			if client {
				delete(w.clients, row.Local) // a port that was a stranger's may be ours next
			}
			continue
		}
		foreign[i], found = true, true
		name := measured.Owner(row.Owner, probe.Auto)
		w.meet(name, w.deed(row), s.TakenAt)
		if client {
			w.clients[row.Local] = name
		}
	}
	for i := range s.Sockets {
		row := &s.Sockets[i]
		client := row.Remote // of a row of the server's side, whoever holds it
		if row.Remote.Port() == w.port && len(row.Owner.Holders) == 0 {
			client = row.Local
		}
		if name, theirs := w.clients[client]; theirs && !foreign[i] {
			foreign[i], found = true, true
			w.meet(name, connects, s.TakenAt)
		}
	}
	if !found {
		return s
	}
	ours := *s
	ours.Sockets = nil
	for i := range s.Sockets {
		if !foreign[i] {
			ours.Sockets = append(ours.Sockets, s.Sockets[i])
		}
	}
	return &ours
}

// whose reports whether a row is held by labo or by what it started. It is not
// known of a row without an owner, or whose owner has ended since.
func (w *witness) whose(ctx context.Context, row *probe.Socket) (own, known bool) {
	for _, h := range row.Owner.Holders {
		kin, met := w.kin[h.PID]
		if !met {
			who, err := w.whom(ctx, h.PID)
			if err != nil {
				return false, false
			}
			kin = slices.ContainsFunc(who.Ancestors, func(a probe.Ancestor) bool { return w.kin[a.PID] })
			w.kin[h.PID] = kin
		}
		if kin {
			return true, true
		}
	}
	return false, len(row.Owner.Holders) > 0
}

// deed returns what a row of a stranger is to the address of the scene.
func (w *witness) deed(row *probe.Socket) deed {
	server := serverAddr(w.port)
	local := netip.AddrPortFrom(row.Local.Addr().Unmap(), row.Local.Port())
	ours := local == server || local.Port() == w.port && local.Addr().IsUnspecified()
	switch {
	case row.State == probe.Listen && ours:
		return listening
	case row.State == probe.Bound && ours:
		return reserved
	case row.Remote == server || netip.AddrPortFrom(row.Remote.Addr().Unmap(), row.Remote.Port()) == server:
		return connects
	case ours && row.Remote.IsValid():
		return holds
	}
	return cites
}

func (w *witness) meet(name string, does deed, at time.Time) {
	i := slices.IndexFunc(w.strangers, func(x *stranger) bool { return x.name == name })
	if i < 0 {
		i = len(w.strangers)
		w.strangers = append(w.strangers, &stranger{name: name, first: at, before: !w.begun})
	}
	x := w.strangers[i]
	x.does, x.last = max(x.does, does), at
}

// disturbed returns who touched the address of the scene, in words, "" for
// nobody seen: "python3 (2867) s'est connecté pendant la scène".
func (w *witness) disturbed() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	const most = 2
	var words []string
	more := 0
	for _, x := range w.strangers {
		switch {
		case x.does == cites:
		case len(words) == most:
			more++
		default:
			words = append(words, x.words(w.port))
		}
	}
	if more > 0 {
		words = append(words, fmt.Sprintf("%d de plus", more))
	}
	return strings.Join(words, ", ")
}

func (x *stranger) words(port uint16) string {
	switch {
	case x.does == listening:
		return fmt.Sprintf("%s écoute sur le port %d", x.name, port)
	case x.does == reserved:
		return fmt.Sprintf("%s a réservé le port %d", x.name, port)
	case x.does == holds:
		return fmt.Sprintf("%s a une connexion sur le port %d", x.name, port)
	case x.before:
		return fmt.Sprintf("%s était déjà connecté au port %d", x.name, port)
	}
	return x.name + " s'est connecté pendant la scène"
}

// aside names those whose rows were left out of a snapshot taken at that
// moment, "" for none.
func (w *witness) aside(at time.Time) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var names []string
	for _, x := range w.strangers {
		if !x.first.After(at) && !x.last.Before(at) {
			names = append(names, x.name)
		}
	}
	return strings.Join(names, ", ")
}

// Welcome says that others than labo are part of this scene: the reader's own
// programs, or their browser. Their rows count.
func (b *Bench) Welcome() { b.welcome = true }

// Ours returns a snapshot of the lesson's port without the rows of programs
// that are not of the scene.
func (b *Bench) Ours(s *probe.Snapshot) *probe.Snapshot {
	ours := b.witness.sort(b.ctx, s)
	if b.welcome {
		return s
	}
	return ours
}

// disturbed looks at the port once more and says who else touched it, "" where
// nobody was seen, or where all are welcome.
func (b *Bench) disturbed() string {
	if s, err := b.Look(b.ctx, b.Filter()); err == nil {
		b.witness.sort(b.ctx, s)
	}
	if b.welcome {
		return ""
	}
	return b.witness.disturbed()
}

// Undisturbed stops the scene where somebody else touched the lesson's port:
// what was measured may be their doing.
func (b *Bench) Undisturbed() {
	if b.disturbed() != "" {
		b.Stop(errDisturbed)
	}
}
