package probe

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// matrixEnv is set for the child that has networks to give.
const matrixEnv = "LABO_PROBE_MATRIX"

// What the verdict foresees is what bind() with listen(), and connect(), then
// really get: in each situation, of sockets that have SO_REUSEADDR and of such
// that have not, and for each address.
func TestVerdictIsWhatHappens(t *testing.T) {
	probetest.Need(t, "ip")
	if os.Geteuid() != 0 && os.Getenv(matrixEnv) == "" {
		inUserNamespace(t)
		return
	}
	var counts tally
	t.Run("all", func(t *testing.T) {
		for _, s := range situations() {
			for _, reuse := range []bool{false, true} {
				name := s.name
				if reuse {
					name += ", SO_REUSEADDR"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel() // some wait for the kernel to send again
					inNetwork(t, func() { counts.hold(t, s, reuse) })
				})
			}
		}
	})
	t.Logf("%d situations: %d calls foreseen and made, %d of them refused; %d more where the rows do not tell",
		2*len(situations()), counts.foreseen, counts.refused, counts.unknown)
	if len(situations()) < 60 || counts.foreseen < 20*len(situations()) || counts.refused == counts.foreseen {
		t.Error("the matrix is not what it was")
	}
	for kind, seen := range counts.unsure {
		if len(seen) < 2 {
			t.Errorf("%s always meant %v: it is known after all", kind, seen)
		}
	}
}

// inUserNamespace runs the test again as the root of its own user namespace.
func inUserNamespace(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	if !probetest.Isolate(cmd) {
		probetest.Missing(t, "this machine gives no networks to an ordinary user")
	}
	cmd.Env = append(os.Environ(), matrixEnv+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// inNetwork runs f on a thread that is alone in a network of its own.
func inNetwork(t *testing.T, f func()) {
	onLostThread(func() {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			t.Fatal("no network of its own: ", err)
		}
		if err := probetest.RaiseLoopback(); err != nil {
			t.Fatal(err)
		}
		f()
	})
}

// tally counts what was compared.
type tally struct {
	mu                         sync.Mutex
	foreseen, refused, unknown int
	unsure                     map[ReasonKind]map[string]bool // what came of it
}

// requests are the calls of bind() that each situation gets.
var requests = []BindRequest{
	{Addr: netip.MustParseAddrPort("127.0.0.1:0")},
	{Addr: netip.MustParseAddrPort("0.0.0.0:0")},
	{Addr: netip.MustParseAddrPort("[::1]:0")},
	{Addr: netip.MustParseAddrPort("[::]:0")},
	{Addr: netip.MustParseAddrPort("[::]:0"), V6Only: true},
	{Addr: netip.MustParseAddrPort("127.0.0.2:0")},
}

func (c *tally) hold(t *testing.T, s situation, reuse bool) {
	n := &network{t: t, port: s.port, reuse: reuse}
	if n.port == 0 {
		n.port = thePort
	}
	s.make(n)
	for _, req := range requests {
		req.Addr = netip.AddrPortFrom(req.Addr.Addr(), n.port)
		for _, req.ReuseAddr = range []bool{false, true} {
			rows := n.rows()
			g := Survey(req.Addr, &Snapshot{Source: SockDiag})
			want := ForeseeBind(req, rows, g)
			got := ErrnoName(bindAndListen(req))
			if !c.compare(t, fmt.Sprintf("bind %+v", req), want, got, rows) && want.Because[0].Kind == ReuseUnknown {
				// The only ones that the kernel tells to nobody: we know them.
				req.OthersReuse = Known(reuse)
				c.compare(t, fmt.Sprintf("bind %+v", req), ForeseeBind(req, rows, g), got, rows)
			}
		}
	}
	for _, to := range []string{"127.0.0.1", "::1", "127.0.0.2"} {
		addr := netip.AddrPortFrom(netip.MustParseAddr(to), n.port)
		rows := n.rows()
		want := ForeseeConnect(addr, rows, Survey(addr, &Snapshot{Source: SockDiag}))
		c.compare(t, "connect "+addr.String(), want, connectOnce(t, addr), rows)
	}
}

// stays is what [connectOnce] returns of a call that nobody answers.
const stays = "no answer"

// compare reports whether a verdict says what the call got.
func (c *tally) compare(t *testing.T, call string, v Verdict, got string, rows []Socket) bool {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	foreseen := map[Outcome]string{Granted: "", Refused: v.Errno, Pending: stays}
	if v.Outcome == OutcomeUnknown {
		c.unknown++
		if c.unsure == nil {
			c.unsure = make(map[ReasonKind]map[string]bool)
		}
		kind := v.Because[0].Kind
		if c.unsure[kind] == nil {
			c.unsure[kind] = make(map[string]bool)
		}
		c.unsure[kind][got] = true
		if kind != ReuseUnknown && kind != V6OnlyUnknown {
			t.Errorf("%s: unknown for %v", call, kind)
		}
		return false
	}
	c.foreseen++
	if v.Outcome == Refused {
		c.refused++
	}
	if want := foreseen[v.Outcome]; want != got {
		var table strings.Builder
		for _, s := range rows {
			fmt.Fprintf(&table, "\n%v %v %v v6only %v on %v", s.State, s.Local, s.Remote, s.V6Only, s.Interface.Value)
		}
		t.Errorf("%s: foreseen %q (%+v), got %q%s", call, want, v.Because, got, &table)
	}
	return true
}

func bindAndListen(req BindRequest) error {
	fd, err := unix.Socket(domain(req.Addr.Addr()), unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := bindAs(fd, req); err != nil {
		return err
	}
	return unix.Listen(fd, 1)
}

// connectOnce calls an address and leaves by RST. Nobody answers where the
// kernel had to send the SYN again.
func connectOnce(t *testing.T, to netip.AddrPort) string {
	t.Helper()
	fd, err := unix.Socket(domain(to.Addr()), unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	defer unix.Close(fd)
	must(t, unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}))
	must(t, unix.SetNonblock(fd, true))
	err = unix.Connect(fd, sockaddr(to.Addr(), to.Port()))
	if !errors.Is(err, unix.EINPROGRESS) {
		return ErrnoName(err)
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		if n, _ := unix.Poll(fds, 100); n > 0 {
			failed, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
			must(t, err)
			if failed == 0 {
				return ""
			}
			return ErrnoName(unix.Errno(failed))
		}
		info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		must(t, err)
		if State(info.State) == SynSent && info.Total_retrans > 0 {
			return stays
		}
	}
	t.Fatalf("connect to %v neither ends nor is tried again", to)
	return ""
}
