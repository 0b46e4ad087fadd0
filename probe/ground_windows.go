package probe

import (
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
