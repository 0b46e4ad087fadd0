package verdict

import (
	"fmt"

	"labo/lessons/check"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// summary returns a report on few lines: what changed since the report before
// (nil when there is none), what passed counted, what failed named with what
// was seen.
func (v View) summary(r, before *check.Report) []string {
	lines := append(v.Head(*r), v.changes(before, r)...)
	for _, level := range []check.Level{check.Sheet, check.Challenge} {
		passed, all := r.Count(level, check.Passed), 0
		for i := range r.Results {
			if r.Results[i].Level == level {
				all++
			}
		}
		if all == 0 {
			continue
		}
		name := "La fiche"
		if level == check.Challenge {
			name = "Les défis"
		}
		lines = append(lines, "", v.Palette.Strong(text.French(fmt.Sprintf("%s : %d sur %d", name, passed, all))))
		for i := range r.Results {
			if res := &r.Results[i]; res.Level == level && res.Verdict != check.Passed && !res.Later {
				lines = append(lines, v.brief(res)...)
			}
		}
	}
	return lines
}

// brief returns a result that did not pass: one line for a challenge, more for
// the sheet.
func (v View) brief(r *check.Result) []string {
	word, role := wordOf(r.Verdict)
	if v.Step && r.Level == check.Challenge && r.Verdict == check.Failed {
		word, role = "→ le prochain", paint.Plain
	}
	line := fmt.Sprintf("  %s%s%s", v.Palette.Paint(role, text.PadRight(word, wordWidth)), "  ",
		text.Truncate(r.ID+" : "+text.French(check.WordsOf(r.ID, "").Title), max(v.Width-wordWidth-4, 20)))
	lines := []string{line}
	if r.Finding == nil || r.Level != check.Sheet {
		return lines
	}
	lines = append(lines, v.labelled("vu", r.Finding.Actual)...)
	lines = append(lines, v.labelled("cause", r.Finding.Cause)...)
	if tb := r.Finding.Traceback; tb != nil && tb.Line > 0 {
		lines = append(lines, v.labelled("où", fmt.Sprintf("ligne %d", tb.Line))...)
	}
	return lines
}

// fit returns at most rows lines; where some are left out, the last line says
// how many.
func fit(lines []string, rows int) []string {
	if len(lines) <= rows || rows < 2 {
		return lines
	}
	return append(lines[:rows-1:rows-1], text.French(fmt.Sprintf("… et %s : `labo verifier` sans --suivre montre tout",
		text.Plural(len(lines)-rows+1, "autre ligne"))))
}
