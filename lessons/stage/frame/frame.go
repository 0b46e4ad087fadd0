// Package frame is what every view of the whole terminal shares: a heading, a
// body, the keys below it; two columns, rules, the help; keys that move in what
// is longer than the screen; and the terminal, given back at the end.
package frame

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// Frame is a picture of the whole screen.
type Frame struct {
	Width, Height int
	Window        string      // the title of the terminal's window
	Top           []string    // stays above the body
	Body          []string    // from its first row on screen; what does not fit is left out
	Bottom        []string    // stays below the body, the keys last
	Cursor        *tea.Cursor // from the first row of the body; nil: none
	Typed         int         // the cursor's column in the last line, 1 and on; 0: not there
}

// Room is how many rows the body has.
func (f Frame) Room() int { return max(f.Height-len(f.Top)-len(f.Bottom), 1) }

// View draws the frame, exactly as high as the screen and never wider. Where
// the screen has no room for all, the keys stay.
func (f Frame) View() tea.View {
	room := f.Room()
	lines := append([]string(nil), f.Top...)
	for i := range room {
		lines = append(lines, At(f.Body, i))
	}
	lines = append(lines, f.Bottom...)
	above := max(0, len(lines)-max(f.Height, 1))
	view := tea.NewView(strings.Join(Clip(lines[above:], f.Width), "\n"))
	view.AltScreen = true
	view.WindowTitle = f.Window
	if f.Cursor != nil && f.Cursor.Y < room {
		cursor := *f.Cursor
		cursor.Y += len(f.Top) - above
		cursor.X = min(cursor.X, f.Width-1)
		view.Cursor = &cursor
	}
	if f.Typed > 0 {
		view.Cursor = tea.NewCursor(min(f.Typed, f.Width-1), f.Height-1)
	}
	return view
}

// Dark draws a black screen, whatever the terminal's background.
func Dark(p paint.Palette, width, height int) tea.View {
	row := p.Paint(paint.Dark, strings.Repeat(" ", max(width, 1)))
	view := tea.NewView(strings.Join(slices.Repeat([]string{row}, max(height, 1)), "\n"))
	view.AltScreen = true
	return view
}

// At returns a line, "" where there is none.
func At(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// Clip cuts lines to the width.
func Clip(lines []string, width int) []string {
	for i, l := range lines {
		if text.Width(l) > width {
			lines[i] = text.Truncate(l, width)
		}
	}
	return lines
}

// SideBySide is the width from which two columns can be read.
const SideBySide = 100

// Between is the room between two columns.
const Between = len(" | ")

// Beside sets two columns side by side, the left one of so many cells, over at
// least height rows.
func Beside(p paint.Palette, left, right []string, width, height int) []string {
	lines := make([]string, max(len(left), len(right), height))
	for i := range lines {
		lines[i] = text.PadRight(text.Truncate(At(left, i), width), width) + p.Faint(" │ ") + At(right, i)
	}
	return lines
}

// Heading is the first line of a lesson's views: "━━ left ━━━━━━ right".
func Heading(p paint.Palette, left, right string, width int) string {
	return p.Strong(Filled(left, "━", right, width))
}

// Rule heads a part of the body: "── TITLE ──────── source ──", the source only
// where there is room.
func Rule(p paint.Palette, title, source string, width int) string {
	left := "── " + title + " "
	right := ""
	if source != "" && text.Width(left)+text.Width(source)+4 <= width {
		right = " " + source
	}
	return p.Strong(Filled(left, "─", "", width-text.Width(right))) + p.Source(right)
}

// Filled is left and right at the two edges, and fill between them.
func Filled(left, fill, right string, width int) string {
	return text.Truncate(left+strings.Repeat(fill, max(width-text.Width(left)-text.Width(right), 0))+right, width)
}

// Sides sets two texts at the two edges; the left one gives way.
func Sides(left, right string, width int) string {
	room := width
	if right != "" {
		room = max(width-text.Width(right)-2, 0)
	}
	left = text.Truncate(left, room)
	return left + strings.Repeat(" ", max(width-text.Width(left)-text.Width(right), 0)) + right
}

// Terms explains keys and signs: each term, and its explanation beside it; a row
// of nothing between two groups.
func Terms(p paint.Palette, terms [][2]string, width int) []string {
	const indent, gap = 2, 2
	widest := 0
	for _, t := range terms {
		widest = max(widest, text.Width(t[0]))
	}
	var lines []string
	for _, t := range terms {
		if t[1] == "" {
			lines = append(lines, "")
			continue
		}
		term := p.Strong(text.PadRight(t[0], widest+gap))
		for _, l := range text.Paragraph(t[1], max(width-indent-widest-gap-1, 10)) {
			lines = append(lines, strings.TrimRight("  "+term+l, " "))
			term = strings.Repeat(" ", widest+gap)
		}
	}
	return lines
}
