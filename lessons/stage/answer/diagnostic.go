package answer

import (
	"strings"

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
const subjectCells = 16

// Diagnostic writes one part of what this machine lets labo do, in width
// columns. What simply works is told together: the whole is one screen, so that
// what does not work is seen.
func Diagnostic(palette paint.Palette, width int, part diagnostic.Part) []byte {
	p := writer{palette: palette, width: width}
	if part.Title != "" {
		p.line(palette.Strong(text.French(part.Title)))
	}
	var works []string
	for _, f := range part.Findings {
		if rest, ok := strings.CutPrefix(f.Said, "oui"); ok && f.Level == diagnostic.Fine {
			works = append(works, f.Subject+strings.Replace(rest, ", ", " : ", 1))
			continue
		}
		p.finding(f)
	}
	if works != nil {
		p.finding(diagnostic.Finding{Subject: "oui", Level: diagnostic.Fine, Said: strings.Join(works, " ; ")})
	}
	return p.b
}

func (p *writer) finding(f diagnostic.Finding) {
	m := levelMarks[f.Level]
	p.sentence(noMark+p.palette.Paint(m.role, m.mark)+" "+text.PadRight(f.Subject, subjectCells)+" ", f.Said)
	if f.Remedy != "" {
		p.sentence(noMark+"  → ", f.Remedy)
	}
}
