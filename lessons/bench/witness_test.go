package bench

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"testing"
	"time"

	"labo/probe"
)

const testPort = 12345

// rows of a port, as the probe shows them.
func row(state probe.State, local, remote string, pid int, name string) probe.Socket {
	s := probe.Socket{State: state, Local: netip.MustParseAddrPort(local), Owner: probe.Owner{Kind: probe.OwnerKernel}}
	if remote != "" {
		s.Remote = netip.MustParseAddrPort(remote)
	}
	if pid != 0 {
		s.Owner = probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: pid, Name: name}}}
	}
	return s
}

const (
	server    = "127.0.0.1:12345"
	child     = 101 // started by labo
	grand     = 102 // and by that child
	stranger1 = 2867
	ended     = 404 // nobody can say any more who started it
)

// watching returns a witness that knows these processes.
func watching() *witness {
	w := newWitness(testPort)
	self := os.Getpid()
	w.whom = func(_ context.Context, pid int) (probe.Who, error) {
		switch pid {
		case child:
			return probe.Who{Ancestors: []probe.Ancestor{{PID: self}, {PID: 1}}}, nil
		case grand:
			return probe.Who{Ancestors: []probe.Ancestor{{PID: child}, {PID: self}, {PID: 1}}}, nil
		case ended:
			return probe.Who{}, errors.New("no such process")
		}
		return probe.Who{Ancestors: []probe.Ancestor{{PID: 900}, {PID: 1}}}, nil
	}
	return w
}

var (
	listens    = row(probe.Listen, server, "", os.Getpid(), "labo")
	ownClient  = row(probe.Established, "127.0.0.1:40000", server, child, "labo")
	ownHalf    = row(probe.Established, server, "127.0.0.1:40000", 0, "")
	grandchild = row(probe.Established, "127.0.0.1:40001", server, grand, "python3")
	guest      = row(probe.Established, "127.0.0.1:50000", server, stranger1, "python3")
	guestQueue = row(probe.Established, server, "127.0.0.1:50000", 0, "")
	guestTaken = row(probe.CloseWait, server, "127.0.0.1:50000", os.Getpid(), "labo")
	guestGone  = row(probe.TimeWait, "127.0.0.1:50000", server, 0, "")
	unknown    = row(probe.Established, "127.0.0.1:60000", server, ended, "nc")
	elsewhere  = row(probe.Established, "10.0.0.5:50001", "93.184.216.34:12345", stranger1, "python3")
	taker      = row(probe.Listen, "0.0.0.0:12345", "", stranger1, "python3")
	reserver   = row(probe.Bound, server, "", stranger1, "python3")
	accepted   = row(probe.Established, server, "127.0.0.1:40000", stranger1, "python3")
)

// Each row is the scene's own or a stranger's by what was measured of it; of a
// row that nothing is known of, nothing is said, and it stays.
func TestWitnessTellsStrangersFromOurs(t *testing.T) {
	for name, tc := range map[string]struct {
		before, during []probe.Socket
		kept           int
		said           string
	}{
		"labo and what it started":       {nil, []probe.Socket{listens, ownClient, ownHalf, grandchild}, 4, ""},
		"a client":                       {nil, []probe.Socket{listens, guest, guestQueue}, 1, "python3 (2867) s'est connecté pendant la scène"},
		"a client that labo accepted":    {nil, []probe.Socket{listens, guest, guestTaken}, 1, "python3 (2867) s'est connecté pendant la scène"},
		"a client beside ours":           {nil, []probe.Socket{listens, ownClient, ownHalf, guest, guestQueue}, 3, "python3 (2867) s'est connecté pendant la scène"},
		"a client that was there before": {[]probe.Socket{guest}, []probe.Socket{guest}, 0, "python3 (2867) était déjà connecté au port 12345"},
		"one that has ended":             {nil, []probe.Socket{listens, unknown}, 2, ""},
		"who cannot be seen":             {nil, []probe.Socket{guestQueue, guestGone}, 2, ""},
		"another machine's port":         {nil, []probe.Socket{elsewhere, listens}, 1, ""},
		"a listener":                     {nil, []probe.Socket{taker}, 0, "python3 (2867) écoute sur le port 12345"},
		"a listener and client":          {nil, []probe.Socket{taker, guest}, 0, "python3 (2867) écoute sur le port 12345"},
		"a reservation":                  {nil, []probe.Socket{reserver}, 0, "python3 (2867) a réservé le port 12345"},
		"who accepted our client":        {nil, []probe.Socket{accepted, ownClient}, 1, "python3 (2867) a une connexion sur le port 12345"},
	} {
		w := watching()
		w.sort(t.Context(), &probe.Snapshot{Sockets: tc.before, TakenAt: time.Unix(1, 0)})
		w.begin()
		s := &probe.Snapshot{Sockets: tc.during, TakenAt: time.Unix(2, 0)}
		ours := w.sort(t.Context(), s)
		if len(ours.Sockets) != tc.kept || w.disturbed() != tc.said {
			t.Errorf("%s: %d rows kept of %d, %q", name, len(ours.Sockets), len(tc.during), w.disturbed())
		}
		if aside := w.aside(s.TakenAt); (aside != "") != (tc.kept < len(tc.during)) {
			t.Errorf("%s: left aside: %q", name, aside)
		}
	}
}

// What a stranger leaves behind stays a stranger's, until its port is ours.
func TestWitnessRemembersConnections(t *testing.T) {
	w := watching()
	w.begin()
	w.sort(t.Context(), &probe.Snapshot{Sockets: []probe.Socket{guest, guestQueue}})
	if left := w.sort(t.Context(), &probe.Snapshot{Sockets: []probe.Socket{listens, guestTaken, guestGone}}); len(left.Sockets) != 1 {
		t.Errorf("after its end: %+v", left.Sockets)
	}
	reused := row(probe.Established, "127.0.0.1:50000", server, child, "labo")
	if left := w.sort(t.Context(), &probe.Snapshot{Sockets: []probe.Socket{listens, reused, guestQueue}}); len(left.Sockets) != 3 {
		t.Errorf("once the port is ours: %+v", left.Sockets)
	}
}

// Many strangers take no more than a line.
func TestWitnessNamesAFew(t *testing.T) {
	w := watching()
	w.begin()
	var rows []probe.Socket
	for i := range 5 {
		rows = append(rows, row(probe.Established, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(50000+i)).String(), server, 3000+i, "nc"))
	}
	w.sort(t.Context(), &probe.Snapshot{Sockets: rows})
	want := "nc (3000) s'est connecté pendant la scène, nc (3001) s'est connecté pendant la scène, 3 de plus"
	if got := w.disturbed(); got != want {
		t.Errorf("%q", got)
	}
}
