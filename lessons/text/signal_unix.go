//go:build unix

package text

import (
	"syscall"

	"golang.org/x/sys/unix"
)

func signalName(number int) string { return unix.SignalName(syscall.Signal(number)) }
