package chat

import (
	"errors"
	"slices"
	"syscall"

	"labo/lessons/fault"
)

// isErrno reports whether err comes from one of the given numbers of this
// system (errno_*.go).
func isErrno(err error, any ...syscall.Errno) bool {
	e, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains(any, e)
}

// Refused reports whether a call was answered "no": nobody listens there.
func Refused(err error) bool { return isErrno(err, errnoRefused) }

// Broken reports whether a read or a write failed because the peer's
// RST came. Windows says so with ECONNABORTED as well, and a write after the
// RST has been reported by EPIPE.
func Broken(err error) bool {
	return isErrno(err, errnoReset, errnoAborted, errnoPipe)
}

// ErrnoText names the number that the system gave: "ECONNREFUSED (111)". Where
// there is no number, it is the cause that labo knows.
func ErrnoText(err error) string { return fault.Cause(err) }
