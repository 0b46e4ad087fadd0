package fault

import (
	"syscall"

	"golang.org/x/sys/windows"
)

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

func errnoName(e syscall.Errno) string { return errnoNames[e] }

var (
	refused = []syscall.Errno{windows.WSAECONNREFUSED}
	broken  = []syscall.Errno{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAESHUTDOWN}
)
