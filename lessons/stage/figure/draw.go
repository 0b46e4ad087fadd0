package figure

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/evidence"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// Text draws a sequence as lines of at most its width.
//
//	              client          noyau           serveur
//	14:02:07,123    │               │  bind …        │
//	                │               │◀───────────────┤
func (s *Sequence) Text() []string { return s.Draw(paint.Palette{}) }

// Draw is [Sequence.Text] with the words in the colours of those who act.
func (s *Sequence) Draw(p paint.Palette) []string {
	lines := []string{s.header(p)}
	for _, r := range s.Rows {
		lines = append(lines, s.row(p, r)...)
	}
	return append(lines, s.blank())
}

// roles are the colours of those who act; the others have none.
var roles = map[evidence.Actor]paint.Role{
	evidence.Client: paint.Client, evidence.Server: paint.Server, evidence.Server2: paint.Server, evidence.Kernel: paint.Kernel,
}

func (s *Sequence) header(p paint.Palette) string {
	line := ""
	for i, l := range s.Lanes {
		at := max(s.At(i)-text.Width(l.Name)/2, text.Width(line)+1)
		line = text.PadRight(line, at) + p.Paint(roles[l.Actor], l.Name)
	}
	return line
}

// blank is a line with nothing but the lanes.
func (s *Sequence) blank() string {
	line := ""
	for i := range s.Lanes {
		line = text.PadRight(line, s.At(i)) + "│"
	}
	return line
}

func (s *Sequence) row(p paint.Palette, r Row) []string {
	at, role := s.Times+1, paint.Plain
	switch r.Stroke {
	case Note:
		at = s.At(r.From) + 2
	case Call, Return:
		at = s.At(min(r.From, r.To)) + 2
	}
	if r.Stroke != Aside {
		role = roles[s.Lanes[r.From].Actor]
	}
	if r.Outcome == evidence.Failed {
		role = paint.Bad
	}
	words, arrow := r.Words(), r.Stroke == Call || r.Stroke == Return
	var beside, last string
	if arrow && s.Tight {
		if s.hangs(r) {
			beside, words = r.Detail[0], slices.Concat(r.Lines, r.Source)
		}
		if n := len(words); n > 0 && text.Width(words[n-1]) <= s.Gap-lettering {
			last, words = words[n-1], words[:n-1]
		}
	}
	var lines []string
	for _, w := range words {
		lines = append(lines, put(s.blank(), at, p.Paint(role, w)))
	}
	if arrow {
		line := s.arrow(r)
		if last != "" {
			line = put(line, at-1+max(min(r.From-r.To, 1), 0), " "+p.Paint(role, last)+" ")
		}
		lines = append(lines, s.beside(p, r, line, beside))
	}
	for i, line := range lines {
		if i == 0 {
			line = put(line, 0, r.Time)
		}
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines
}

// lettering is what words in an arrow need beside their own cells.
const lettering = 4

// hangs reports whether what the kernel did, in one line, has a place on the
// other side of its lane, where nothing is drawn in that row.
func (s *Sequence) hangs(r Row) bool {
	kernel := s.lane(evidence.Kernel)
	other := 3*kernel - r.From - r.To // the lane beyond the kernel's
	return len(r.Detail) == 1 && r.Outcome != evidence.Failed && (r.From == kernel || r.To == kernel) &&
		other >= 0 && other < len(s.Lanes) && text.Width(r.Detail[0]) <= s.Gap-3
}

// beside puts what the kernel did on the free side of its lane.
func (s *Sequence) beside(p paint.Palette, r Row, line, words string) string {
	if words == "" {
		return line
	}
	kernel := s.lane(evidence.Kernel)
	at := s.At(kernel) + 2
	if max(r.From, r.To) > kernel {
		at = s.At(kernel) - 1 - text.Width(words)
	}
	return put(line, at, p.Paint(paint.Kernel, words))
}

// arrow is the line of an arrow: solid for an act, dashed for its end.
func (s *Sequence) arrow(r Row) string {
	left, right := s.At(min(r.From, r.To)), s.At(max(r.From, r.To))
	stroke := "─"
	if r.Stroke == Return {
		stroke = "╌"
	}
	body := strings.Repeat(stroke, right-left-2)
	if r.From < r.To {
		return put(s.blank(), left, "├"+body+"▶│")
	}
	return put(s.blank(), left, "│◀"+body+"┤")
}

// put writes words over a line, at a cell.
func put(line string, at int, words string) string {
	if words == "" {
		return line
	}
	end := at + text.Width(words)
	line = text.PadRight(line, end)
	return ansi.Truncate(line, at, "") + words + ansi.TruncateLeft(line, end, "")
}
