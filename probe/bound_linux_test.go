package probe

import (
	"context"
	"testing"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// What ShowsBound says is what Sockets does.
func TestShowsBoundAgreesWithSockets(t *testing.T) {
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
		return fd, uint16(name.(*unix.SockaddrInet6).Port)
	})
	for _, source := range []Source{SockDiag, Gopsutil} {
		snap, err := Sockets(t.Context(), Filter{Ports: []uint16{port}, Source: source})
		if err != nil {
			t.Fatalf("%v: %v", source, err)
		}
		if said, seen := ShowsBound(t.Context(), source), len(snap.Sockets) == 1; said != seen {
			t.Errorf("%v: ShowsBound is %v, and Sockets gave %d rows", source, said, len(snap.Sockets))
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if ShowsBound(ended, SockDiag) {
		t.Error("an ended context shows something")
	}
}
