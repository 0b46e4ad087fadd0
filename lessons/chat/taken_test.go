package chat

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"labo/lessons/text"
	"labo/probe"
	"labo/probe/probetest"
)

func TestPortTakenByAProcess(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := addrPort(l.Addr()).Port()
	r := serve(t, Server{Port: port})
	r.endsWith(Failed)
	e, ok := errors.AsType[*PortTakenError](r.err)
	if !ok {
		t.Fatalf("error %v", r.err)
	}
	if s := inTheWay(e); e.Port != port || s.State != probe.Listen || s.Owner.Kind != probe.OwnerProcess ||
		s.Owner.Holders[0].PID != os.Getpid() || probe.ErrnoName(e) != "EADDRINUSE" {
		t.Errorf("error %+v", e)
	}
	if e.Free == port || e.Free == 0 {
		t.Errorf("proposes port %d", e.Free)
	}
	if len(r.events) > 0 {
		t.Errorf("event %v", (<-r.events).Kind)
	}
}

// TestPortInTimeWait is FACTS "Port and restart": the server that closes first
// leaves TIME-WAIT on its own port, and without SO_REUSEADDR on both
// generations nobody can listen there.
func TestPortInTimeWait(t *testing.T) {
	if runtime.GOOS == "windows" {
		probetest.Elsewhere(t, "Windows lets a port be taken again while it is in TIME-WAIT")
	}
	r := serve(t, Server{WithoutReuseAddr: true})
	conn := r.dialServer()
	port := portNumber(conn.RemoteAddr())
	r.hears(conn, "exit")
	r.endsWith(ByExit)
	conn.Close()
	awaitState(t, port, probe.TimeWait)

	again := serve(t, Server{Port: port})
	again.endsWith(Failed)
	e, ok := errors.AsType[*PortTakenError](again.err)
	if s := inTheWay(e); !ok || s.State != probe.TimeWait || s.Owner.Kind != probe.OwnerKernel {
		t.Fatalf("error %+v", again.err)
	}
	left := e.Verdict.Until
	if left.Known && (left.Value <= 0 || left.Value > 5*time.Minute) {
		t.Errorf("%v remain", left.Value)
	}
	if runtime.GOOS == "linux" && !left.Known {
		t.Error("the remaining time is unknown")
	}
}

// inTheWay returns the socket that an error names.
func inTheWay(e *PortTakenError) probe.Socket {
	if e == nil || e.Verdict.Outcome != probe.Refused || e.Verdict.Because[0].Socket == nil {
		return probe.Socket{}
	}
	return *e.Verdict.Because[0].Socket
}

// TestRestartAfterTimeWait holds the default: as Go sets SO_REUSEADDR, labo can
// be restarted at once.
func TestRestartAfterTimeWait(t *testing.T) {
	r := serve(t, Server{})
	conn := r.dialServer()
	port := portNumber(conn.RemoteAddr())
	r.hears(conn, "exit")
	r.endsWith(ByExit)
	conn.Close()
	awaitState(t, port, probe.TimeWait)
	again := serve(t, Server{Port: port})
	again.await(Listening)
}

// awaitState waits until a socket with this local port is in the state.
func awaitState(t *testing.T, port uint16, state probe.State) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	defer cancel()
	for {
		snap, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{port}, States: probe.NewStateSet(state)})
		if err != nil {
			t.Fatalf("port %d never reached %v: %v", port, state, err)
		}
		for _, s := range snap.Sockets {
			if s.Local.Port() == port {
				return
			}
		}
	}
}

func portNumber(a net.Addr) uint16 { return addrPort(a).Port() }

func TestBlameFindsTheSocketInTheWay(t *testing.T) {
	process := probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 42, Name: "python3"}}}
	kernel := probe.Owner{Kind: probe.OwnerKernel}
	sock := func(state probe.State, local, remote string, o probe.Owner) probe.Socket {
		s := probe.Socket{State: state, Local: netip.MustParseAddrPort(local), Owner: o}
		if remote != "" {
			s.Remote = netip.MustParseAddrPort(remote)
		}
		return s
	}
	waiting := func(local string, left time.Duration) probe.Socket {
		s := sock(probe.TimeWait, local, "127.0.0.1:50000", kernel)
		s.Timer = probe.Known(probe.Timer{Kind: probe.TimerTimeWait, Remaining: left})
		return s
	}
	only6 := func(s probe.Socket) probe.Socket {
		s.Family, s.V6Only = probe.TCP6, probe.Known(true)
		return s
	}
	for name, tc := range map[string]struct {
		sockets []probe.Socket
		state   probe.State
		left    time.Duration
		words   string
	}{
		"a listener before its connections": {
			[]probe.Socket{
				sock(probe.Established, "127.0.0.1:12345", "127.0.0.1:50000", kernel),
				sock(probe.Listen, "127.0.0.1:12345", "", process),
			}, probe.Listen, 0, "le port 12345 est déjà pris par python3 (42), qui y écoute",
		},
		"a listener on all addresses": {
			[]probe.Socket{sock(probe.Listen, "0.0.0.0:12345", "", process)},
			probe.Listen, 0, "le port 12345 est déjà pris par python3 (42), qui y écoute sur toutes les adresses",
		},
		"a mapped IPv6 listener": {
			[]probe.Socket{sock(probe.Listen, "[::ffff:127.0.0.1]:12345", "", process)},
			probe.Listen, 0, "le port 12345 est déjà pris par python3 (42), qui y écoute",
		},
		"others are not in the way": {
			[]probe.Socket{
				sock(probe.Listen, "127.0.0.2:12345", "", process),
				sock(probe.Established, "127.0.0.1:50000", "127.0.0.1:12345", process),
			}, probe.StateUnknown, 0, "le port 12345 était pris, mais plus rien ne l'occupait quand labo a regardé",
		},
		"an innocent listener, for IPv6 only": {
			[]probe.Socket{only6(sock(probe.Listen, "[::]:12345", "", process)), waiting("127.0.0.1:12345", 12*time.Second)},
			probe.TimeWait, 12 * time.Second,
			"le port 12345 est encore retenu par le noyau : une connexion terminée y est en TIME-WAIT, pour 12 s encore",
		},
		"the last of the memories": {
			[]probe.Socket{waiting("127.0.0.1:12345", 12*time.Second), waiting("127.0.0.1:12345", 41200*time.Millisecond)},
			probe.TimeWait, 41200 * time.Millisecond,
			"le port 12345 est encore retenu par le noyau : une connexion terminée y est en TIME-WAIT, pour 42 s encore",
		},
		"reserved": {
			[]probe.Socket{sock(probe.Bound, "127.0.0.1:12345", "", process)},
			probe.Bound, 0, "le port 12345 est déjà pris par python3 (42), qui l'a réservé sans y écouter",
		},
		"half closed": {
			[]probe.Socket{sock(probe.FinWait2, "127.0.0.1:12345", "127.0.0.1:50000", kernel)},
			probe.FinWait2, 0, "le port 12345 est encore retenu par le noyau : une ancienne connexion n'est pas finie (FIN-WAIT-2)",
		},
		"an ephemeral port": {
			[]probe.Socket{sock(probe.Established, "127.0.0.1:12345", "127.0.0.1:80", process)},
			probe.Established, 0, "le port 12345 est déjà pris par python3 (42), pour une connexion avec 127.0.0.1:80 (ESTABLISHED)",
		},
		"forbidden": {
			[]probe.Socket{sock(probe.Listen, "127.0.0.1:12345", "", probe.Owner{Kind: probe.OwnerForbidden})},
			probe.Listen, 0, "le port 12345 est déjà pris par un socket que labo n'a trouvé dans aucun processus, qui y écoute",
		},
		"hidden": {
			[]probe.Socket{sock(probe.Listen, "127.0.0.1:12345", "", probe.Owner{})},
			probe.Listen, 0, "le port 12345 est déjà pris par un socket que labo n'a trouvé dans aucun processus, qui y écoute",
		},
		"a hostile name": {
			[]probe.Socket{sock(probe.Listen, "127.0.0.1:12345", "", probe.Owner{
				Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 42, Name: "\x1b[2Jx`y"}}})},
			probe.Listen, 0, "le port 12345 est déjà pris par ␛[2Jx'y (42), qui y écoute",
		},
	} {
		e := &PortTakenError{Addr: netip.MustParseAddrPort("127.0.0.1:12345"), Port: 12345, Err: syscall.EADDRINUSE}
		e.Verdict = probe.InTheWay(e.Addr, tc.sockets)
		if got, left := inTheWay(e).State, e.Verdict.Until.Value; got != tc.state || left != tc.left {
			t.Errorf("%s: %v, %v left, want %v, %v", name, got, left, tc.state, tc.left)
		}
		if got := strings.ReplaceAll(Fault(e).What, text.NBSP, " "); got != tc.words {
			t.Errorf("%s: said %q, want %q", name, got, tc.words)
		}
	}
}
