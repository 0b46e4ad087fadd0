//go:build !windows

package terminal

import "os"

// Obeys reports whether a terminal obeys escape sequences. All do, but old
// Windows consoles.
func Obeys(*os.File) bool { return true }
