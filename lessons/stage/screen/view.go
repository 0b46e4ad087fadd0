package screen

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/scene"
	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// View draws the screen: where we are, what was said, what the kernel holds,
// what is expected of the reader, the keys.
func (m *model) View() tea.View {
	if m.dark {
		return frame.Dark(m.palette, m.width, m.height)
	}
	f := frame.Frame{Width: m.width, Height: m.height, Window: "labo",
		Top: []string{m.header()}, Bottom: []string{m.statusLine(), m.keyLine()}}
	f.Body, f.Cursor = m.body(m.layout())
	return f.View()
}

// bodyHeight is how many rows are between the header and the footer.
func (m *model) bodyHeight() int { return max(m.height-headerRows-footerRows, 1) }

// body draws what is between the header and the footer.
func (m *model) body(l layout) ([]string, *tea.Cursor) {
	switch {
	case m.help.Open:
		help := m.helpLines()
		return help[m.help.Top(len(help), m.bodyHeight()):], nil
	case m.words.Open:
		lines := m.wordLines()
		return lines[m.words.Top(len(lines), m.bodyHeight()):], nil
	case m.outline != nil:
		return m.outlineLines(m.width, m.bodyHeight()), nil
	}
	left, cursor := m.left(l)
	right := m.right(l)
	if l.beside {
		return frame.Beside(m.palette, left, right, l.textWidth, m.bodyHeight()), cursor
	}
	return append(left, right...), cursor
}

// left draws the text and, where the reader types, the line being typed.
func (m *model) left(l layout) (lines []string, cursor *tea.Cursor) {
	if l.textHeight <= 0 && l.inputHeight == 0 {
		return nil, nil
	}
	lines = append(lines, frame.Clip(append([]string(nil), m.window.visible(l.textHeight)...), l.textWidth)...)
	if l.inputHeight > 0 && !m.reading { // below the last words
		for len(lines) > 0 && blank(lines[len(lines)-1]) {
			lines = lines[:len(lines)-1]
		}
		lines = append(lines, "")
		typed, x, y := m.inputLines(l.textWidth, l.inputHeight-1)
		cursor = tea.NewCursor(x, len(lines)+y)
		lines = append(lines, typed...)
	}
	for len(lines) < l.textHeight+l.inputHeight {
		lines = append(lines, "")
	}
	return lines, cursor
}

// right draws the panel.
func (m *model) right(l layout) []string {
	if l.panelHeight <= 0 {
		return nil
	}
	return slices.Concat(m.kernel.view(l.panelWidth, l.kernelHeight), m.sequence(l.panelWidth, l.panelHeight-l.kernelHeight))
}

// header says which step and which scene this is.
func (m *model) header() string {
	left := "━━ labo "
	right := ""
	head, back := m.readHead()
	if head.Total > 0 {
		left = "━━ " + text.Visible(head.StepTitle) + " "
		right = fmt.Sprintf(" %d/%d", head.Index+1, head.Total)
	}
	if head.Step > 0 {
		left = fmt.Sprintf("━━ Étape %d · %s ", head.Step, text.Visible(head.StepTitle))
		right = fmt.Sprintf(" %s · %s", head.Place(), head.ID)
		if text.Width(left)+text.Width(right)+2 > m.width {
			left = fmt.Sprintf("━━ Étape %d ", head.Step)
		}
	}
	if m.wait != nil && m.wait.kind == waitEnd && !back {
		right = " bilan"
	}
	return frame.Heading(m.palette, left, right, m.width)
}

// readHead is of the scene that is on screen, and whether that is one from before:
// the reader looks back.
func (m *model) readHead() (scene.Head, bool) {
	first := m.window.first(m.pageHeight())
	if first >= m.journal.scene {
		return m.head, false
	}
	for i := first; i >= 0; i-- {
		if it := m.journal.items[i]; it.kind == itemTitle && it.head.Total > 0 {
			return it.head, true
		}
	}
	return m.head, false
}

// inputPrompt is what stands before the line being typed.
func (m *model) inputPrompt() string {
	return m.inputMargin() + text.French(text.Visible(m.wait.prompt)) + " › "
}

// inputMargin stands before what is typed, as before the text above it.
func (m *model) inputMargin() string {
	if m.o.Projection {
		return "  " + projectionMargin
	}
	return "  "
}

// inputRows is how many rows the prompt and the line take.
func (m *model) inputRows(width int) int {
	_, _, _, rows := m.inputLayout(width)
	return rows
}

// inputLayout wraps prompt and line by cells, and says where the cursor is.
func (m *model) inputLayout(width int) (lines []string, x, y, rows int) {
	before, after := m.input.Shown()
	margin := m.inputMargin()
	width = max(width-1, 12) // room for a cursor behind the last cell
	lines, x, y = []string{""}, 0, 0
	put := func(s string) {
		for _, r := range s {
			w := text.Width(string(r))
			last := len(lines) - 1
			if text.Width(lines[last])+w > width {
				lines = append(lines, margin+"  ")
				last++
			}
			lines[last] += string(r)
		}
	}
	prompt := m.inputPrompt()
	if text.Width(prompt) > width/2 { // a question: on lines of its own
		lines = text.Wrap(strings.TrimSuffix(prompt, "› "), width-text.Width(margin))
		for i := range lines {
			lines[i] = margin + strings.TrimLeft(lines[i], " ")
		}
		lines = append(lines, "")
		prompt = margin + "› "
	}
	put(prompt + before)
	x, y = text.Width(lines[len(lines)-1]), len(lines)-1
	put(after)
	return lines, x, y, len(lines)
}

// inputLines draw what is typed in height rows, around the cursor.
func (m *model) inputLines(width, height int) (lines []string, x, y int) {
	lines, x, y, _ = m.inputLayout(width)
	if first := max(0, min(y-height+1, len(lines)-height)); first > 0 {
		lines, y = lines[first:], y-first
	}
	for len(lines) < height {
		lines = append(lines, "")
	}
	return lines[:height], x, y
}
