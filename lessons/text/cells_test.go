package text

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// The short way to count cells counts what the long way counts.
func TestWidthIsThatOfTheTerminal(t *testing.T) {
	known := []rune{' ', 'a', '~'}
	for r := rune(0x80); r <= utf8.MaxRune; r++ {
		if !oneCell(r) {
			continue
		}
		known = append(known, r)
		for _, s := range []string{string(r), "a" + string(r) + "b", string([]rune{r, r})} {
			if want := ansi.StringWidth(s); want != utf8.RuneCountInString(s) {
				t.Errorf("%U: %q takes %d cells", r, s, want)
			}
		}
	}
	if len(known) < 500 {
		t.Fatalf("%d characters", len(known))
	}
	others := []string{"\x1b[1;31m", "\x1b[m", "\x1b[0m", "e\u0301", "日本", "👩\u200d🔬", "\x1b[", "\x1b[2J", "\x1b]0;x\x07", "\t", "\x7f", "\u00ad", "\xff", "✓\ufe0f", "\u200b", "\x1b"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		var b strings.Builder
		for range random.IntN(20) {
			if random.IntN(8) == 0 {
				b.WriteString(others[random.IntN(len(others))])
				continue
			}
			b.WriteRune(known[random.IntN(len(known))])
		}
		s, width := b.String(), random.IntN(20)
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Fatalf("%q takes %d cells, not %d", s, want, got)
		}
		if got, want := Truncate(s, width), ansi.Truncate(s, width, "…"); width > 0 && got != want {
			t.Fatalf("%q cut to %d cells is %q, not %q", s, width, want, got)
		}
	}
}
