package chat

import (
	"errors"
	"slices"
	"syscall"
)

// isErrno reports whether err comes from one of the given numbers of this
// system (errno_*.go).
func isErrno(err error, any ...syscall.Errno) bool {
	e, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains(any, e)
}
