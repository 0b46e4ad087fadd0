// Package linear shows a lesson as lines of text, from top to bottom: on a
// terminal with Enter between scenes, or in one go into a pipe, a file or a
// screen reader. Nothing it wrote is ever moved or erased.
package linear

import (
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/figure"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// lastSaid is how many lines are taken for what is on screen.
const lastSaid = 30

// Widths, in cells. Prose wider than a book's line is hard to read; tables may
// use more.
const (
	narrowest  = 40
	widestText = 80
	widestAll  = 110
)

// Stage is a [dialogue.Stage] of lines.
type Stage struct {
	out     io.Writer
	paint   paint.Palette
	columns func() int
	keys    *Keyboard      // nil: nobody is there
	auto    *time.Duration // not nil: goes on by itself after this delay
	full    bool           // the last line written is not blank
	checks  []string       // commands of what was shown since the last wait, each once
	said    []string       // the last lines, which a reader may want explained
	rows    []probe.Socket // of the last table
	further string         // what + leads to at the next pause, "" for nothing
	typing  bool           // lines are typed one after the other, perhaps ahead

	// Brief leaves 127.0.0.1 out of addresses and has one line a socket, in a
	// column that is narrow.
	Brief bool

	// Done says how a scene was played to its end, for the list: "faite, 2
	// questions passées", "" for one that was not. It may be nil.
	Done func(scene string) string
	// Lend runs a program that has the terminal to itself; nil: as any other.
	Lend func(*exec.Cmd) error
}

var _ dialogue.Stage = (*Stage)(nil)

// New returns a stage that writes to out. columns gives the width of the
// screen at any moment. Without keys, or with auto, it asks nothing: auto is
// the time left to read at each pause.
func New(out io.Writer, palette paint.Palette, columns func() int, keys *Keyboard, auto *time.Duration) *Stage {
	return &Stage{out: out, paint: palette, columns: columns, keys: keys, auto: auto}
}

func (s *Stage) width() int     { return min(max(s.columns(), narrowest), widestAll) }
func (s *Stage) textWidth() int { return min(s.width(), widestText) }

// line writes one line.
func (s *Stage) line(line string) {
	fmt.Fprintln(s.out, line)
	if s.keys != nil {
		s.said = append(s.said[max(0, len(s.said)-lastSaid):], line)
	}
	s.full = strings.TrimSpace(line) != ""
}

// gap parts two blocks by exactly one blank line.
func (s *Stage) gap() {
	if s.full {
		s.line("")
	}
}

// Begin writes the scene's heading.
func (s *Stage) Begin(h scene.Head) {
	s.showChecks()
	s.rows = nil
	s.further = ""
	left := fmt.Sprintf("━━ Étape %d · %s ", h.Step, h.StepTitle)
	right := fmt.Sprintf(" %s · %s", h.Place(), h.ID)
	width := s.textWidth()
	if text.Width(left)+text.Width(right)+2 > width {
		left = fmt.Sprintf("━━ Étape %d ", h.Step)
	}
	if h.Step == 0 { // not part of a step
		left, right = "━━ "+h.StepTitle+" ", fmt.Sprintf(" %d/%d", h.Index+1, h.Total)
	}
	fill := max(width-text.Width(left)-text.Width(right), 2)
	s.gap()
	s.line("")
	s.line(s.paint.Strong(text.Truncate(left+strings.Repeat("━", fill)+right, width)))
	s.gap()
	s.line("  " + s.paint.Title(text.French(h.Title)))
	s.gap()
}

// Prose writes blocks of text.
func (s *Stage) Prose(blocks []prose.Block) {
	s.typing = false
	for _, b := range blocks {
		s.gap()
		s.block(b, 2)
	}
	s.gap()
}

// States writes the states of a connection.
func (s *Stage) States(reached []probe.State) { s.Prose(figure.StatesBlock(reached)) }

func (s *Stage) block(b prose.Block, margin int) {
	pad := strings.Repeat(" ", margin)
	switch b.Kind {
	case prose.Paragraph:
		s.paragraph(b.Spans, pad, pad)
	case prose.Code:
		for _, l := range b.Lines {
			s.code(pad, text.Visible(l))
		}
	case prose.List:
		for i, item := range b.Items {
			mark := "• "
			if b.Ordered {
				mark = fmt.Sprintf("%d. ", i+1)
			}
			s.paragraph(item, pad+mark, pad+strings.Repeat(" ", text.Width(mark)))
		}
	}
}

// code writes one line of a program; where it is too long, the rest stands
// under it, two columns further.
func (s *Stage) code(pad, line string) {
	bar := s.paint.Faint(pad + "│ ")
	room := s.textWidth() - text.Width(pad) - 3
	if text.Width(line) <= room {
		s.line(bar + line)
		return
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	const least = 12 // cells for what is deeply indented
	for room = max(room, len(indent)+least); ; line = indent + "  " + line {
		var row string
		if row, line = cutCode(line, room); line == "" {
			s.line(bar + row)
			return
		}
		s.line(bar + row)
	}
}

// cutCode cuts a line of a program that is too long, between two words where it
// can: what is aligned with other lines stays so.
func cutCode(line string, room int) (row, rest string) {
	if text.Width(line) <= room {
		return line, ""
	}
	row = ansi.Truncate(line, room, "")
	rest = line[len(row):]
	start := len(line) - len(strings.TrimLeft(line, " "))
	if at := strings.LastIndexByte(line[:len(row)+1], ' '); at > start {
		row, rest = line[:at], line[at:]
	}
	return strings.TrimRight(row, " "), strings.TrimLeft(rest, " ")
}

// paragraph writes spans, wrapped: first is before the first line, rest before
// the others.
func (s *Stage) paragraph(spans []prose.Span, first, rest string) {
	before := first
	for _, l := range text.Wrap(s.spans(spans), s.textWidth()-text.Width(first)-1) {
		s.line(before + l)
		before = rest
	}
}

// spans paints each word by itself, so that a line can break between any two.
func (s *Stage) spans(spans []prose.Span) string {
	var b strings.Builder
	for _, sp := range spans {
		role := paint.Plain
		str := sp.Text
		switch sp.Style {
		case prose.Strong, prose.CodeSpan:
			role = paint.Strong
		}
		if sp.Style != prose.CodeSpan {
			str = text.French(str)
		}
		for i, word := range strings.Split(str, " ") {
			if i > 0 {
				b.WriteByte(' ')
			}
			if word != "" {
				b.WriteString(s.paint.Paint(role, word))
			}
		}
	}
	return b.String()
}

var actors = map[evidence.Actor]paint.Role{
	evidence.Reader: paint.Strong, evidence.Client: paint.Client, evidence.Server: paint.Server, evidence.Server2: paint.Server, evidence.Kernel: paint.Kernel,
}

// Event writes who did what, then how it ended: on one line where there is room.
func (s *Stage) Event(e evidence.Event) {
	what := ""
	if e.What != "" {
		what = s.who(e) + text.French(text.Visible(e.What))
	}
	if e.Detail == "" {
		s.hanging("  ▶ ", what)
		return
	}
	sign, role := "·", paint.Plain
	switch e.Outcome {
	case evidence.Worked:
		sign, role = "✓", paint.Good
	case evidence.Failed:
		sign, role = "✗", paint.Bad
	case evidence.Waiting:
		sign = "…"
	}
	detail := text.French(text.Visible(e.Detail))
	if s.Brief {
		what, detail = shortened(what), shortened(detail)
	}
	mark, source := s.paint.Paint(role, "  "+sign)+" ", evidence.Means(text.Visible(e.Source))
	if what != "" {
		line := "  ▶ " + what + mark + detail
		if text.Width(line)+text.Width(source)+len("  []")+1 <= s.textWidth() {
			mark, detail = "", line
		} else {
			s.hanging("  ▶ ", what)
		}
	}
	switch {
	case mark == "" && source == "": // it fits on its line
		s.line(detail)
		return
	case source == "":
		s.hanging(mark, detail)
		return
	}
	s.withSource(mark, detail, source)
}

// shortened writes ":12345" for 127.0.0.1:12345.
func shortened(words string) string { return strings.ReplaceAll(words, "127.0.0.1:", ":") }

// who names the one who acts and the one it reaches, "client → serveur : ".
func (s *Stage) who(e evidence.Event) string {
	from, ok := actors[e.From]
	if !ok {
		return ""
	}
	who := s.paint.Paint(from, figure.ActorWords(e.From))
	if to, ok := actors[e.To]; ok {
		who += " → " + s.paint.Paint(to, figure.ActorWords(e.To))
	}
	return who + text.NBSP + ": "
}

// withSource writes a line with the means of measurement at the right end of its
// last row, or under it where there is no room.
func (s *Stage) withSource(mark, line, source string) {
	source = "[" + source + "]"
	gap := s.textWidth() - text.Width(mark) - text.Width(line) - text.Width(source) - 1
	if gap >= 2 {
		s.line(mark + line + strings.Repeat(" ", gap) + s.paint.Source(source))
		return
	}
	wrapped := text.Wrap(line, s.textWidth()-text.Width(mark)-1)
	for i, l := range wrapped {
		gap = s.textWidth() - text.Width(mark) - text.Width(l) - text.Width(source) - 1
		if i == len(wrapped)-1 && gap >= 2 {
			s.line(mark + l + strings.Repeat(" ", gap) + s.paint.Source(source))
			return
		}
		s.line(mark + l)
		mark = strings.Repeat(" ", text.Width(mark))
	}
	for _, l := range text.Wrap(source, s.textWidth()-text.Width(mark)-1) {
		s.line(mark + s.paint.Source(l))
	}
}

// hanging writes text wrapped under itself after a mark.
func (s *Stage) hanging(mark, line string) {
	before := mark
	for _, l := range text.Wrap(line, s.textWidth()-text.Width(mark)-1) {
		s.line(before + l)
		before = strings.Repeat(" ", text.Width(mark))
	}
}
