package probe

import (
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

// errnoName returns the name without the prefix of Winsock.
func errnoName(e syscall.Errno) string { return strings.TrimPrefix(winsockNames[e], "WSA") }

var winsockNames = map[syscall.Errno]string{
	windows.WSAEACCES:        "WSAEACCES",
	windows.WSAEADDRINUSE:    "WSAEADDRINUSE",
	windows.WSAEADDRNOTAVAIL: "WSAEADDRNOTAVAIL",
	windows.WSAEAFNOSUPPORT:  "WSAEAFNOSUPPORT",
	windows.WSAECONNREFUSED:  "WSAECONNREFUSED",
	windows.WSAEHOSTUNREACH:  "WSAEHOSTUNREACH",
	windows.WSAENETUNREACH:   "WSAENETUNREACH",
}

func tryBind(req BindRequest) error {
	addr, port := req.Addr.Addr(), int(req.Addr.Port())
	var at syscall.Sockaddr = &syscall.SockaddrInet6{Addr: addr.As16(), Port: port}
	family := syscall.AF_INET6
	if addr.Is4() {
		at, family = &syscall.SockaddrInet4{Addr: addr.As4(), Port: port}, syscall.AF_INET
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Closesocket(fd)
	return syscall.Bind(fd, at)
}

// allowsPort: Windows keeps no low ports for anybody.
func allowsPort(uint16) Maybe[bool] { return Known(true) }

func lending(uint16) (lent, kept bool) { return false, false }

func loopbackDown() bool { return false } // not looked for
