package figure

import (
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
	var lines []string
	when := r.Time
	for _, words := range r.Words() {
		line := put(s.blank(), at, p.Paint(role, words))
		lines = append(lines, put(line, 0, when))
		when = ""
	}
	if r.Stroke == Call || r.Stroke == Return {
		lines = append(lines, put(s.arrow(r), 0, when))
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines
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
