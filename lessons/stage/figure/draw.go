package figure

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/text"
)

// Text draws a sequence as lines of at most its width.
//
//	              client          noyau           serveur
//	14:02:07,123    │               │  bind …        │
//	                │               │◀───────────────┤
func (s *Sequence) Text() []string {
	lines := []string{s.header()}
	for _, r := range s.Rows {
		lines = append(lines, s.row(r)...)
	}
	return append(lines, s.blank())
}

func (s *Sequence) header() string {
	line := ""
	for i, l := range s.Lanes {
		at := max(s.At(i)-text.Width(l.Name)/2, text.Width(line)+1)
		line = text.PadRight(line, at) + l.Name
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

func (s *Sequence) row(r Row) []string {
	at := s.Times + 1
	switch r.Stroke {
	case Note:
		at = s.At(r.From) + 2
	case Call, Return:
		at = s.At(min(r.From, r.To)) + 2
	}
	var lines []string
	when := r.Time
	for _, words := range r.Words() {
		line := put(s.blank(), at, words)
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
