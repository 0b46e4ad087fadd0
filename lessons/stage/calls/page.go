// Package calls draws traced programs: their source with the calls of each line,
// their events as they come, what there is to remember, and several programs
// on one clock.
package calls

import (
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/lessons/trace"
)

// Style is how reports are drawn.
type Style struct {
	Palette paint.Palette
	Width   int // columns, at least 40
	Explain bool
}

// report is a program being drawn.
type report struct{ *trace.Report }

// Draw draws programs as one of the views of `labo trace`: "lignes", "resume"
// or "sequence". The fourth is [Timeline].
func Draw(view string, s Style, reports []*trace.Report) []string {
	if view == "sequence" {
		return sequence(s, reports)
	}
	var lines []string
	for i, r := range reports {
		if i > 0 {
			lines = append(lines, "")
		}
		if view == "resume" {
			lines = append(lines, report{r}.summary(s)...)
		} else {
			lines = append(lines, report{r}.page(s)...)
		}
		if words := (report{r}).glossary(s); s.Explain && len(words) > 0 {
			lines = append(lines, "", s.Palette.Title(text.French("Les appels, expliqués")))
			lines = append(lines, words...)
		}
	}
	return lines
}

// page draws a report in full.
func (r report) page(s Style) []string {
	out := []string{s.Palette.Title(text.Truncate(text.Visible(r.Name), s.Width))}
	out = append(out, text.Wrap(text.French(r.where()), s.Width)...)
	out = append(out, text.Wrap(text.French(r.totals()), s.Width)...)
	out = append(out, "")
	out = append(out, r.annotated(s)...)
	if r.Status != nil {
		out = append(out, "", statusText(*r.Status))
	}
	return out
}
