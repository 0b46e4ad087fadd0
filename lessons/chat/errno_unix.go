//go:build unix

package chat

import "syscall"

const (
	errnoInUse        = syscall.EADDRINUSE
	errnoNotAvailable = syscall.EADDRNOTAVAIL
	errnoNoFamily     = syscall.EAFNOSUPPORT
	errnoDenied       = syscall.EACCES
	errnoNotPermitted = syscall.EPERM
	errnoRefused      = syscall.ECONNREFUSED
	errnoReset        = syscall.ECONNRESET
	errnoAborted      = syscall.ECONNABORTED
	errnoPipe         = syscall.EPIPE
	errnoTimedOut     = syscall.ETIMEDOUT
	errnoNoHost       = syscall.EHOSTUNREACH
	errnoNoNet        = syscall.ENETUNREACH
)
