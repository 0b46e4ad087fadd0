package probe

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// scenes are ways to make sockets, all on one port. Each leaves the states it
// names, in the order of the snapshot once sorted.
var scenes = []struct {
	name   string
	make   func(s stage) (port uint16)
	states []State
	check  func(t *testing.T, socks []Socket)
}{
	{"bound", func(s stage) uint16 {
		_, port := s.bound()
		return port
	}, []State{Bound}, func(t *testing.T, socks []Socket) {
		if b := socks[0]; b.Remote.IsValid() || b.Inode.Value == 0 || !b.HeldBy(os.Getpid()) {
			t.Errorf("bound socket %+v", b)
		}
	}},
	{"accept queue", func(s stage) uint16 {
		l, port := s.listener(1)
		s.pair(l, port)
		s.connect(port)
		return port
	}, []State{Listen, Established, Established, Established, Established}, func(t *testing.T, socks []Socket) {
		if l := socks[0]; l.RecvQueue != Known[uint32](1) || l.SendQueue != Known[uint32](1) || l.Remote.IsValid() {
			t.Errorf("listener with a queue of %+v and a backlog of %+v", l.RecvQueue, l.SendQueue)
		}
		kernel := 0
		for _, s := range socks {
			if s.Owner.Kind == OwnerKernel {
				kernel++
				// Linux 6.17 and newer tell the user of the listener; 0 means none.
				uid := s.Owner.UID.Or(os.Getuid())
				if s.Inode.Known || uid != os.Getuid() || s.Owner.UID == Known(0) || s.Owner.Holders != nil {
					t.Errorf("queued connection %+v", s)
				}
			}
		}
		if kernel != 1 {
			t.Errorf("%d connections are the kernel's, want the queued one", kernel)
		}
	}},
	{"unread bytes", func(s stage) uint16 {
		l, port := s.listener(1)
		c, _ := s.pair(l, port)
		_, err := unix.Write(c, []byte("bonjour"))
		s.must(err)
		return port
	}, []State{Listen, Established, Established}, func(t *testing.T, socks []Socket) {
		if !slices.ContainsFunc(socks, func(s Socket) bool { return s.RecvQueue == Known[uint32](7) }) {
			t.Errorf("nobody has 7 bytes to read: %+v", socks)
		}
	}},
	{"full window", func(s stage) uint16 {
		l, port := s.listener(1)
		c, _ := s.pair(l, port)
		s.fill(c)
		return port
	}, []State{Listen, Established, Established}, func(t *testing.T, socks []Socket) {
		i := slices.IndexFunc(socks, func(s Socket) bool { return s.State == Established && s.SendQueue.Value > 0 })
		if i < 0 || socks[i].Timer.Value.Kind == TimerNone || socks[i].Timer.Value.Remaining > 2*time.Minute {
			t.Errorf("a full window: %+v", socks)
		}
	}},
	{"half closed", func(s stage) uint16 {
		l, port := s.listener(1)
		c, _ := s.pair(l, port)
		s.must(unix.Shutdown(c, unix.SHUT_WR))
		return port
	}, []State{Listen, FinWait2, CloseWait}, nil},
	{"FIN held back", func(s stage) uint16 {
		l, port := s.listener(1)
		c, _ := s.pair(l, port)
		s.fill(c)
		s.must(unix.Shutdown(c, unix.SHUT_WR))
		return port
	}, []State{Listen, Established, FinWait1}, nil},
	{"last FIN held back", func(s stage) uint16 {
		l, port := s.listener(1)
		c, a := s.pair(l, port)
		s.fill(a)
		s.must(unix.Shutdown(c, unix.SHUT_WR))
		eventually(s.t, "CLOSE-WAIT", func() bool { return slices.Contains(s.states(port), CloseWait) })
		s.must(unix.Shutdown(a, unix.SHUT_WR))
		return port
	}, []State{Listen, LastAck, FinWait2}, nil},
	{"both close at once", func(s stage) uint16 {
		l, port := s.listener(1)
		c, a := s.pair(l, port)
		s.fill(c)
		s.fill(a)
		s.must(unix.Shutdown(c, unix.SHUT_WR))
		s.must(unix.Shutdown(a, unix.SHUT_WR))
		s.drainUntil(c, port, Closing)
		return port
	}, []State{Listen, FinWait2, Closing}, nil},
	{"closed on both sides", func(s stage) uint16 {
		l, port := s.listener(1)
		c, a := s.pair(l, port)
		s.must(unix.Close(c))
		s.must(unix.Close(a))
		return port
	}, []State{Listen, TimeWait}, func(t *testing.T, socks []Socket) {
		tw := socks[1]
		if tw.Timer.Value.Kind != TimerTimeWait || tw.Timer.Value.Remaining <= 0 || tw.Owner.Kind != OwnerKernel || tw.Owner.UID.Known {
			t.Errorf("TIME-WAIT %+v", tw)
		}
	}},
	{"full accept queue", func(s stage) uint16 {
		_, port := s.listener(0)
		s.connect(port)
		late := s.socket()
		s.must(unix.SetNonblock(late, true))
		if err := unix.Connect(late, s.sockaddr(port)); err != unix.EINPROGRESS {
			s.t.Fatalf("connect to a full queue: %v", err)
		}
		return port
	}, []State{Listen, Established, Established, SynSent}, func(t *testing.T, socks []Socket) {
		i := slices.IndexFunc(socks, func(s Socket) bool { return s.State == SynSent })
		if tm := socks[i].Timer.Value; tm.Kind != TimerRetransmit || !socks[i].HeldBy(os.Getpid()) {
			t.Errorf("SYN-SENT %+v", socks[i])
		}
	}},
	{"deferred accept", func(s stage) uint16 {
		l, port := s.listener(1)
		s.must(unix.SetsockoptInt(l, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 30))
		s.connect(port)
		return port
	}, []State{Listen, Established, SynReceived}, func(t *testing.T, socks []Socket) {
		i := slices.IndexFunc(socks, func(s Socket) bool { return s.State == SynReceived })
		if socks[i].Owner.Kind != OwnerKernel {
			t.Errorf("half a handshake %+v", socks[i])
		}
	}},
}

// Every state that can be made to last, in both families, as the kernel shows
// it and as ss tells it.
func TestSocketsEveryState(t *testing.T) {
	probetest.Need(t, "ss")
	for _, s := range stages(t) {
		for _, c := range scenes {
			t.Run(fmt.Sprint(s.addr, " ", c.name), func(t *testing.T) {
				s := s.on(t)
				if c.name == "bound" && !showsBound() {
					probetest.Missing(t, "this kernel does not list bound sockets (Linux 6.8 does)")
				}
				port := c.make(s)
				want := slices.Sorted(slices.Values(c.states))
				eventually(t, fmt.Sprint(want), func() bool {
					return slices.Equal(slices.Sorted(slices.Values(s.states(port))), want)
				})
				s.compareWithSS(port)
				snap := s.lookAt(port)
				if snap.Source != SockDiag {
					t.Errorf("source %s", snap.Source)
				}
				if c.check != nil {
					c.check(t, snap.Sockets)
				}
			})
		}
	}
}

func showsBound() bool {
	var u unix.Utsname
	unix.Uname(&u)
	var major, minor int
	fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &major, &minor)
	return major > 6 || major == 6 && minor >= 8
}

// An IPv4 caller of an IPv6 listener: each end keeps its own family.
func TestSocketsMapped(t *testing.T) {
	probetest.Need(t, "ss")
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		probetest.Missing(t, "no IPv6 here: %v", err)
	}
	defer unix.Close(fd)
	s := newStage(t)
	s.must(unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0))
	s.must(unix.Bind(fd, &unix.SockaddrInet6{}))
	s.must(unix.Listen(fd, 1))
	sa, err := unix.Getsockname(fd)
	s.must(err)
	port := uint16(sa.(*unix.SockaddrInet6).Port)
	s.pair(fd, port)
	s.compareWithSS(port)
	snap := s.lookAt(port)
	var got []string
	for i := range snap.Sockets {
		got = append(got, fmt.Sprint(snap.Sockets[i].Family, " ", snap.Sockets[i].State, " ", snap.Sockets[i].Local.Addr()))
	}
	want := []string{"tcp6 LISTEN ::", "tcp4 ESTABLISHED 127.0.0.1", "tcp6 ESTABLISHED ::ffff:" + s.addr.String()}
	slices.Sort(got[1:])
	if !slices.Equal(got, want) {
		t.Errorf("sockets %q, want %q", got, want)
	}
}

// The kernel chooses by port and state, and what it chooses is what we would.
func TestSocketsFilters(t *testing.T) {
	s := newStage(t)
	l, port := s.listener(8)
	s.pair(l, port)
	client, _ := s.pair(l, port)
	s.must(unix.Shutdown(client, unix.SHUT_WR))
	_, other := s.listener(1)
	_, boundPort := s.bound()
	eventually(t, "CLOSE-WAIT", func() bool { return slices.Contains(s.states(port), CloseWait) })
	many := []uint16{port}
	for p := uint16(1); len(many) <= maxFilterPorts; p++ {
		many = append(many, p)
	}
	for _, f := range []Filter{
		{Ports: []uint16{port}},
		{Ports: []uint16{port, other, boundPort}},
		{Ports: many},
		{Ports: []uint16{port}, States: NewStateSet(Listen)},
		{Ports: []uint16{port, other}, States: NewStateSet(CloseWait, FinWait2)},
		{Ports: []uint16{port}, States: NewStateSet(Bound)},
		{Ports: []uint16{port, boundPort}, States: NewStateSet(Bound, Listen)},
		{Ports: []uint16{port}, States: NewStateSet(Closed)},
	} {
		eventually(t, fmt.Sprintf("the same with %+v", f), func() bool {
			all := s.look(Filter{})
			var want []Socket
			for _, s := range all.Sockets {
				if f.Match(&s) {
					want = append(want, s)
				}
			}
			got := s.look(f)
			return len(got.Sockets) == len(want) && slices.EqualFunc(got.Sockets, want, func(a, b Socket) bool {
				return ends(&a) == ends(&b) && a.State == b.State
			})
		})
	}
	if got := s.look(Filter{Ports: []uint16{port, other}, States: NewStateSet(Listen)}); len(got.Sockets) != 2 {
		t.Errorf("two listeners are %+v", got.Sockets)
	}
}
