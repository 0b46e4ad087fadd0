package probe

import (
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// Both sources show the same sockets with the same owners, as far as both can
// see: `labo sonde --source` stands on it. gopsutil sees no BOUND socket and
// the first owner only.
func TestSourcesAgree(t *testing.T) {
	for _, addr := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1"} {
		t.Run(addr, func(t *testing.T) {
			port := everyKindOfSocket(t, addr)
			eventually(t, "both sources tell the same", func() bool {
				kernel, _, same := bothSources(t, Filter{Ports: []uint16{port}})
				return same && !strings.Contains(kernel, FinWait1.String()) // acknowledged within 40 ms
			})
			kernel, other, _ := bothSources(t, Filter{Ports: []uint16{port}})
			if d := cmp.Diff(kernel, other); d != "" {
				t.Errorf("-sock_diag +gopsutil:\n%s", d)
			}
			for _, st := range []State{Listen, Established, FinWait2, CloseWait, TimeWait} {
				if !strings.Contains(kernel, st.String()) {
					t.Errorf("no socket in %s was compared:\n%s", st, kernel)
				}
			}
			for _, st := range []StateSet{NewStateSet(Listen), NewStateSet(TimeWait, CloseWait)} {
				if kernel, other, same := bothSources(t, Filter{Ports: []uint16{port}, States: st}); !same || kernel == "" {
					t.Errorf("by state: sock_diag\n%s\ngopsutil\n%s", kernel, other)
				}
			}
			byPID := Filter{Ports: []uint16{port}, PIDs: []int{os.Getpid()}}
			if kernel, other, same := bothSources(t, byPID); !same || kernel == "" {
				t.Errorf("by pid: sock_diag\n%s\ngopsutil\n%s", kernel, other)
			}
		})
	}
}

// bothSources returns what each source tells, one socket per line, and
// whether it is the same.
func bothSources(t *testing.T, f Filter) (kernel, other string, same bool) {
	t.Helper()
	f.Source = SockDiag
	k := mustOwn(t, f)
	f.Source = Gopsutil
	g := mustOwn(t, f)
	k.Sockets = slices.DeleteFunc(k.Sockets, func(s Socket) bool { return s.State == Bound })
	kernel, other = visibleToBoth(k, g), visibleToBoth(g, k)
	return kernel, other, kernel == other
}

// visibleToBoth writes the sockets of snap as both sources can see them: the
// owner where the other one knows it too. (Our own threads grow as we ask.)
func visibleToBoth(snap, other *Snapshot) string {
	var b strings.Builder
	for i := range snap.Sockets {
		s := &snap.Sockets[i]
		fmt.Fprintf(&b, "%s %s %s %s", s.Family, s.State, s.Local, s.Remote)
		j := slices.IndexFunc(other.Sockets, func(o Socket) bool { return ends(&o) == ends(s) })
		if j >= 0 && s.Owner.Kind != OwnerHidden && other.Sockets[j].Owner.Kind != OwnerHidden {
			fmt.Fprintf(&b, " %s", s.Owner.Kind)
			for _, h := range s.Owner.Holders {
				fmt.Fprintf(&b, " %d %q %q", h.PID, h.Name, h.Command)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// everyKindOfSocket opens sockets in the states that last, all of them on one
// port: the listener, a connection in use, one that nobody has accepted, one
// closed on one side, and one in TIME-WAIT.
func everyKindOfSocket(t *testing.T, addr string) (port uint16) {
	t.Helper()
	network, listenAt := "tcp", addr
	if strings.HasPrefix(addr, "::ffff:") {
		listenAt = "::" // both families on one socket, called over IPv4
		addr = "127.0.0.1"
	}
	l := listen(t, net.JoinHostPort(listenAt, "0"))
	port = addrPort(t, l.Addr())
	pair := func(accept bool) (client, server *net.TCPConn) {
		c, err := net.Dial(network, net.JoinHostPort(addr, fmt.Sprint(port)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if !accept {
			return c.(*net.TCPConn), nil
		}
		s, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return c.(*net.TCPConn), s.(*net.TCPConn)
	}
	pair(true)
	half, _ := pair(true)
	half.CloseWrite()
	c, s := pair(true)
	c.Close()
	s.Read(make([]byte, 1)) // its end: the client's FIN is there
	s.Close()
	pair(false)
	return port
}

// Two processes that share a listener: sock_diag names both, gopsutil one of
// them, and each when asked by pid.
func TestSourcesAgreeOnSharedSocket(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c := startChild(t, "wait", inheriting(file))
	ports := []uint16{addrPort(t, l.Addr())}
	kernel := mustOwn(t, Filter{Source: SockDiag, Ports: ports}, c.Process.Pid)
	if len(kernel.Sockets) != 1 || !kernel.Sockets[0].HeldBy(os.Getpid()) || !kernel.Sockets[0].HeldBy(c.Process.Pid) {
		t.Fatalf("sock_diag: %+v", kernel.Sockets)
	}
	other := mustOwn(t, Filter{Source: Gopsutil, Ports: ports}, c.Process.Pid)
	if len(other.Sockets) != 1 || len(other.Sockets[0].Owner.Holders) != 1 {
		t.Fatalf("gopsutil: %+v", other.Sockets)
	}
	if pid := other.Sockets[0].Owner.Holders[0].PID; !kernel.Sockets[0].HeldBy(pid) {
		t.Errorf("gopsutil names %d, which sock_diag does not", pid)
	}
	eventually(t, "both sources tell the same of the child", func() bool {
		var told [2]*Holder
		for i, source := range []Source{SockDiag, Gopsutil} {
			snap := mustSockets(t, Filter{Source: source, Ports: ports, PIDs: []int{c.Process.Pid}})
			j := slices.IndexFunc(snap.Holders, func(h *Holder) bool { return h.PID == c.Process.Pid })
			if j < 0 {
				t.Fatalf("%s: holders %+v", source, snap.Holders)
			}
			told[i] = snap.Holders[j]
		}
		return told[0].Threads.Value > 0 && told[0].FDs.Value > 3 && cmp.Equal(told[0], told[1])
	})
	for _, pid := range []int{os.Getpid(), c.Process.Pid} {
		for _, source := range []Source{SockDiag, Gopsutil} {
			snap := mustSockets(t, Filter{Source: source, Ports: ports, PIDs: []int{pid}})
			if len(snap.Sockets) != 1 || !snap.Sockets[0].HeldBy(pid) {
				t.Errorf("%s by pid %d: %+v", source, pid, snap.Sockets)
			}
		}
	}
}

// What gopsutil does not see, said here so that a change is noticed: a bound
// socket, and which of two SO_REUSEPORT listeners is which.
func TestSourcesDiffer(t *testing.T) {
	bound, port := boundSocket(t)
	ports := []uint16{port}
	if got := mustOwn(t, Filter{Source: Gopsutil, Ports: ports}).Sockets; len(got) != 0 {
		t.Errorf("gopsutil shows a bound socket: %+v", got)
	}
	if err := unix.Listen(bound, 1); err != nil {
		t.Fatal(err)
	}
	second := socketOn(t, port)
	if err := unix.Listen(second, 1); err != nil {
		t.Fatal(err)
	}
	if got := mustOwn(t, Filter{Source: SockDiag, Ports: ports}).Sockets; len(got) != 2 {
		t.Errorf("sock_diag shows %d of two listeners: %+v", len(got), got)
	}
	if got := mustOwn(t, Filter{Source: Gopsutil, Ports: ports}).Sockets; len(got) != 1 {
		t.Errorf("gopsutil shows %d of two listeners: %+v", len(got), got)
	}
}

// boundSocket returns a TCP socket bound to a port of 127.0.0.1 that the kernel
// chose, with SO_REUSEPORT, not listening.
func boundSocket(t *testing.T) (fd int, port uint16) {
	t.Helper()
	return unnamed(t, func() (int, uint16) {
		fd := socketOn(t, 0)
		sa, err := unix.Getsockname(fd)
		must(t, err)
		return fd, uint16(sa.(*unix.SockaddrInet4).Port)
	})
}

func socketOn(t *testing.T, port uint16) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
		t.Fatal(err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: int(port), Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	return fd
}

// strangerView is what the role "stranger" tells of a listener by gopsutil.
type strangerView struct {
	TakenAt        time.Time
	Listeners      int
	Owner          string
	Forbidden      int // NoteForbidden
	ByPID          int // sockets when asked by the owner's pid
	ByPIDForbidden int
}

func init() {
	childRoles["stranger"] = func() error {
		var port uint16
		var pid int
		if _, err := fmt.Sscan(os.Getenv(childArgsEnv), &port, &pid); err != nil {
			return err
		}
		f := Filter{Source: Gopsutil, Ports: []uint16{port}}
		all, err := Sockets(context.Background(), f)
		if err != nil {
			return err
		}
		f.PIDs = []int{pid}
		byPID, err := Sockets(context.Background(), f)
		if err != nil {
			return err
		}
		all.Sockets = slices.DeleteFunc(all.Sockets, func(s Socket) bool { return s.State != Listen })
		v := strangerView{TakenAt: all.TakenAt, Listeners: len(all.Sockets), ByPID: len(byPID.Sockets),
			Forbidden: forbiddenIn(all), ByPIDForbidden: forbiddenIn(byPID)}
		if v.Listeners > 0 {
			v.Owner = all.Sockets[0].Owner.Kind.String()
		}
		return answer(v, nil)
	}
}

// forbiddenIn returns the N of the snapshot's NoteForbidden.
func forbiddenIn(snap *Snapshot) int {
	for _, n := range snap.Notes {
		if n.Kind == NoteForbidden || n.Kind == NoteAskedForbidden {
			return n.N
		}
	}
	return 0
}

// Without rights gopsutil still lists the socket of another user; its owner is
// hidden, and the snapshot says that processes were out of sight.
func TestGopsutilWithoutRights(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	got := askAsNobody[strangerView](t, "stranger", fmt.Sprint(addrPort(t, l.Addr())), fmt.Sprint(os.Getpid()))
	if got.Listeners != 1 || got.Owner != OwnerHidden.String() || got.Forbidden < 1 {
		t.Errorf("nobody sees %+v", got)
	}
	if got.ByPID != 0 || got.ByPIDForbidden != 1 {
		t.Errorf("nobody asks by our pid: %+v", got)
	}
	if time.Since(got.TakenAt) > time.Minute {
		t.Errorf("taken at %v", got.TakenAt)
	}
}
