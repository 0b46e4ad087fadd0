package screen

import (
	"strings"

	"labo/lessons/stage/frame"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
)

// facingShare is how much of a panel the table of the other machine has.
const facingShare = 2

// noRow stands for an empty table.
const noRow = "aucune ligne ne cite ce port"

// both draws this machine's table over the other's.
func (k *kernel) both(width, height int) []string {
	lower := height / facingShare
	upper := k.alone(width, height-lower)
	f := k.facing()
	out := append(upper, frame.Rule(k.palette, "CHEZ "+strings.ToUpper(text.Visible(f.Name)), "["+text.Visible(f.When)+"]", width))
	const margin = "  "
	rows := panel.Table(k.palette, width-len(margin), f.Rows)
	if len(rows) > lower-1 || width < widestTable {
		rows = panel.BriefTable(k.palette, width-len(margin), f.Rows)
	}
	if len(f.Rows) == 0 {
		rows = []string{noRow}
	} else if len(rows) > lower-1 { // rows before the names of their columns
		rows = rows[1:]
	}
	if f.Note != "" && len(rows) < lower-1 {
		rows = append(rows, k.palette.Source(text.Truncate(text.French(text.Visible(f.Note)), width)))
	}
	for _, l := range cut(rows, len(rows), lower-1) {
		out = append(out, margin+l)
	}
	for len(out) < height {
		out = append(out, "")
	}
	return frame.Clip(out[:height], width)
}
