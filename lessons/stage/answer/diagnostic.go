package answer

import (
	"labo/lessons/diagnostic"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// levelMarks stand before a finding: never by colour alone.
var levelMarks = map[diagnostic.Level]struct {
	mark string
	role paint.Role
}{
	diagnostic.Told: {"·", paint.Plain}, diagnostic.Fine: {"✓", paint.Good}, diagnostic.Limited: {"!", paint.Strong},
	diagnostic.Lacking: {"✗", paint.Bad}, diagnostic.Unknown: {"?", paint.Strong},
}

// subjectCells is the room of what a finding is about.
const subjectCells = 21

// Diagnostic writes one part of what this machine lets labo do, in width
// columns.
func Diagnostic(palette paint.Palette, width int, part diagnostic.Part) []byte {
	p := writer{palette: palette, width: width}
	p.section(part.Title)
	for _, f := range part.Findings {
		m := levelMarks[f.Level]
		p.sentence(noMark+palette.Paint(m.role, m.mark)+" "+text.PadRight(f.Subject, subjectCells)+" ", f.Said)
		if f.Remedy != "" {
			p.sentence(noMark+"  → ", f.Remedy)
		}
	}
	return p.b
}
