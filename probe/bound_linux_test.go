package probe

import (
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// ShowsBound is tried with a socket that nobody is told of.
func TestShowsBound(t *testing.T) {
	var tried []uint16 // what unnamed refuses stays bound until the end too
	_, port := unnamed(t, func() (fd int, port uint16) {
		fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
		if err != nil {
			probetest.Missing(t, "no IPv6 socket here: %v", err)
		}
		t.Cleanup(func() { unix.Close(fd) })
		if err := unix.Bind(fd, &unix.SockaddrInet6{Addr: [16]byte{15: 1}}); err != nil {
			probetest.Missing(t, "no ::1 here: %v", err)
		}
		name, err := unix.Getsockname(fd)
		must(t, err)
		tried = append(tried, uint16(name.(*unix.SockaddrInet6).Port))
		return fd, tried[len(tried)-1]
	})
	for _, source := range []Source{SockDiag, Gopsutil} {
		snap := mustSockets(t, Filter{Ports: []uint16{port}, Source: source, Foresee: true})
		if shown := len(snap.Sockets) == 1; shown != snap.ShowsBound {
			t.Errorf("%v: ShowsBound is %v with %d rows", source, snap.ShowsBound, len(snap.Sockets))
		}
	}
	for _, s := range mustSockets(t, Filter{Foresee: true}).Sockets {
		if s.State == Bound && !slices.Contains(tried, s.Local.Port()) && s.HeldBy(os.Getpid()) {
			t.Errorf("the socket of the try is told: %+v", s)
		}
	}
}
