//go:build unix

package probe

import (
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// SystemErrno returns the name that this system has for a number
// ("ECONNREFUSED", Winsock's "WSAECONNREFUSED"), "" for one that is not known.
func SystemErrno(e syscall.Errno) string { return unix.ErrnoName(e) }

func bindUDP(addr netip.Addr) error {
	c, err := net.ListenUDP(udp(addr), net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)))
	if err == nil {
		c.Close()
	}
	return err
}

func callUDP(to netip.AddrPort) error {
	c, err := net.DialUDP(udp(to.Addr()), nil, net.UDPAddrFromAddrPort(to))
	if err == nil {
		c.Close()
	}
	return err
}

func udp(addr netip.Addr) string {
	if addr.Is4() {
		return "udp4"
	}
	return "udp6"
}

func tryBind(req BindRequest) error {
	// A child that is started meanwhile would hold the socket until its exec.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := unix.Socket(domain(req.Addr.Addr()), unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return bindAs(fd, req)
}

// bindAs sets the options of a request and binds.
func bindAs(fd int, req BindRequest) error {
	if req.ReuseAddr {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
			return err
		}
	}
	addr, port := req.Addr.Addr(), int(req.Addr.Port())
	if addr.Is4() {
		return unix.Bind(fd, &unix.SockaddrInet4{Addr: addr.As4(), Port: port})
	}
	only := 0
	if req.V6Only {
		only = 1
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, only); err != nil {
		return err
	}
	return unix.Bind(fd, &unix.SockaddrInet6{Addr: addr.As16(), Port: port})
}

func domain(addr netip.Addr) int {
	if addr.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}
