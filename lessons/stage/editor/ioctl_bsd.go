//go:build unix && !linux

package editor

import "golang.org/x/sys/unix"

const getTermios, setTermios = unix.TIOCGETA, unix.TIOCSETA // tty(4)
