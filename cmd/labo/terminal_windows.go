package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/windows"
)

func init() {
	ansiReady = enableSequences
	// Shown by cobra when labo.exe is double-clicked, in a window that closes
	// with it.
	cobra.MousetrapHelpText = "labo se lance dans un terminal : ouvrez « Terminal » ou « PowerShell »\n" +
		"dans ce dossier, puis tapez .\\labo\n"
	cobra.MousetrapDisplayDuration = time.Minute
}

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
