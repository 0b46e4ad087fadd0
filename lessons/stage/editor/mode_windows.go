package editor

import (
	"os"

	"golang.org/x/sys/windows"
)

func init() {
	openMode = func(f *os.File) mode { return &console{handle: windows.Handle(f.Fd())} }
	openInput = func(f *os.File) (input, error) { return waiting{f}, nil }
}

// console is the mode of a console's input (SetConsoleMode).
type console struct {
	handle windows.Handle
	saved  uint32
}

// enter keeps ENABLE_PROCESSED_INPUT: Ctrl+C stays a signal.
func (c *console) enter() error {
	var was uint32
	if err := windows.GetConsoleMode(c.handle, &was); err != nil {
		return err
	}
	raw := was&^(windows.ENABLE_ECHO_INPUT|windows.ENABLE_LINE_INPUT) |
		windows.ENABLE_PROCESSED_INPUT | windows.ENABLE_VIRTUAL_TERMINAL_INPUT
	if err := windows.SetConsoleMode(c.handle, raw); err != nil {
		return err
	}
	c.saved = was
	return nil
}

func (c *console) leave() error { return windows.SetConsoleMode(c.handle, c.saved) }

// waiting is a console: a read that waits there cannot be ended.
type waiting struct{ *os.File }

func (waiting) cancel() bool { return false }
func (waiting) free()        {}
