package chat

import "golang.org/x/sys/windows"

// Winsock has its own numbers; the E* constants of package syscall are
// inventions of Go on Windows, which no call ever returns.
const (
	errnoInUse        = windows.WSAEADDRINUSE
	errnoNotAvailable = windows.WSAEADDRNOTAVAIL
	errnoNoFamily     = windows.WSAEAFNOSUPPORT
	errnoDenied       = windows.WSAEACCES
	errnoNotPermitted = windows.WSAEACCES
	errnoRefused      = windows.WSAECONNREFUSED
	errnoReset        = windows.WSAECONNRESET
	errnoAborted      = windows.WSAECONNABORTED
	errnoPipe         = windows.WSAESHUTDOWN
	errnoTimedOut     = windows.WSAETIMEDOUT
	errnoNoHost       = windows.WSAEHOSTUNREACH
	errnoNoNet        = windows.WSAENETUNREACH
)
