package fault

import (
	"syscall"

	"golang.org/x/sys/windows"
)

var (
	refused = []syscall.Errno{windows.WSAECONNREFUSED}
	broken  = []syscall.Errno{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAESHUTDOWN}
)
