package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Bare returns s without what a terminal obeys and does not show: colours,
// titles, cursor moves (ECMA-48).
func Bare(s string) string {
	if !strings.Contains(s, "\x1b") {
		return s
	}
	return ansi.Strip(s)
}
