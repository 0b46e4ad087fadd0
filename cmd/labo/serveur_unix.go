//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// With SIGTTIN ignored, a read from the background fails with EIO instead of
// stopping the process (POSIX, General Terminal Interface, 11.1.4).
func init() { keepRunningInBackground = func() { signal.Ignore(syscall.SIGTTIN) } }
