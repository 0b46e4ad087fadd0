package main

import (
	"os"

	"golang.org/x/sys/windows"
)

func init() { ansiReady = enableSequences }

// enableSequences asks a Windows console to obey escape sequences
// (SetConsoleMode, ENABLE_VIRTUAL_TERMINAL_PROCESSING). Consoles older than
// Windows 10 refuse.
func enableSequences(f *os.File) bool {
	handle := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(handle, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
