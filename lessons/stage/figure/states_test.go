package figure

import (
	"strings"
	"testing"

	"labo/lessons/demo"
	"labo/lessons/text"
	"labo/probe"
)

func TestDiagramMarksWhatWasReached(t *testing.T) {
	lines := strings.Join(states([]probe.State{probe.Closing, probe.Listen}), "\n")
	for _, s := range demo.Eleven {
		mark := "· "
		if s == probe.Closing || s == probe.Listen {
			mark = "✓ "
		}
		if strings.Count(lines, mark+s.String()) != 1 {
			t.Errorf("%s%v stands %d times in\n%s", mark, s, strings.Count(lines, mark+s.String()), lines)
		}
	}
	if strings.Contains(lines, "@") {
		t.Errorf("a name of the drawing is no state:\n%s", lines)
	}
	for line := range strings.Lines(lines) {
		if w := text.Width(strings.TrimSuffix(line, "\n")); w > 48 {
			t.Errorf("%d cells: %q", w, line)
		}
	}
}
