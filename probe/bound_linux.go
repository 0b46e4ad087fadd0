package probe

import (
	"context"
	"slices"

	"golang.org/x/sys/unix"
)

func init() { triesBound = seesOwnBound }

// seesOwnBound binds a socket to a loopback port of the kernel's choice and
// asks sock_diag for it. Without owners this takes a fraction of [Sockets].
func seesOwnBound(ctx context.Context) bool {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return false
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		return false
	}
	own, ok := name.(*unix.SockaddrInet4)
	if !ok {
		return false
	}
	port := uint16(own.Port)
	socks, _, err := dumpSockets(ctx, dialSockDiag, &Filter{Ports: []uint16{port}, States: NewStateSet(Bound)})
	return err == nil && slices.ContainsFunc(socks, func(s Socket) bool {
		return s.State == Bound && s.Local.Port() == port
	})
}
