// Package emulator is a terminal that holds a picture: what a full-screen
// program writes goes in, what a reader would see comes out. It is imported by
// tests only.
//
// The picture is made by the emulator of tcell. This package adds what tcell's
// lacks (the alternate screen), answers the program's questions as a terminal
// does, and remembers every sequence that such terminals do not know: a
// program that sends one has a mistake, or was made to send it.
package emulator

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/parser"
	"github.com/gdamore/tcell/v3/vt"
)

// Terminal is a screen. Its methods may be called by several goroutines.
type Terminal struct {
	mu            sync.Mutex
	width, height int
	main, alt     *page // alt is nil while the program has not taken the screen
	answers       io.Writer

	parser *ansi.Parser
	raw    []byte // of the parser's present sequence and what came before it

	hidden bool // the cursor
	title  string
	odd    []string
	count  int
}

// New returns an empty terminal. What it answers to the questions of the
// program (which modes it knows) goes to answers; nil drops it. Close it.
func New(width, height int, answers io.Writer) *Terminal {
	t := &Terminal{width: width, height: height, answers: answers, parser: ansi.NewParser()}
	if t.answers == nil {
		t.answers = io.Discard
	}
	t.main = t.newPage()
	t.parser.SetHandler(ansi.Handler{
		Print: t.print, Execute: t.control, HandleCsi: t.csi, HandleEsc: t.esc,
		HandleOsc: t.osc, HandleDcs: t.dcs,
		HandlePm:  func(data []byte) { t.note("PM %q", data) },
		HandleApc: func(data []byte) { t.note("APC %q", data) },
		HandleSos: func(data []byte) { t.note("SOS %q", data) },
	})
	return t
}

// Write takes what the program writes.
func (t *Terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count += len(p)
	for _, b := range p {
		t.raw = append(t.raw, b)
		t.parser.Advance(b)
	}
	t.flush()
	return len(p), nil
}

// flush lets the page on screen take what was parsed.
func (t *Terminal) flush() {
	if len(t.raw) > 0 {
		t.page().take(t.raw)
		t.raw = t.raw[:0]
	}
}

func (t *Terminal) page() *page {
	if t.alt != nil {
		return t.alt
	}
	return t.main
}

// shiftIn does nothing on such a terminal, but that tcell's emulator then
// forgets which cell it wrote last: it would extend that one, which may be
// outside of a smaller screen (a panic in tcell v3.3.0).
const shiftIn = 0x0f

// Resize gives the terminal another size. Telling the program is the caller's.
func (t *Terminal) Resize(width, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.width, t.height = width, height
	for _, p := range []*page{t.main, t.alt} {
		if p != nil {
			if t.parser.State() == parser.GroundState {
				p.take([]byte{shiftIn})
			}
			p.term.SetSize(vt.Coord{X: vt.Col(width), Y: vt.Row(height)})
			p.term.Drain()
		}
	}
}

// Lines returns the picture, a string for each row, spaces at its end left
// out. No-break spaces look like spaces, on a screen and here.
func (t *Terminal) Lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := make([]string, t.height)
	for y := range lines {
		var b strings.Builder
		for x := 0; x < t.width; {
			cell := t.page().term.GetCell(vt.Coord{X: vt.Col(x), Y: vt.Row(y)})
			if cell.C == "" {
				b.WriteByte(' ')
			}
			b.WriteString(strings.ReplaceAll(cell.C, "\u00a0", " "))
			x += max(cell.W, 1)
		}
		lines[y] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

// Text returns the picture as one string, a newline after each row.
func (t *Terminal) Text() string { return strings.Join(t.Lines(), "\n") + "\n" }

// Full reports whether the program has the whole screen (the alternate one).
func (t *Terminal) Full() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.alt != nil
}

// CursorHidden reports whether the cursor is hidden.
func (t *Terminal) CursorHidden() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.hidden
}

// Cursor returns the cell of the cursor.
func (t *Terminal) Cursor() (x, y int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.page().term.Pos()
	return int(at.X), int(at.Y)
}

// Odd returns what came that no full-screen program should send: unknown
// sequences, stray control characters.
func (t *Terminal) Odd() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.odd...)
}

// Taken returns how many bytes came so far.
func (t *Terminal) Taken() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count
}

// Close ends the terminal.
func (t *Terminal) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.main.close()
	if t.alt != nil {
		t.alt.close()
	}
}

const oddKept = 20

func (t *Terminal) note(format string, args ...any) {
	if len(t.odd) < oddKept {
		t.odd = append(t.odd, fmt.Sprintf(format, args...))
	}
}
