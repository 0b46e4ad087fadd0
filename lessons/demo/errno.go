package demo

import (
	"errors"
	"fmt"
	"syscall"
)

// Errno returns the name and number of the system error inside err, as in
// "ECONNREFUSED (111)", and the empty string where there is none. Numbers
// differ from one system to another: this is the number of this one.
func Errno(err error) string {
	e, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return ""
	}
	if name := errnoName(e); name != "" {
		return fmt.Sprintf("%s (%d)", name, int(e))
	}
	return fmt.Sprintf("erreur %d", int(e))
}
