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

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage"
	"labo/lessons/stage/figure"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
)

// Widths, in cells. Prose wider than a book's line is hard to read; tables may
// use more.
const (
	narrowest  = 40
	widestText = 80
	widestAll  = 110
)

// Stage is a [stage.Stage] of lines.
type Stage struct {
	out     io.Writer
	paint   paint.Palette
	columns func() int
	keys    *Keyboard      // nil: nobody is there
	auto    *time.Duration // not nil: goes on by itself after this delay
	full    bool           // the last line written is not blank
	typing  bool           // lines are typed one after the other, perhaps ahead

	// Done says how a scene was played to its end, for the list: "faite, 2
	// questions passées", "" for one that was not. It may be nil.
	Done func(scene string) string
	// Lend runs a program that has the terminal to itself; nil: as any other.
	Lend func(*exec.Cmd) error
}

var _ stage.Stage = (*Stage)(nil)

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
	left := fmt.Sprintf("━━ Étape %d · %s ", h.Step, h.StepTitle)
	right := fmt.Sprintf(" scène %d/%d · %s", h.Index+1, h.Total, h.ID)
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

var actors = map[evidence.Actor]struct {
	name string
	role paint.Role
}{
	evidence.Reader: {"vous", paint.Strong},
	evidence.Client: {"client", paint.Client},
	evidence.Server: {"serveur", paint.Server},
	evidence.Kernel: {"noyau", paint.Kernel},

	evidence.Server2: {"second serveur", paint.Server},
}

// Event writes who did what, then how it ended.
func (s *Stage) Event(e evidence.Event) {
	if e.What != "" {
		s.hanging("  ▶ ", s.who(e)+text.French(text.Visible(e.What)))
	}
	if e.Detail == "" {
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
	mark := s.paint.Paint(role, "  "+sign) + " "
	if e.Source == "" {
		s.hanging(mark, detail)
		return
	}
	s.withSource(mark, detail, "mesuré"+text.NBSP+": "+text.Visible(e.Source))
}

// who names the one who acts and the one it reaches, "client → serveur : ".
func (s *Stage) who(e evidence.Event) string {
	from, ok := actors[e.From]
	if !ok {
		return ""
	}
	who := s.paint.Paint(from.role, from.name)
	if to, ok := actors[e.To]; ok {
		who += " → " + s.paint.Paint(to.role, to.name)
	}
	return who + text.NBSP + ": "
}

// withSource writes a line with the means of measurement at its right end, or
// under it where there is no room.
func (s *Stage) withSource(mark, line, source string) {
	source = "[" + source + "]"
	gap := s.textWidth() - text.Width(mark) - text.Width(line) - text.Width(source) - 1
	if gap >= 2 {
		s.line(mark + line + strings.Repeat(" ", gap) + s.paint.Source(source))
		return
	}
	s.hanging(mark, line)
	s.line(strings.Repeat(" ", text.Width(mark)) + s.paint.Source(text.Truncate(source, s.textWidth()-text.Width(mark)-1)))
}

// hanging writes text wrapped under itself after a mark.
func (s *Stage) hanging(mark, line string) {
	before := mark
	for _, l := range text.Wrap(line, s.textWidth()-text.Width(mark)-1) {
		s.line(before + l)
		before = strings.Repeat(" ", text.Width(mark))
	}
}

// Evidence writes a measurement: its title and source, its figures, its
// table, and how to check it.
func (s *Stage) Evidence(e evidence.Evidence) {
	e = visible(e)
	s.gap()
	s.withSource("  ", s.paint.Strong(text.French(strings.ToUpper(e.Title))), e.Source+", "+e.At.Format("15:04:05"))
	s.values(e.Values)
	if e.Chart != nil {
		for _, l := range figure.Chart(e.Chart, s.textWidth()-5) {
			s.line("    " + l)
		}
	}
	if e.Sockets != nil {
		s.sockets(e.Sockets)
	}
	for _, n := range e.Notes {
		s.hanging("    note"+text.NBSP+": ", text.French(n))
	}
	for _, c := range e.Checks {
		s.check(c)
	}
	if len(e.Checks) == 0 { // nothing can still show it
		s.line(s.paint.Faint("  C'était vrai à " + e.At.Format("15:04:05") + "."))
	}
	s.gap()
}

// values writes figures after their labels, in two columns. Where that is too
// wide, a label too long for its column has its figure on its line if it fits,
// else below.
func (s *Stage) values(all []evidence.Value) {
	longest, figures, word := 0, 0, 0
	for _, v := range all {
		longest, figures = max(longest, text.Width(v.Label)), max(figures, text.Width(text.French(v.Text)))
		for w := range strings.SplitSeq(text.French(v.Text), " ") {
			word = max(word, text.Width(w))
		}
	}
	most := longest
	if longest+figures+8 > s.textWidth() {
		most = max(s.textWidth()*2/5, 24)
	}
	if min(longest, most)+word+8 > s.textWidth() { // no word is cut: each figure is below its label
		most = 0
	}
	column := 0
	for _, v := range all {
		if w := text.Width(v.Label); w <= most {
			column = max(column, w)
		}
	}
	for _, v := range all {
		mark, figure := "    ", text.French(v.Text)
		switch {
		case v.Label == "" && column == 0:
		case text.Width(v.Label) <= most:
			mark += text.PadRight(v.Label, column) + "   "
		case len("    ")+text.Width(v.Label)+len("   ")+text.Width(figure) < s.textWidth():
			mark += v.Label + "   "
		default:
			for _, l := range text.Wrap(v.Label, s.textWidth()-len("       ")-1) {
				s.line(mark + l)
				mark = strings.Repeat(" ", 7)
			}
			mark = strings.Repeat(" ", 8)
		}
		if v.Source == "" {
			s.hanging(mark, figure)
			continue
		}
		s.withSource(mark, figure, v.Source)
	}
}

func (s *Stage) sockets(t *evidence.Table) {
	if len(t.Rows) == 0 {
		s.hanging("    ", text.French(t.Empty))
		return
	}
	for _, l := range panel.Table(s.paint, s.width()-4, t.Rows) {
		s.line("    " + l)
	}
}

// check writes a command to copy: on the line of its label, or alone on the
// next, never cut by labo.
func (s *Stage) check(command string) {
	label := "  Vérifiez vous-même" + text.NBSP + ": "
	if text.Width(label)+text.Width(command) <= s.textWidth() {
		s.line(s.paint.Faint(label) + command)
		return
	}
	s.line(s.paint.Faint(strings.TrimRight(label, " ")))
	s.line("    " + command)
}
