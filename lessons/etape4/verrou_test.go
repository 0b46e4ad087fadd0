package etape4

import (
	"strings"
	"testing"
	"time"

	"labo/lessons/demo"
	"labo/lessons/text"
)

// What a computation says of Python's lock, and when it says nothing.
func TestWhatTheLockSays(t *testing.T) {
	ms := time.Millisecond
	for name, c := range map[string]struct {
		computed demo.Computed
		want     string
	}{
		"with its lock, at peace":    {demo.Computed{Turns: [2]int{1000, 960}, Wall: [2]time.Duration{300 * ms, 306 * ms}, CPU: [2]time.Duration{300 * ms, 304 * ms}}, "autant"},
		"without, at peace":          {demo.Computed{Turns: [2]int{1000, 1950}, Wall: [2]time.Duration{300 * ms, 300 * ms}, CPU: [2]time.Duration{299 * ms, 590 * ms}}, "double"},
		"a computer that is busy":    {demo.Computed{Turns: [2]int{151, 302}, Wall: [2]time.Duration{329 * ms, 315 * ms}, CPU: [2]time.Duration{33 * ms, 63 * ms}}, ""},
		"busy with one thread alone": {demo.Computed{Turns: [2]int{600, 1000}, Wall: [2]time.Duration{300 * ms, 300 * ms}, CPU: [2]time.Duration{180 * ms, 300 * ms}}, ""},
		"turns and cores disagree":   {demo.Computed{Turns: [2]int{1000, 1000}, Wall: [2]time.Duration{300 * ms, 300 * ms}, CPU: [2]time.Duration{300 * ms, 590 * ms}}, ""},
		"nothing measured":           {demo.Computed{}, ""},
	} {
		if got := lockSays(c.computed); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The table of addresses stands on one line each in 60 columns, in projection
// too.
func TestColumnsAreNarrow(t *testing.T) {
	rows := columns([][]string{{"sans", "REUSEADDR", "REUSEPORT"}, {"refusé", "non essayé", "accepté"}, {"impossible", "refusé", "accepté"}})
	for i, want := range []string{"sans       REUSEADDR  REUSEPORT", "refusé     non essayé accepté", "impossible refusé     accepté"} {
		if got := strings.ReplaceAll(rows[i], text.NBSP, " "); got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
}
