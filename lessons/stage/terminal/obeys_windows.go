package terminal

import (
	"os"
	"strings"
	"sync"
	"unicode/utf16"

	"golang.org/x/sys/windows"
)

// Obeys asks a Windows console to obey escape sequences
// (SetConsoleMode, ENABLE_VIRTUAL_TERMINAL_PROCESSING) and reports whether it
// does. Consoles older than Windows 10 refuse; that of Wine agrees, and shows
// them all the same.
func Obeys(f *os.File) bool {
	handle := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(handle, &mode) != nil {
		return false
	}
	if windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) != nil {
		return false
	}
	obeyed.once.Do(func() { obeyed.yes = obeys(handle) })
	return obeyed.yes
}

// obeyed is whether the console obeys, once that was tried.
var obeyed struct {
	once sync.Once
	yes  bool
}

// obeys writes a sequence that shows nothing and looks whether the cursor has
// moved: then the console took it for text, which is wiped out.
func obeys(console windows.Handle) bool {
	var before, after windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(console, &before) != nil {
		return false
	}
	write := func(s string) {
		text := utf16.Encode([]rune(s))
		var written uint32
		windows.WriteConsole(console, &text[0], uint32(len(text)), &written, nil)
	}
	const nothing = "\x1b[0m"
	write(nothing)
	if windows.GetConsoleScreenBufferInfo(console, &after) != nil {
		return false
	}
	if before.CursorPosition == after.CursorPosition {
		return true
	}
	windows.SetConsoleCursorPosition(console, before.CursorPosition)
	write(strings.Repeat(" ", len(nothing)))
	windows.SetConsoleCursorPosition(console, before.CursorPosition)
	return false
}
