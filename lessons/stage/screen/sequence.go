package screen

import (
	"labo/lessons/stage/figure"
	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// widestBrief is the width from which a sequence has room for times and means.
const widestBrief = 96

// sequence draws what happened in the scene between client, kernel and server,
// in exactly height lines: the latest, below the names.
func (m *model) sequence(width, height int) []string {
	if height <= 0 {
		return nil
	}
	of := sequenceView{m.happened, width, height}
	return m.sequenced.draw(of, func() []string { return m.sequenceLines(width, height) })
}

// sequenceView is all that the lines of a sequence depend on.
type sequenceView struct{ happened, width, height int }

func (m *model) sequenceLines(width, height int) []string {
	out := []string{frame.Rule(m.palette, "CLIENT │ NOYAU │ SERVEUR", "", width)}
	if len(m.events) == 0 {
		out = append(out, text.Paragraph("Rien ne s'est encore passé dans cette scène.", width)...)
	} else {
		layout := figure.Lay(m.events, width)
		if width < widestBrief {
			layout = figure.LayBrief(m.events, width)
		}
		drawn := layout.Text()
		room := max(height-2, 1)
		out = append(out, m.palette.Strong(drawn[0]))
		drawn = drawn[1:]
		out = append(out, drawn[max(0, len(drawn)-room):]...)
	}
	for len(out) < height {
		out = append(out, "")
	}
	return frame.Clip(out[:height], width)
}
