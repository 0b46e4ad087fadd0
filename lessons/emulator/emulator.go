// Package emulator is a terminal that holds a picture: what a program writes
// goes in, what a reader would see comes out.
//
// The picture is made by the emulator of tcell. This package stands between it
// and programs that nobody has read. What comes is taken apart; what such
// terminals obey is handed on in its plainest form, numbers no larger than the
// screen; what a terminal would not show is shown as package text shows it;
// the rest is dropped, and remembered. So no byte of a program can stop the
// emulator, make it work for long, or reach the reader's own terminal. It adds
// what tcell's lacks: the alternate screen, and two habits of terminals at the
// last column.
package emulator

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/parser"
	"github.com/gdamore/tcell/v3/vt"

	"labo/lessons/text"
)

// Terminal is a screen. Its methods may be called by several goroutines.
type Terminal struct {
	mu            sync.Mutex
	width, height int
	main, alt     *buffer // alt is nil while the program has not taken the screen
	answers       io.Writer

	parser  *ansi.Parser
	partial []byte // of a character that has begun
	pending []byte // for the page on screen
	joined  int    // characters beyond ASCII since the last other one

	hidden bool // the cursor
	title  string
	odd    []string
}

// New returns an empty terminal. What it answers to the questions of the
// program (which modes it knows) goes to answers; nil drops it. Close it.
func New(width, height int, answers io.Writer) *Terminal {
	t := &Terminal{width: max(width, 1), height: max(height, 1), answers: answers, parser: ansi.NewParser()}
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

// chunk is how much is taken at once, so that a reader of the picture never
// waits for the whole of what a program poured out.
const chunk = 1 << 10

// Write takes what the program writes.
func (t *Terminal) Write(p []byte) (int, error) {
	for part := range slices.Chunk(p, chunk) {
		t.mu.Lock()
		for _, b := range part {
			t.take(b)
		}
		t.flush()
		t.mu.Unlock()
	}
	return len(p), nil
}

// take parses a byte. The parser would read bytes beyond ASCII as the control
// characters of an eight-bit terminal; a terminal in UTF-8 knows none.
func (t *Terminal) take(b byte) {
	switch ground := t.parser.State() == parser.GroundState; {
	case ground && (len(t.partial) > 0 || b >= utf8.RuneSelf):
		t.partial = append(t.partial, b)
		if !utf8.FullRune(t.partial) {
			return
		}
		r, n := utf8.DecodeRune(t.partial)
		rest := slices.Clone(t.partial[n:])
		if r == utf8.RuneError && n == 1 {
			t.strange(string(t.partial[:1]))
		} else {
			t.print(r)
		}
		t.partial = t.partial[:0]
		for _, b := range rest {
			t.take(b)
		}
	case !ground && b >= utf8.RuneSelf:
		t.parser.Advance('?') // in a title, or out of place in a sequence
	default:
		t.parser.Advance(b)
	}
}

// flush lets the page on screen take what was parsed.
func (t *Terminal) flush() {
	if len(t.pending) > 0 {
		t.page().term.Write(t.pending)
		t.pending = t.pending[:0]
	}
}

func (t *Terminal) page() *buffer {
	if t.alt != nil {
		return t.alt
	}
	return t.main
}

// shiftIn does nothing on such a terminal, but that tcell's emulator then
// forgets which cell it wrote last, and so what would join the character in it.
const shiftIn = 0x0f

// Resize gives the terminal another size. Telling the program is the caller's.
func (t *Terminal) Resize(width, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.width, t.height = max(width, 1), max(height, 1)
	for _, p := range []*buffer{t.main, t.alt} {
		if p != nil {
			// The cell written last may be outside of a smaller screen, the
			// cursor and the one saved as well: each would be a panic in tcell
			// v3.3.0.
			p.term.Write([]byte{shiftIn})
			p.term.SetSize(vt.Coord{X: vt.Col(t.width), Y: vt.Row(t.height)})
			at := p.term.Pos()
			p.term.Write([]byte(ansi.CursorPosition(int(at.X)+1, int(at.Y)+1) + ansi.SaveCursor))
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
			if cell.C == "" || x+cell.W > t.width {
				b.WriteByte(' ')
			} else {
				b.WriteString(strings.ReplaceAll(cell.C, text.NBSP, " "))
			}
			x += max(cell.W, 1)
		}
		lines[y] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

// Text returns the picture as one string, a newline after each row.
func (t *Terminal) Text() string { return strings.Join(t.Lines(), "\n") + "\n" }

// Written returns the picture down to its last row that is not empty.
func (t *Terminal) Written() string { return strings.TrimRight(t.Text(), "\n") }

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

// Odd returns what came that no program of labo should send: unknown
// sequences, stray control characters.
func (t *Terminal) Odd() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.odd...)
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
