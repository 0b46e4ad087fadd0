// Package demo makes the operating system do what a lesson is about, and
// returns what happened as facts. It knows no screen.
package demo

import (
	"net/netip"
	"os"
	"runtime"
	"syscall"
)

// Raw is a TCP socket handled call by call, as the sheet's Python programs do
// it: net.Listen makes socket(), bind() and listen() in one go, and a lesson
// wants to stop between them.
type Raw struct {
	fd     handle
	closed bool
}

// NewRaw calls socket(AF_INET, SOCK_STREAM, 0). The descriptor is not
// inherited by children.
func NewRaw() (*Raw, error) {
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	return &Raw{fd: fd}, nil
}

// Descriptor returns the number by which this process knows the socket.
func (r *Raw) Descriptor() int { return int(r.fd) }

// Reuse sets SO_REUSEADDR, so that a scene can be played again while the
// kernel still remembers connections of the last time (socket(7)). Windows
// gives the option another meaning (it lets a port be stolen) and does not
// need it: there, Reuse does nothing.
func (r *Raw) Reuse() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	return os.NewSyscallError("setsockopt", syscall.SetsockoptInt(r.fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
}

// Bind calls bind() with an IPv4 address.
func (r *Raw) Bind(a netip.AddrPort) error {
	sa := &syscall.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
	return os.NewSyscallError("bind", syscall.Bind(r.fd, sa))
}

// Listen calls listen() with that backlog.
func (r *Raw) Listen(backlog int) error {
	return os.NewSyscallError("listen", syscall.Listen(r.fd, backlog))
}

// Close closes the socket; a second call does nothing.
func (r *Raw) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	return os.NewSyscallError("close", closeHandle(r.fd))
}
