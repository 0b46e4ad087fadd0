package probe

import (
	"fmt"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// holdSockets opens n connected sockets (n even) on one port of the loopback.
func holdSockets(b testing.TB, n int) (port uint16) {
	b.Helper()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	addr := netip.MustParseAddr("127.0.0.1").As4()
	socket := func() int {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		must(err)
		b.Cleanup(func() { unix.Close(fd) })
		return fd
	}
	l := socket()
	must(unix.Bind(l, &unix.SockaddrInet4{Addr: addr}))
	must(unix.Listen(l, 16))
	sa, err := unix.Getsockname(l)
	must(err)
	for range n / 2 {
		// Without TIME-WAIT after, which would fill the ephemeral ports.
		c := socket()
		must(unix.SetsockoptLinger(c, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}))
		must(unix.Connect(c, sa))
		fd, _, err := unix.Accept4(l, unix.SOCK_CLOEXEC)
		must(err)
		must(unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}))
		b.Cleanup(func() { unix.Close(fd) })
	}
	return uint16(sa.(*unix.SockaddrInet4).Port)
}

func BenchmarkSockets(b *testing.B) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{0, 200, 2000, 10000} {
		if limit.Cur < uint64(n)+200 {
			b.Logf("%d sockets do not fit in the %d descriptors that this process may have", n, limit.Cur)
			continue
		}
		b.Run(fmt.Sprintf("all/%d", n), func(b *testing.B) {
			holdSockets(b, n)
			benchmarkSockets(b, Filter{Source: SockDiag}, n)
		})
		b.Run(fmt.Sprintf("port/%d", n), func(b *testing.B) {
			holdSockets(b, n)
			benchmarkSockets(b, Filter{Source: SockDiag, Ports: []uint16{holdSockets(b, 2)}}, 3)
		})
	}
}

func benchmarkSockets(b *testing.B, f Filter, atLeast int) {
	b.ReportAllocs()
	for b.Loop() {
		snap, err := Sockets(b.Context(), f)
		if err != nil {
			b.Fatal(err)
		}
		if len(snap.Sockets) < atLeast {
			b.Fatalf("%d sockets, want %d", len(snap.Sockets), atLeast)
		}
	}
}

// The work for one more socket allocates nothing: only buffers grow. What is
// left is what a measurement costs and one Holder for each process.
func TestSocketsAllocations(t *testing.T) {
	const more = 1000
	few, many := holdSockets(t, 2), holdSockets(t, 2+more)
	allocs := func(port uint16, atLeast int) float64 {
		return testing.AllocsPerRun(5, func() {
			snap, err := Sockets(t.Context(), Filter{Source: SockDiag, Ports: []uint16{port}})
			if err != nil || len(snap.Sockets) < atLeast {
				t.Fatalf("%v", err)
			}
		})
	}
	a, b := allocs(few, 3), allocs(many, 3+more)
	t.Logf("%.0f allocations for 3 sockets, %.0f for %d", a, b, 3+more)
	if per := (b - a) / more; per > 0.1 {
		t.Errorf("%.2f allocations per socket, want 0.1 at most", per)
	}
	if a > 600 {
		t.Errorf("%.0f allocations for 3 sockets", a)
	}
}
