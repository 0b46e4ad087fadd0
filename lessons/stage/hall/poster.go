package hall

import (
	"strings"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// scanned is what a QR code holds: the address, and the code of the room.
func scanned(address, room string) string { return strings.ToUpper(address + "/" + room) }

// Poster draws how to join for a terminal: the QR code, and beside it lines of at
// most 80 - 36 cells. ok is false where blocks or colours cannot be drawn, or there
// is no room: a code that is not black on white is not read.
func Poster(address, room string, beside []string, width int, palette paint.Palette, glyphs text.Glyphs) (lines []string, ok bool) {
	c, err := encode(scanned(address, room))
	if err != nil || !palette.Colour() || glyphs != text.Unicode {
		return nil, false
	}
	const margin, gap = 1, 2
	widest := 0
	for _, l := range beside {
		widest = max(widest, text.Width(text.Bare(l)))
	}
	if margin+c.size+gap+widest > width {
		return nil, false
	}
	blocks := c.blocks()
	first := max((len(blocks)-len(beside))/2, 0)
	for i := range max(len(blocks), len(beside)) {
		line := strings.Repeat(" ", margin+c.size)
		if i < len(blocks) {
			line = strings.Repeat(" ", margin) + painted(blocks[i], palette)
		}
		if at := i - first; at >= 0 && at < len(beside) {
			line += strings.Repeat(" ", gap) + beside[at]
		}
		lines = append(lines, line)
	}
	return lines, true
}

// painted paints a line of blocks. A cell that is all dark is paper of its own:
// fonts leave gaps between full blocks.
func painted(line string, palette paint.Palette) string {
	var b strings.Builder
	for line != "" {
		dark := len(line) - len(strings.TrimLeft(line, "█"))
		light := strings.Index(line[dark:], "█")
		if light < 0 {
			light = len(line) - dark
		}
		b.WriteString(palette.Paint(paint.Dark, strings.Repeat(" ", dark/len("█"))))
		b.WriteString(palette.Paint(paint.Paper, line[dark:dark+light]))
		line = line[dark+light:]
	}
	return b.String()
}
