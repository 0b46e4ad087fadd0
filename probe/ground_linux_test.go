package probe

import (
	"net/netip"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

func TestInPortList(t *testing.T) {
	for list, want := range map[string]bool{
		"": false, "\n": false, "12345\n": true, "8080,12340-12350\n": true, "12346-12350": false, "x,12345": true, "1-": false,
	} {
		if got := inPortList(list, 12345); got != want {
			t.Errorf("%q: %v", list, got)
		}
	}
}

// What is tried is what is foreseen, and nothing is left of it.
func TestTryBindLeavesNothing(t *testing.T) {
	s := newStage(t)
	_, port := s.listener(1)
	req := BindRequest{Addr: netip.AddrPortFrom(s.addr, port)}
	if got := TryBind(req); got != "EADDRINUSE" {
		t.Errorf("a taken port: %q", got)
	}
	req.Addr = netip.AddrPortFrom(s.addr, thePort)
	for range 2 {
		if got := TryBind(req); got != "" {
			t.Errorf("a free port: %q", got)
		}
	}
}

// The bytes that a real kernel put behind its rows.
func TestParseDiagAttributes(t *testing.T) {
	for row, want := range map[string]Maybe[bool]{rowListen6: Known(true), rowPeer6: {}, rowListen: {}} {
		b := kernelBytes(t, row)[diagRowLen:]
		if got := parseDiagAttributes(b); got.v6only != want || got.info != nil {
			t.Errorf("%x: %+v, want %v", b, got, want)
		}
		for n := range b { // cut off anywhere, nothing is invented
			if got := parseDiagAttributes(b[:n]); got.v6only.Known && got.v6only != want {
				t.Errorf("%x: %+v", b[:n], got)
			}
		}
	}
}

// Of systems whose rules labo does not know, it says no more than it knows.
func TestVerdictOnOtherSystems(t *testing.T) {
	ground := func(change func(*Ground)) Ground {
		g := Ground{System: "windows", Allowed: Known(true)}
		if change != nil {
			change(&g)
		}
		return g
	}
	at := func(st State, local string) []Socket {
		return []Socket{{Family: TCP4, State: st, Local: netip.MustParseAddrPort(local)}}
	}
	for name, c := range map[string]struct {
		socks   []Socket
		g       Ground
		bind    Outcome
		because ReasonKind
		connect Outcome
	}{
		"a listener at the address":  {at(Listen, "127.0.0.1:12345"), ground(nil), Refused, TakenByListener, OutcomeUnknown},
		"a listener at all of them":  {at(Listen, "0.0.0.0:12345"), ground(nil), OutcomeUnknown, RulesUnknown, OutcomeUnknown},
		"TIME-WAIT":                  {at(TimeWait, "127.0.0.1:12345"), ground(nil), OutcomeUnknown, RulesUnknown, Refused},
		"nothing, and bound unseen":  {nil, ground(func(g *Ground) { g.BoundUnseen = true }), OutcomeUnknown, BoundUnseen, Refused},
		"nothing, and others unseen": {nil, ground(func(g *Ground) { g.OthersUnseen = true }), OutcomeUnknown, OthersUnseen, OutcomeUnknown},
		"a low port":                 {nil, ground(func(g *Ground) { g.Allowed = Maybe[bool]{} }), OutcomeUnknown, RightsUnknown, Refused},
	} {
		req := SheetServer(12345)
		v, call := ForeseeBind(req, c.socks, c.g), ForeseeConnect(req.Addr, c.socks, c.g)
		if v.Outcome != c.bind || v.Because[0].Kind != c.because || call.Outcome != c.connect {
			t.Errorf("%s: bind %+v, connect %+v", name, v, call)
		}
	}
	if v := ForeseeBind(SheetServer(12345), nil, ground(nil)); v.Outcome != Granted || v.Because != nil {
		t.Errorf("a free port: %+v", v)
	}
}

// A listener in another network is found, through a process that lives there;
// the port is free here all the same, and both are said.
func TestForeseeFindsAListenerElsewhere(t *testing.T) {
	sh := probetest.Need(t, "sh")
	probetest.Need(t, "ip")
	python := probetest.Need(t, "python3")
	cmd := exec.Command(sh, "-c", `ip link set lo up && exec "$0" -c "
import socket
s = socket.socket(); s.bind(('127.0.0.1', 23457)); s.listen(1); print('ready', flush=True); input()"`, python)
	if !probetest.Isolate(cmd) {
		probetest.Missing(t, "this machine gives no network of its own")
	}
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	if _, err := out.Read(make([]byte, 64)); err != nil {
		t.Fatal(err)
	}
	const port = 23457
	snap := mustSockets(t, Filter{Ports: []uint16{port}, Foresee: true})
	v := Foresee(t.Context(), port, snap)
	for call, v := range map[string]Verdict{"bind": v.Bind, "connect": v.Connect} {
		found := slices.ContainsFunc(v.Because, func(r Reason) bool {
			return r.Kind == OtherNetwork && r.Elsewhere.PID == cmd.Process.Pid && r.Elsewhere.Network != ""
		})
		if !found || call == "bind" && v.Outcome != Granted || call == "connect" && v.Errno != "ECONNREFUSED" {
			t.Errorf("%s: %+v", call, v)
		}
	}
	pid := strconv.Itoa(cmd.Process.Pid)
	for at, want := range map[uint16]bool{port: true, port + 1: false} { // the way of whoever may not enter
		if got := listensIn("/proc/"+pid+"/net/tcp", at); got != want {
			t.Errorf("the table says %v of port %d", got, at)
		}
	}
	if all := listeners(t.Context(), readNetworks().others, port+1); len(all) != 0 {
		t.Errorf("nobody listens on %s, and yet %+v", strconv.Itoa(port+1), all)
	}
}

// The main thread is never lost, wherever the caller is.
func TestLostThreadIsNeverTheMainOne(t *testing.T) {
	for range 50 {
		onLostThread(func() {
			if unix.Gettid() == unix.Getpid() {
				t.Error("the main thread")
			}
			onLostThread(func() {
				if unix.Gettid() == unix.Getpid() {
					t.Error("the main thread, from another")
				}
			})
		})
	}
}

func BenchmarkForesee(b *testing.B) {
	port := holdSockets(b, 2)
	snap, err := Sockets(b.Context(), Filter{Ports: []uint16{port}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if v := Foresee(b.Context(), port, snap); v.Bind.Outcome != Refused {
			b.Fatalf("%+v", v)
		}
	}
}

// BenchmarkForeseeFree is of a port where nothing is: it takes the looks that
// find out what was not seen.
func BenchmarkForeseeFree(b *testing.B) {
	for b.Loop() {
		Foresee(b.Context(), 12345, &Snapshot{Source: SockDiag, ShowsBound: true})
	}
}
