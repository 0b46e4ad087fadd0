package verdict

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"labo/lessons/check"
	"labo/lessons/fault"
	"labo/lessons/text"
)

// Follower writes reports that come one after the other, each time a file is
// saved.
type Follower struct {
	View
	Out    io.Writer
	Fixed  bool // the report keeps its place on a terminal
	Size   func() (columns, rows int)
	Widest int // columns of a report
	notes  []string
}

// Note adds a sentence to every report: why nothing is kept in the notebook.
func (f *Follower) Note(sentence string) { f.notes = append(f.notes, sentence) }

// Working says that a judgement has begun, under what is on screen.
func (f *Follower) Working(file string) {
	if f.Fixed {
		columns, rows := f.Size()
		line := text.Truncate(text.French("Jugement de "+text.Visible(file)+" en cours…"), columns)
		fmt.Fprintf(f.Out, "\x1b[%d;1H\x1b[2K%s", rows, f.Palette.Faint(line))
	}
}

// Show writes a report, or why there is none.
func (f *Follower) Show(report, before *check.Report, err error, first bool) {
	columns, rows := f.Size()
	f.Width = min(columns, f.Widest)
	var lines []string
	switch said, ok := errors.AsType[*fault.Fault](err); {
	case ok:
		lines = []string{text.Prose("labo : " + said.What), text.Prose("  → " + said.Hint)}
	case err != nil:
		lines = []string{"labo : " + fault.Cause(err)}
	default:
		lines = f.summary(report, before)
	}
	for _, note := range f.notes {
		lines = append(lines, text.Paragraph("→ "+note, f.Width)...)
	}
	if !f.Fixed {
		fmt.Fprintln(f.Out, strings.Join(lines, "\n")+"\n")
		return
	}
	lines = fit(lines, rows-1)
	var b strings.Builder
	if first {
		b.WriteString("\x1b[H")
	}
	for _, line := range lines {
		b.WriteString(line + "\x1b[K\r\n")
	}
	b.WriteString("\x1b[J" + f.Palette.Faint(text.Truncate(
		text.French("Enregistrez le fichier pour le juger de nouveau. Ctrl+C pour arrêter."), columns)))
	fmt.Fprint(f.Out, b.String())
}
