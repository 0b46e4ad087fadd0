package trace

import (
	"labo/lessons/text"
)

// Page draws a report in full: its lines, or its summary when they are unknown.
func (r *Report) Page(s Style) []string {
	out := []string{s.Palette.Title(text.Visible(r.Name))}
	out = append(out, text.Wrap(text.French(r.where()), s.Width)...)
	out = append(out, text.Wrap(text.French(r.totals()), s.Width)...)
	out = append(out, "")
	out = append(out, r.Annotated(s)...)
	if r.Status != nil {
		out = append(out, "", StatusText(*r.Status))
	}
	return r.explained(s, out)
}

// SummaryPage is the summary, with the glossary.
func (r *Report) SummaryPage(s Style) []string { return r.explained(s, r.Summary(s)) }

func (r *Report) explained(s Style, out []string) []string {
	if words := r.Glossary(s); s.Explain && len(words) > 0 {
		out = append(out, "", s.Palette.Title(text.French("Les appels, expliqués")))
		out = append(out, words...)
	}
	return out
}
