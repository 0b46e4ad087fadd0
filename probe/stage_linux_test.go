package probe

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// stage opens sockets with the system calls themselves, so that nothing of
// Go's own stands between a test and the kernel. Its addr is of this process
// alone, in IPv4: others use the same ephemeral ports on 127.0.0.1.
type stage struct {
	t    *testing.T
	addr netip.Addr
}

// ownLoopback is an address of the loopback that no other test process uses.
func ownLoopback() netip.Addr {
	pid := os.Getpid()
	return netip.AddrFrom4([4]byte{127, byte(64 + pid>>16&63), byte(pid >> 8), byte(pid)})
}

func newStage(t *testing.T) stage { return stage{t, ownLoopback()} }

// stages returns a stage for each family that this machine has.
func stages(t *testing.T) []stage {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil && probetest.Strict() {
		t.Fatalf("no IPv6 here: %v", err)
	} else if err != nil {
		t.Logf("no IPv6 here: %v", err)
		return []stage{newStage(t)}
	}
	unix.Close(fd)
	return []stage{newStage(t), {t, netip.IPv6Loopback()}}
}

// on is the same stage for a subtest.
func (s stage) on(t *testing.T) stage { return stage{t, s.addr} }

// ours reports whether a socket with these ends is of this stage.
func (s stage) ours(local, remote netip.AddrPort) bool {
	return local.Addr().Unmap() == s.addr || remote.Addr().Unmap() == s.addr ||
		local.Addr().IsUnspecified() && !remote.IsValid()
}

// look measures by sock_diag, and keeps what is of this stage.
func (s stage) look(f Filter) *Snapshot {
	s.t.Helper()
	f.Source = SockDiag
	snap := mustSockets(s.t, f)
	snap.Sockets = slices.DeleteFunc(snap.Sockets, func(k Socket) bool { return !s.ours(k.Local, k.Remote) })
	snap.Holders = collectHolders(snap.Sockets)
	return snap
}

func (s stage) lookAt(port uint16) *Snapshot {
	s.t.Helper()
	return s.look(Filter{Ports: []uint16{port}})
}

func (s stage) socket() int {
	s.t.Helper()
	family := unix.AF_INET
	if s.addr.Is6() && !s.addr.Is4In6() {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { unix.Close(fd) }) // closed before: harmless, no other goroutine opens any
	// Small buffers are soon full, and soon empty.
	s.must(unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, 4096))
	s.must(unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 4096))
	return fd
}

func (s stage) sockaddr(port uint16) unix.Sockaddr {
	if s.addr.Is4() {
		return &unix.SockaddrInet4{Port: int(port), Addr: s.addr.As4()}
	}
	return &unix.SockaddrInet6{Port: int(port), Addr: s.addr.As16()}
}

func (s stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// unnamed returns what open opened: a socket bound to a port of the kernel's
// choice that no other row names. The kernel gives a port again at once to
// which only the memory of a client's connection leads.
func unnamed(t *testing.T, open func() (fd int, port uint16)) (fd int, port uint16) {
	t.Helper()
	for range 100 {
		fd, port = open()
		f := Filter{Ports: []uint16{port}}
		socks, _, err := dumpSockets(t.Context(), dialSockDiag, &f)
		must(t, err)
		if !slices.ContainsFunc(choose(socks, &f), func(s Socket) bool { return s.State != Bound }) {
			return fd, port
		}
	}
	t.Fatal("each of 100 ports is named by a row")
	return 0, 0
}

// bound returns a socket bound to a port that the kernel chose.
func (s stage) bound() (fd int, port uint16) {
	s.t.Helper()
	return unnamed(s.t, s.bind)
}

func (s stage) bind() (fd int, port uint16) {
	s.t.Helper()
	fd = s.socket()
	s.must(unix.Bind(fd, s.sockaddr(0)))
	sa, err := unix.Getsockname(fd)
	s.must(err)
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return fd, uint16(sa.Port)
	case *unix.SockaddrInet6:
		return fd, uint16(sa.Port)
	}
	s.t.Fatalf("address %T", sa)
	return 0, 0
}

func (s stage) listener(backlog int) (fd int, port uint16) {
	s.t.Helper()
	fd, port = s.bound()
	s.must(unix.Listen(fd, backlog))
	return fd, port
}

func (s stage) connect(port uint16) int {
	s.t.Helper()
	fd := s.socket()
	s.must(unix.Connect(fd, s.sockaddr(port)))
	return fd
}

func (s stage) pair(listener int, port uint16) (client, server int) {
	s.t.Helper()
	client = s.connect(port)
	server, _, err := unix.Accept4(listener, unix.SOCK_CLOEXEC)
	s.must(err)
	s.t.Cleanup(func() { unix.Close(server) })
	return client, server
}

// fill writes until the peer's window and our buffer are full.
func (s stage) fill(fd int) {
	s.t.Helper()
	s.must(unix.SetNonblock(fd, true))
	for {
		if _, err := unix.Write(fd, make([]byte, 64<<10)); err == unix.EAGAIN {
			return
		} else if err != nil {
			s.t.Fatal(err)
		}
	}
}

// drainUntil reads what comes until a socket on port is in a state.
func (s stage) drainUntil(fd int, port uint16, want State) {
	s.t.Helper()
	s.must(unix.SetNonblock(fd, true))
	buf := make([]byte, 16<<10)
	eventually(s.t, "a socket in "+want.String(), func() bool {
		for n := 1; n > 0; {
			n, _ = unix.Read(fd, buf)
		}
		return slices.Contains(s.states(port), want)
	})
}

// states asks for the states alone: without owners, it is soon answered however
// many processes there are.
func (s stage) states(port uint16) (all []State) {
	s.t.Helper()
	f := Filter{Ports: []uint16{port}}
	socks, _, err := dumpSockets(s.t.Context(), dialSockDiag, &f)
	s.must(err)
	for _, k := range choose(socks, &f) {
		if s.ours(k.Local, k.Remote) {
			all = append(all, k.State)
		}
	}
	return all
}

// compareWithSS compares the sockets of a port field by field. Neither look is
// at the same moment, so a difference may pass; one that stays is told.
func (s stage) compareWithSS(port uint16) {
	s.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		var ours []probetest.SSRow
		snap := s.lookAt(port)
		for i := range snap.Sockets {
			// ss asks for no BOUND sockets (iproute2 6.1).
			if snap.Sockets[i].State != Bound {
				ours = append(ours, asSS(&snap.Sockets[i]))
			}
		}
		theirs, err := probetest.SS(s.t.Context(), port)
		s.must(err)
		theirs = slices.DeleteFunc(theirs, func(r probetest.SSRow) bool { return !s.ours(r.Local, r.Remote) })
		for i := range theirs {
			theirs[i].Left = 0 // it passes
		}
		byAll := func(a, b probetest.SSRow) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
		slices.SortFunc(ours, byAll)
		slices.SortFunc(theirs, byAll)
		d := cmp.Diff(theirs, ours, cmpopts.EquateComparable(netip.AddrPort{}), cmpopts.EquateEmpty())
		if d == "" {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("-ss +ours:\n%s", d)
		}
	}
}
