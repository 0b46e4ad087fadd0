package demo

import (
	"errors"
	"syscall"

	"labo/lessons/chat"
)

// Errno returns the name and number of the system error inside err, as in
// "ECONNREFUSED (111)", and the empty string where there is none. Numbers
// differ from one system to another: this is the number of this one.
func Errno(err error) string {
	if _, ok := errors.AsType[syscall.Errno](err); !ok {
		return ""
	}
	return chat.ErrnoText(err)
}
