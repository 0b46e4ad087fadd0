package probe

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// situation is a way to leave a port, in a network of its own.
type situation struct {
	name string
	port uint16 // 0: thePort
	make func(n *network)
}

const thePort = 12345

// network is one whose loopback is up and where nothing else happens. Its
// thread is the only one in it.
type network struct {
	t     *testing.T
	port  uint16
	reuse bool // the sockets made here have SO_REUSEADDR
	open  map[int]bool
}

// keep has a descriptor closed with the test, at the latest.
func (n *network) keep(fd int) int {
	if n.open == nil {
		n.open = make(map[int]bool)
		n.t.Cleanup(func() {
			for fd := range n.open {
				unix.Close(fd)
			}
		})
	}
	n.open[fd] = true
	return fd
}

// close closes once: other tests open descriptors meanwhile.
func (n *network) close(fd int) {
	delete(n.open, fd)
	unix.Close(fd)
}

func (n *network) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

// write sets a sysctl of this network.
func (n *network) write(name, value string) {
	n.t.Helper()
	n.must(os.WriteFile("/proc/sys/net/"+name, []byte(value), 0o644))
}

// ip runs ip(8) here: a child starts in the network of the thread that starts it.
func (n *network) ip(args ...string) {
	n.t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		n.t.Fatalf("ip %v: %v\n%s", args, err, out)
	}
}

// An at names an address as the situations do: "v6only" and "dual" are [::].
type at string

func (a at) addr() netip.Addr {
	if a == "dual" || a == "v6only" {
		return netip.IPv6Unspecified()
	}
	return netip.MustParseAddr(string(a))
}

func sockaddr(a netip.Addr, port uint16) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Addr: a.As4(), Port: int(port)}
	}
	return &unix.SockaddrInet6{Addr: a.As16(), Port: int(port)}
}

// socket opens a socket that ends with the test.
func (n *network) socket(a netip.Addr) int {
	n.t.Helper()
	fd, err := unix.Socket(domain(a), unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	n.must(err)
	return n.keep(fd)
}

// bind opens a socket at an address of the port, with these options of
// SOL_SOCKET set.
func (n *network) bind(a at, options ...int) int {
	n.t.Helper()
	fd := n.socket(a.addr())
	for _, o := range options {
		n.must(unix.SetsockoptInt(fd, unix.SOL_SOCKET, o, 1))
	}
	n.must(bindAs(fd, BindRequest{Addr: netip.AddrPortFrom(a.addr(), n.port), V6Only: a == "v6only", ReuseAddr: n.reuse}))
	return fd
}

func (n *network) listen(a at, options ...int) int {
	n.t.Helper()
	return n.listenQueue(a, 1, options...)
}

func (n *network) listenQueue(a at, backlog int, options ...int) int {
	n.t.Helper()
	fd := n.bind(a, options...)
	n.must(unix.Listen(fd, backlog))
	return fd
}

// call connects to the port.
func (n *network) call(to string) int {
	n.t.Helper()
	a := netip.MustParseAddr(to)
	fd := n.socket(a)
	n.must(unix.Connect(fd, sockaddr(a, n.port)))
	return fd
}

// pair is a connection to a listener.
func (n *network) pair(listener int, to string) (server, client int) {
	n.t.Helper()
	client = n.call(to)
	server, _, err := unix.Accept4(listener, unix.SOCK_CLOEXEC)
	n.must(err)
	return n.keep(server), client
}

// until waits for a socket of the port in a state, at either end.
func (n *network) until(st State) {
	n.t.Helper()
	eventually(n.t, "a socket in "+st.String(), func() bool {
		return slices.ContainsFunc(n.rows(), func(s Socket) bool { return s.State == st })
	})
}

func (n *network) rows() []Socket {
	n.t.Helper()
	f := Filter{Ports: []uint16{n.port}}
	socks, _, err := dumpSockets(n.t.Context(), dialSockDiag, &f)
	n.must(err)
	return choose(socks, &f)
}

// The ways in which a server at a, called at to, can leave its port.

func (n *network) memory(a at, to string) {
	l := n.listen(a)
	server, client := n.pair(l, to)
	n.close(server)
	n.close(l)
	n.until(CloseWait)
	n.close(client)
	n.until(TimeWait)
}

func (n *network) halfClosed(a at, to string) {
	l := n.listen(a)
	server, _ := n.pair(l, to)
	n.close(server)
	n.close(l)
	n.until(FinWait2)
}

func (n *network) alive(a at, to string) {
	l := n.listen(a)
	n.pair(l, to)
	n.close(l)
	n.until(Established)
}

func (n *network) clientLeft(a at, to string) {
	l := n.listen(a)
	_, client := n.pair(l, to)
	n.close(client)
	n.close(l)
	n.until(CloseWait)
}

// outgoing is a connection from the port to another server.
func (n *network) outgoing(local, to string, explicit bool) (server, client int) {
	n.t.Helper()
	a := netip.MustParseAddr(to)
	l := n.socket(a)
	n.must(unix.Bind(l, sockaddr(a, 23456)))
	n.must(unix.Listen(l, 3))
	if explicit {
		client = n.bind(at(local))
	} else {
		client = n.socket(a)
		if n.reuse {
			n.must(unix.SetsockoptInt(client, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1))
		}
		n.write("ipv4/ip_local_port_range", fmt.Sprint(n.port, " ", n.port))
		defer n.write("ipv4/ip_local_port_range", "32768 60999")
	}
	n.must(unix.Connect(client, sockaddr(a, 23456)))
	server, _, err := unix.Accept4(l, unix.SOCK_CLOEXEC)
	n.must(err)
	return n.keep(server), client
}

func (n *network) reset(fd int) {
	n.must(unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}))
	n.close(fd)
}

// dummy is an interface that leads nowhere.
func (n *network) dummy() {
	n.ip("link", "add", "nulle", "type", "veth", "peer", "name", "part")
	n.ip("addr", "add", "192.0.2.1/24", "dev", "nulle")
	n.ip("link", "set", "nulle", "up")
}

// forbid takes from this thread the right to low ports.
func (n *network) forbid() {
	n.t.Helper()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	n.must(unix.Capget(&header, &sets[0]))
	sets[0].Effective &^= 1 << unix.CAP_NET_BIND_SERVICE
	n.must(unix.Capset(&header, &sets[0]))
}

// calls tells how each kind of address is called.
var calls = []struct {
	at at
	to string
}{
	{"127.0.0.1", "127.0.0.1"}, {"127.0.0.2", "127.0.0.2"}, {"0.0.0.0", "127.0.0.1"}, {"0.0.0.0", "127.0.0.2"},
	{"::1", "::1"}, {"dual", "127.0.0.1"}, {"dual", "127.0.0.2"}, {"dual", "::1"}, {"v6only", "::1"},
	{"::ffff:127.0.0.1", "127.0.0.1"}, {"::ffff:0.0.0.0", "127.0.0.1"},
}

func situations() (all []situation) {
	add := func(name string, f func(*network)) { all = append(all, situation{name: name, make: f}) }
	for _, a := range []at{"127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "dual", "v6only", "::ffff:127.0.0.1", "::ffff:0.0.0.0"} {
		add("listens at "+string(a), func(n *network) { n.listen(a) })
		add("bound at "+string(a), func(n *network) { n.bind(a) })
	}
	for _, c := range calls {
		where := " at " + string(c.at) + " called at " + c.to
		add("TIME-WAIT"+where, func(n *network) { n.memory(c.at, c.to) })
		add("FIN-WAIT-2"+where, func(n *network) { n.halfClosed(c.at, c.to) })
		add("connection without listener"+where, func(n *network) { n.alive(c.at, c.to) })
		add("CLOSE-WAIT without listener"+where, func(n *network) { n.clientLeft(c.at, c.to) })
	}
	for _, local := range []string{"127.0.0.1", "::1"} {
		for _, explicit := range []bool{true, false} {
			name := fmt.Sprintf("outgoing from %s, bound %v", local, explicit)
			add(name, func(n *network) { n.outgoing(local, local, explicit) })
			add(name+", over", func(n *network) {
				server, client := n.outgoing(local, local, explicit)
				n.close(client)
				n.until(FinWait2)
				n.close(server)
				n.until(TimeWait)
			})
			add(name+", closed by the other", func(n *network) {
				server, _ := n.outgoing(local, local, explicit)
				n.close(server)
				n.until(CloseWait)
			})
			add(name+", reset", func(n *network) {
				server, _ := n.outgoing(local, local, explicit)
				n.reset(server)
				eventually(n.t, "no connection", func() bool {
					return !slices.ContainsFunc(n.rows(), func(s Socket) bool { return s.State == Established })
				})
			})
		}
	}
	all = append(all, crowded()...)
	return append(all, odd()...)
}

// crowded are the situations of listeners and their queues.
func crowded() (all []situation) {
	add := func(name string, f func(*network)) { all = append(all, situation{name: name, make: f}) }
	fill := func(n *network, to string, calls int) {
		for range calls {
			n.call(to)
		}
	}
	add("full queue", func(n *network) { n.listen("127.0.0.1"); fill(n, "127.0.0.1", 2) })
	add("one more fits", func(n *network) { n.listen("127.0.0.1"); fill(n, "127.0.0.1", 1) })
	add("full queue of none", func(n *network) { n.listenQueue("127.0.0.1", 0); fill(n, "127.0.0.1", 1) })
	add("full queue of both families", func(n *network) { n.listen("dual"); fill(n, "127.0.0.1", 1); fill(n, "::1", 1) })
	add("full queue of IPv6", func(n *network) { n.listen("::1"); n.listen("127.0.0.1"); fill(n, "::1", 2) })
	add("a client that waits for the queue", func(n *network) {
		n.listen("127.0.0.1")
		fill(n, "127.0.0.1", 2)
		fd := n.socket(netip.MustParseAddr("127.0.0.1"))
		n.must(unix.SetNonblock(fd, true))
		if err := unix.Connect(fd, sockaddr(netip.MustParseAddr("127.0.0.1"), n.port)); err != unix.EINPROGRESS {
			n.t.Fatal(err)
		}
		n.until(SynSent)
	})
	add("two listeners share", func(n *network) {
		n.listen("127.0.0.1", unix.SO_REUSEPORT)
		n.listen("127.0.0.1", unix.SO_REUSEPORT)
	})
	add("two listeners share all addresses", func(n *network) {
		n.listen("0.0.0.0", unix.SO_REUSEPORT)
		n.listen("dual", unix.SO_REUSEPORT)
	})
	add("one address, full, and all of them", func(n *network) {
		n.listen("127.0.0.1", unix.SO_REUSEPORT)
		fill(n, "127.0.0.1", 2)
		n.listen("0.0.0.0", unix.SO_REUSEPORT)
	})
	add("both families apart", func(n *network) { n.listen("127.0.0.1"); n.listen("::1") })
	add("all addresses, apart", func(n *network) { n.listen("0.0.0.0"); n.listen("v6only") })
	add("a listener and its connections", func(n *network) {
		l := n.listen("127.0.0.1")
		n.pair(l, "127.0.0.1")
		server, client := n.pair(l, "127.0.0.1")
		n.close(server)
		n.until(CloseWait)
		n.close(client)
		n.until(TimeWait)
	})
	add("an innocent listener and a memory", func(n *network) {
		n.memory("127.0.0.1", "127.0.0.1")
		n.listen("v6only")
	})
	add("another address and a memory", func(n *network) {
		n.memory("127.0.0.1", "127.0.0.1")
		n.listen("127.0.0.2")
	})
	add("bound to the loopback", func(n *network) { n.listenOn("127.0.0.1", "lo") })
	add("bound to the loopback, all addresses", func(n *network) { n.listenOn("0.0.0.0", "lo") })
	add("bound to the loopback, both families", func(n *network) { n.listenOn("dual", "lo") })
	add("bound to another interface", func(n *network) { n.dummy(); n.listenOn("0.0.0.0", "nulle") })
	add("bound to another interface, both families", func(n *network) { n.dummy(); n.listenOn("dual", "nulle") })
	add("bound to either interface", func(n *network) {
		n.dummy()
		n.listenOn("0.0.0.0", "nulle")
		n.listenOn("0.0.0.0", "lo")
	})
	add("at the address of another interface", func(n *network) { n.dummy(); n.listen("192.0.2.1") })
	add("in flight in a message", func(n *network) {
		pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		n.must(err)
		n.keep(pair[0])
		n.keep(pair[1])
		l := n.listen("127.0.0.1")
		n.must(unix.Sendmsg(pair[0], []byte{0}, unix.UnixRights(l), nil, 0))
		n.close(l)
	})
	add("a handshake that waits for data", func(n *network) {
		l := n.listen("127.0.0.1")
		n.must(unix.SetsockoptInt(l, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 30))
		n.call("127.0.0.1")
		n.until(SynReceived)
	})
	add("a handshake that has lost its listener", func(n *network) {
		l := n.listen("127.0.0.1")
		n.must(unix.SetsockoptInt(l, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 30))
		n.call("127.0.0.1")
		n.until(SynReceived)
		n.close(l)
	})
	return all
}

func (n *network) listenOn(a at, device string) {
	n.t.Helper()
	fd := n.socket(a.addr())
	n.must(unix.BindToDevice(fd, device))
	n.must(bindAs(fd, BindRequest{Addr: netip.AddrPortFrom(a.addr(), n.port), ReuseAddr: n.reuse}))
	n.must(unix.Listen(fd, 1))
}

// odd are the situations of rights, of families and of what is no server.
func odd() (all []situation) {
	add := func(name string, f func(*network)) { all = append(all, situation{name: name, make: f}) }
	low := func(name string, f func(*network)) { all = append(all, situation{name: name, port: 80, make: f}) }
	add("nothing", func(*network) {})
	add("a UDP socket", func(n *network) {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		n.must(err)
		n.must(unix.Bind(n.keep(fd), sockaddr(netip.MustParseAddr("127.0.0.1"), n.port)))
	})
	add("only a remote port", func(n *network) {
		l := n.listen("127.0.0.1")
		server, _ := n.pair(l, "127.0.0.1")
		n.reset(server)
		n.close(l)
	})
	add("the memory of a client", func(n *network) {
		l := n.listen("127.0.0.1")
		server, client := n.pair(l, "127.0.0.1")
		n.close(client)
		n.until(CloseWait)
		n.close(server)
		n.until(TimeWait)
		n.close(l)
	})
	add("connected to itself", func(n *network) {
		fd := n.bind("127.0.0.1")
		n.must(unix.Connect(fd, sockaddr(netip.MustParseAddr("127.0.0.1"), n.port)))
	})
	add("half closed, still held", func(n *network) {
		l := n.listen("127.0.0.1")
		server, _ := n.pair(l, "127.0.0.1")
		n.must(unix.Shutdown(server, unix.SHUT_WR))
		n.close(l)
		n.until(FinWait2)
	})
	add("a FIN that cannot leave", func(n *network) {
		l := n.listen("127.0.0.1")
		server, _ := n.pair(l, "127.0.0.1")
		stage{t: n.t}.fill(server)
		n.must(unix.Shutdown(server, unix.SHUT_WR))
		n.close(l)
		n.until(FinWait1)
	})
	add("the port is reserved", func(n *network) { n.write("ipv4/ip_local_reserved_ports", "12340-12350") })
	add("the port is one of those lent", func(n *network) { n.write("ipv4/ip_local_port_range", "12000 13000") })
	add("no IPv6", func(n *network) { n.write("ipv6/conf/lo/disable_ipv6", "1") })
	add("no IPv6, and a listener of both families", func(n *network) {
		n.write("ipv6/conf/lo/disable_ipv6", "1")
		n.listen("dual")
	})
	add("the loopback is down", func(n *network) { n.ip("link", "set", "lo", "down") })
	add("the loopback is down under a listener", func(n *network) {
		n.listen("0.0.0.0")
		n.ip("link", "set", "lo", "down")
	})
	add("127.0.0.1 was taken away", func(n *network) { n.ip("addr", "del", "127.0.0.1/8", "dev", "lo") })
	low("a low port", func(*network) {})
	low("a low port, not allowed", func(n *network) { n.forbid() })
	low("a low port, not allowed, of somebody", func(n *network) { n.listen("dual"); n.forbid() })
	low("a low port, not allowed, without IPv6", func(n *network) { n.write("ipv6/conf/lo/disable_ipv6", "1"); n.forbid() })
	low("a low port, not allowed, without 127.0.0.1", func(n *network) {
		n.ip("addr", "del", "127.0.0.1/8", "dev", "lo")
		n.forbid()
	})
	low("a low port for all", func(n *network) { n.write("ipv4/ip_unprivileged_port_start", "80"); n.forbid() })
	return all
}
