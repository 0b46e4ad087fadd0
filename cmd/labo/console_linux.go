package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// The keyboard of a Linux console, as unicode_start(1) and unicode_stop(1) set
// it together with the screen, which cannot be asked (ioctl_console(2)).
const (
	getKeyboardMode = 0x4b44 // KDGKBMODE
	keyboardBytes   = 1      // K_XLATE: one byte a character
)

func init() {
	singleByte = func(f *os.File) bool {
		mode, err := unix.IoctlGetInt(int(f.Fd()), getKeyboardMode)
		return err == nil && mode == keyboardBytes // an error: no console
	}
}
