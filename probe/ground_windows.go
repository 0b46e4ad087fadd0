package probe

import (
	"net/netip"
	"syscall"

	"golang.org/x/sys/windows"
)

// SystemErrno returns the name that this system has for a number
// ("WSAECONNREFUSED"), "" for one that is not known.
func SystemErrno(e syscall.Errno) string { return errnoNames[e] }

// Winsock has its own numbers; the E* constants of package syscall are
// inventions of Go on Windows, which no call ever returns.
var errnoNames = map[syscall.Errno]string{
	windows.WSAEADDRINUSE:        "WSAEADDRINUSE",
	windows.WSAEADDRNOTAVAIL:     "WSAEADDRNOTAVAIL",
	windows.WSAEAFNOSUPPORT:      "WSAEAFNOSUPPORT",
	windows.WSAEACCES:            "WSAEACCES",
	windows.WSAECONNREFUSED:      "WSAECONNREFUSED",
	windows.WSAECONNRESET:        "WSAECONNRESET",
	windows.WSAECONNABORTED:      "WSAECONNABORTED",
	windows.WSAESHUTDOWN:         "WSAESHUTDOWN",
	windows.WSAETIMEDOUT:         "WSAETIMEDOUT",
	windows.WSAEHOSTUNREACH:      "WSAEHOSTUNREACH",
	windows.WSAENETUNREACH:       "WSAENETUNREACH",
	windows.ERROR_FILE_NOT_FOUND: "ERROR_FILE_NOT_FOUND",
	windows.ERROR_PATH_NOT_FOUND: "ERROR_PATH_NOT_FOUND",
	windows.ERROR_ACCESS_DENIED:  "ERROR_ACCESS_DENIED",
	windows.ERROR_BROKEN_PIPE:    "ERROR_BROKEN_PIPE",
}

// Go's own UDP sockets want of Windows what not all of them have (SIO_UDP_NETRESET).
func bindUDP(addr netip.Addr) error {
	return withSocket(netip.AddrPortFrom(addr, 0), syscall.SOCK_DGRAM, syscall.Bind)
}

func callUDP(to netip.AddrPort) error { return withSocket(to, syscall.SOCK_DGRAM, syscall.Connect) }

func tryBind(req BindRequest) error { return withSocket(req.Addr, syscall.SOCK_STREAM, syscall.Bind) }

// withSocket makes a socket for one call with an address.
func withSocket(at netip.AddrPort, kind int, call func(syscall.Handle, syscall.Sockaddr) error) error {
	var to syscall.Sockaddr = &syscall.SockaddrInet6{Addr: at.Addr().As16(), Port: int(at.Port())}
	family := syscall.AF_INET6
	if at.Addr().Is4() {
		to, family = &syscall.SockaddrInet4{Addr: at.Addr().As4(), Port: int(at.Port())}, syscall.AF_INET
	}
	fd, err := syscall.Socket(family, kind, 0)
	if err != nil {
		return err
	}
	defer syscall.Closesocket(fd)
	return call(fd, to)
}

func openPorts() PortRange { return PortRange{Low: 1, High: lastPort} }

// allowsPort: Windows keeps no low ports for anybody.
func allowsPort(uint16) Maybe[bool] { return Known(true) }

func lending(uint16) (lent, kept bool) { return false, false }

func loopbackDown() bool { return false } // not looked for
