//go:build unix && !linux

package chat

import "golang.org/x/sys/unix"

const getTermios = unix.TIOCGETA
