package linear

import (
	"slices"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/stage/figure"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
)

// Evidence writes a measurement: its title and source, its figures, its
// table. How to check it is written at the next wait.
func (s *Stage) Evidence(e evidence.Evidence) {
	s.Figures(e)
	s.checks = MoreChecks(s.checks, e)
}

// MoreChecks returns commands with those of one more measurement, each once,
// the latest last.
func MoreChecks(checks []string, e evidence.Evidence) []string {
	for _, c := range visible(e).Checks {
		if slices.ContainsFunc(checks, func(before string) bool { return before != c && sameRows(before, c) && len(before) > len(c) }) {
			continue // the same rows, with fewer columns
		}
		checks = append(slices.DeleteFunc(checks, func(before string) bool { return before == c || sameRows(before, c) }), c)
	}
	return checks
}

// sameRows reports whether two commands are ss of the same rows, with the columns
// of the one among those of the other.
func sameRows(a, b string) bool {
	const ss = "ss -tanp"
	a, one := strings.CutPrefix(a, ss)
	b, other := strings.CutPrefix(b, ss)
	if len(a) < len(b) {
		a, b = b, a
	}
	at := strings.Index(a, " ")
	return one && other && at >= 0 && strings.HasPrefix(b, " ") && a[at:] == b
}

// Figures writes a measurement without how to check it: its title and source,
// its figures, its table.
func (s *Stage) Figures(e evidence.Evidence) {
	e = visible(e)
	when := e.At.Format("15:04:05")
	if len(e.Checks) == 0 { // nothing can still show it
		when = "c'était vrai à " + when
	}
	s.gap()
	s.withSource("  ", s.paint.Strong(text.French(strings.ToUpper(e.Title))), evidence.Means(e.Source)+", "+when)
	s.values(e.Values)
	if e.Chart != nil {
		for _, l := range figure.Chart(e.Chart, s.textWidth()-5) {
			s.line("    " + l)
		}
	}
	if e.Sockets != nil {
		s.rows = e.Sockets.Rows
		s.sockets(e.Sockets)
	}
	s.notes(e.Notes)
	s.gap()
}

func (s *Stage) notes(all []string) {
	for _, n := range all {
		s.hanging("    note"+text.NBSP+": ", text.French(text.Visible(n)))
	}
}

// Changed writes, in place of a table that is shown elsewhere, what changed in
// it and when, and what is to be known of it.
func (s *Stage) Changed(at time.Time, what string, notes []string) {
	s.hanging("  ◇ "+s.paint.Source(at.Format("15:04:05"))+"  ", text.French(what))
	s.notes(notes)
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
	switch {
	case len(t.Rows) == 0:
		s.hanging("    ", text.French(t.Empty))
	case s.Brief:
		for _, l := range panel.BriefTable(s.paint, s.width()-5, t.Rows) {
			s.line("    " + text.Truncate(l, s.width()-5))
		}
	default:
		for _, l := range panel.Table(s.paint, s.width()-4, t.Rows) {
			s.line("    " + l)
		}
	}
	if old := t.OldWords(); old != "" {
		s.hanging("    ", text.French("et "+old))
	}
}

// showChecks writes the commands of what was shown since the last wait.
func (s *Stage) showChecks() {
	s.Checks(s.checks)
	s.checks = nil
}

// Checks writes commands to copy: one on the line of its label, or each alone
// on a line, never cut by labo.
func (s *Stage) Checks(commands []string) {
	if len(commands) == 0 {
		return
	}
	s.gap()
	label := "  Vérifiez vous-même" + text.NBSP + ": "
	if len(commands) == 1 && text.Width(label)+text.Width(commands[0]) <= s.textWidth() {
		s.line(s.paint.Faint(label) + commands[0])
		s.gap()
		return
	}
	s.line(s.paint.Faint(strings.TrimRight(label, " ")))
	for _, c := range commands {
		s.line("    " + c)
	}
	s.gap()
}
