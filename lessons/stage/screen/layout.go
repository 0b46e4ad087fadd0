package screen

import (
	"strconv"

	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// pane is what stands beside or below the prose.
type pane uint8

const (
	paneAuto pane = iota // what the size allows
	paneKernel
	paneSequence
	paneNone
	paneCount
)

var paneNames = [paneCount]string{"texte et noyau", "noyau", "séquence", "texte seul"}

// layout is where the parts of the screen are, in cells.
type layout struct {
	beside                  bool // text and panel are side by side
	textWidth, textHeight   int
	proseWidth              int // of the text, margins aside
	panelWidth, panelHeight int // 0: no panel
	kernelHeight            int // rows of the panel for the kernel; the rest is the sequence
	inputHeight             int // rows below the text where the reader types, and the blank one before them
}

// widestProjected is the longest line that the back of a room reads with ease;
// tables need it all.
const widestProjected = 76

// narrowestProse is the shortest line that prose is set in: on a narrower
// terminal its end is cut off, as nobody can read there.
const narrowestProse = 20

const (
	headerRows = 1
	footerRows = 2
	leastBody  = 10 // rows from which a panel has its place
)

func (m *model) layout() layout {
	body := m.bodyHeight()
	l := layout{beside: m.width >= frame.SideBySide && m.pane != paneNone, textWidth: m.width, textHeight: body}
	switch {
	case l.beside:
		l.textWidth = m.width * 12 / 25
		l.panelWidth, l.panelHeight = m.width-l.textWidth-frame.Between, body
		l.kernelHeight = body
		switch {
		case m.pane == paneSequence:
			l.kernelHeight = 0
		case m.pane == paneAuto && body >= 20:
			l.kernelHeight = body * 9 / 20
		}
	case m.pane == paneNone, m.o.Projection && m.pane == paneAuto && !m.watching():
	case m.o.Projection && m.pane != paneAuto: // one thing at a time
		l.panelWidth, l.panelHeight, l.textHeight = m.width, body, 0
	default:
		l.panelWidth, l.panelHeight = m.width, max(min(body*2/5, 12), 4)
		if m.pane == paneSequence {
			l.panelHeight = body * 3 / 5
		}
		if m.o.Projection || m.o.Facing != nil { // a class watches; two tables
			l.panelHeight = max(body/2, 4)
		}
		switch {
		case body < leastBody:
			l.panelHeight = 0
		case m.pane == paneSequence && len(m.events) == 0: // nothing to draw yet
			l.panelHeight = 2
		case m.pane != paneAuto:
		case m.folded:
			l.panelHeight = 1
		case !m.o.Projection:
			l.panelHeight = min(l.panelHeight, m.kernel.tall)
		case m.kernel.tall <= emptyRows+1: // no row, but those of before the scene
			l.panelHeight = m.kernel.tall
		}
		l.textHeight = body - l.panelHeight
	}
	if !l.beside && l.panelHeight > 0 && m.pane != paneSequence {
		l.kernelHeight = l.panelHeight
	}
	l.proseWidth = max(l.textWidth, narrowestProse)
	if m.o.Projection { // short lines, large margins
		l.proseWidth = min(max(l.textWidth-len(projectionMargin), narrowestProse), widestProjected)
	}
	if m.typing() && l.textHeight > 0 { // kept free while there is more to read
		l.inputHeight = min(m.inputRows(l.textWidth)+1, max(l.textHeight-3, 2))
		l.textHeight -= l.inputHeight
	}
	return l
}

// covered reports whether a view has taken the whole place of the text, before
// a class.
func (m *model) covered() bool {
	return m.o.Projection && m.width < frame.SideBySide && (m.pane == paneKernel || m.pane == paneSequence)
}

// uncover shows the text again where a view has taken its place, and reports
// whether one had: no page is turned that is not seen.
func (m *model) uncover() bool {
	if !m.covered() {
		return false
	}
	m.pane, m.viewed = paneAuto, ""
	return true
}

// pageHeight is how many rows a page of the text has, also while it is covered.
func (m *model) pageHeight() int {
	if m.covered() {
		return m.bodyHeight()
	}
	return m.layout().textHeight
}

// lines counts lines in French.
func lines(n int) string { return text.French(text.Plural(n, "ligne")) }

func itoa(n int) string { return strconv.Itoa(n) }
