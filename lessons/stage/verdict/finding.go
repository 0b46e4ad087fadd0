package verdict

import (
	"fmt"
	"path/filepath"
	"strings"

	"labo/lessons/check"
	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// finding returns what a failed check rests on.
func (v View) finding(r *check.Result, program string) []string {
	f := r.Finding
	w := check.WordsOf(r.ID, f.Variant)
	lines := v.labelled("attendu", f.Expected)
	lines = append(lines, v.labelled("vu", f.Actual)...)
	lines = append(lines, v.labelled("cause", f.Cause)...)
	lines = append(lines, v.traceback(f.Traceback, program)...)
	lines = append(lines, v.labelled("limite", f.Limit)...)
	if v.Details || r.Level == check.Sheet {
		lines = append(lines, v.evidence(f)...)
	}
	if !v.Step || r.Level == check.Sheet { // a challenge has said it
		lines = append(lines, v.labelled("à retenir", w.Idea)...)
	}
	for degree := 0; degree <= v.Hint && degree < len(w.Hints); degree++ {
		lines = append(lines, v.labelled(check.HintNames[degree], w.Hints[degree])...)
	}
	return append(lines, "")
}

// labelWidth is the room for the longest label, "à retenir".
const labelWidth = 11

// labelled returns a sentence after its label, wrapped under itself.
func (v View) labelled(label, sentence string) []string {
	if sentence == "" {
		return nil
	}
	lines := v.wrap(inner+labelWidth, upper(sentence)+stop(sentence))
	first := strings.TrimLeft(lines[0], " ")
	lines[0] = strings.Repeat(" ", inner) + v.Palette.Faint(text.PadRight(label, labelWidth)) + first
	return lines
}

// stop is the full stop of a sentence that has no end yet.
func stop(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return ""
	}
	return "."
}

// traceback names the student's own line.
func (v View) traceback(tb *check.Traceback, program string) []string {
	if tb == nil || tb.Line == 0 {
		return nil
	}
	file := text.Visible(filepath.Base(tb.File))
	where := fmt.Sprintf("ligne %d de %s", tb.Line, file)
	if filepath.Base(tb.File) != filepath.Base(program) {
		where += " (un fichier qui n'est pas le vôtre)"
	}
	lines := v.labelled("où", where)
	if tb.Code != "" {
		code := text.Visible(tb.Code)
		at := inner + labelWidth
		lines = append(lines, strings.Repeat(" ", at)+v.Palette.Strong(text.Truncate(code, max(v.Width-at, 20))))
	}
	return lines
}

// evidence returns bytes, sockets, threads and output.
func (v View) evidence(f *check.Finding) []string {
	lines := v.diff(f.Diff)
	if program := v.state(&f.Evidence); program != "" {
		lines = append(lines, v.labelled("programme", program)...)
	}
	if len(f.Sockets) > 0 {
		title := fmt.Sprintf("sockets, au moment de l'échec [%s]", measured.Source(&probe.Snapshot{Source: f.Source, TakenAt: f.At}))
		lines = append(lines, v.faint(inner, title)...)
		for _, row := range panel.Table(v.Palette, v.Width-inner, f.Sockets) {
			lines = append(lines, strings.Repeat(" ", inner)+row)
		}
	}
	return append(append(lines, v.output(&f.Evidence)...), v.lastError(&f.Evidence)...)
}

// lastError returns the last line that the program wrote on its error output.
func (v View) lastError(e *check.Evidence) []string {
	written := e.LastError()
	if written == "" {
		return nil
	}
	line := text.Visible(text.Bare(written))
	return append(v.faint(inner, "dernière ligne de la sortie d'erreur"),
		strings.Repeat(" ", inner)+v.Palette.Faint("│")+" "+text.Truncate(line, max(v.Width-inner-2, 10)))
}

// state says how the program stood: ended, or its threads and CPU.
func (v View) state(e *check.Evidence) string {
	var parts []string
	if e.Exit != nil {
		if e.Exit.Signal != 0 {
			parts = append(parts, "arrêté par le signal "+text.Signal(int(e.Exit.Signal)))
		} else {
			parts = append(parts, "terminé, code de sortie "+text.ExitCode(e.Exit.Code))
		}
	}
	if e.Threads.Known {
		parts = append(parts, text.Plural(e.Threads.Value, "thread"))
	}
	if e.CPU.Known {
		parts = append(parts, fmt.Sprintf("%.0f %% d'un cœur", 100*e.CPU.Value))
	}
	return strings.Join(parts, ", ")
}

// shownLines is how many of the last lines of a stream are shown.
const shownLines = 4

// output returns the end of what the program printed.
func (v View) output(e *check.Evidence) []string {
	all := strings.Split(strings.TrimRight(e.Out, "\n"), "\n")
	if strings.TrimSpace(e.Out) == "" {
		return v.labelled("affiché", "rien")
	}
	first := max(0, len(all)-shownLines)
	label := fmt.Sprintf("affiché (%s en tout)", text.Plural(int(e.OutTotal), "octet"))
	if first > 0 {
		label = fmt.Sprintf("dernières lignes affichées (%s en tout)", text.Plural(int(e.OutTotal), "octet"))
	}
	lines := v.faint(inner, label)
	for _, line := range all[first:] {
		shown := text.Visible(line)
		if at := inner + 2; text.Width(shown) > v.Width-at {
			cut := text.Truncate(shown, max(v.Width-at, 10))
			shown = cut
		}
		lines = append(lines, strings.Repeat(" ", inner)+v.Palette.Faint("│")+" "+shown)
	}
	return lines
}

// diff shows the bytes of both sides around the first difference, as text and
// in hexadecimal, with a caret under it.
func (v View) diff(d *check.Diff) []string {
	if d == nil {
		return nil
	}
	expected, actual := d.Rows()
	lines := v.faint(inner, fmt.Sprintf("octets, à partir de la première différence (octet %d)", d.At))
	side := func(label string, row check.DiffRow) {
		head := strings.Repeat(" ", inner) + v.Palette.Faint(text.PadRight(label, 8))
		lines = append(lines, head+row.Hex)
		if row.Caret >= 0 {
			lines = append(lines, strings.Repeat(" ", inner+8+row.Caret)+v.Palette.Paint(paint.Bad, "^"))
		}
		lines = append(lines, strings.Repeat(" ", inner+8)+"« "+row.Text+" »")
		if row.Cut != "" {
			lines = append(lines, v.faint(inner+8, "non montrés : "+row.Cut)...)
		}
	}
	expected.Caret = -1 // one caret, under what was seen
	side("attendu", expected)
	side("vu", actual)
	return lines
}
