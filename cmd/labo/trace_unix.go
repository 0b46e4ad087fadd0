//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"

	"labo/lessons/trace"
)

// stopDeaf does nothing: here a call that waits is interrupted by Ctrl+C.
func (*tracing) stopDeaf(*trace.Session) {}

// fromKeyboard reports whether a signal may come from the terminal, which
// gives it to every program in front.
func fromKeyboard() bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDONLY|unix.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	front, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && front == unix.Getpgrp()
}
