package main

import (
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"labo/lessons/fault"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/terminal"
	"labo/lessons/text"
)

// Terminal size assumed where there is none to ask: a pipe, a file, a test.
const (
	defaultColumns = 80
	defaultRows    = 24
)

// console is everything a command has of the outside: where it reads, where it
// writes, and what that place can show. One belongs to one [run]; a test gives
// buffers and gets the answers of a pipe.
type console struct {
	in     io.Reader
	out    io.Writer // results. Its write errors are kept: run reports them
	err    io.Writer // errors, hints, and what is not the result
	getenv func(string) string

	colors    colorChoice // --couleur
	inFile    *os.File    // nil when in, out or err is not a file
	outFile   *os.File
	errFile   *os.File
	results   *resultWriter // what out is
	glyphs    text.Glyphs   // what the terminal can draw
	projected bool          // a class looks: ink and paper only
	terminal  *terminal.Terminal
	ends      *ends // nil in a test
	endedBy   int   // the signal that ended the program labo was asked to run, 0: none
}

// newConsole returns a console on the three streams. getenv is usually
// [os.Getenv]; nil means an empty environment.
func newConsole(in io.Reader, out, err io.Writer, getenv func(string) string) *console {
	if getenv == nil {
		getenv = func(string) string { return "" }
	}
	results := &resultWriter{w: out}
	c := &console{in: in, out: results, err: err, getenv: getenv, results: results}
	c.inFile, _ = in.(*os.File)
	c.outFile, _ = out.(*os.File)
	c.errFile, _ = err.(*os.File)
	c.terminal = terminal.Find(c.inFile, c.outFile, c.errFile)
	c.glyphs = text.GlyphsOf(getenv)
	switch {
	case c.glyphs == text.Unicode && c.outTerminal() && !terminal.Obeys(c.outFile):
		c.glyphs = text.Console // so old a console has old fonts
	case c.glyphs == text.Console && c.outTerminal() && singleByte(c.outFile):
		c.glyphs = text.ASCII
	}
	if c.glyphs != text.Unicode {
		if c.outTerminal() {
			results.w = &glyphWriter{w: out, glyphs: c.glyphs}
		}
		if c.errTerminal() {
			c.err = &glyphWriter{w: err, glyphs: c.glyphs}
		}
	}
	return c
}

// inTerminal reports whether someone can type on the input.
func (c *console) inTerminal() bool { return isTerminal(c.inFile) }

// outTerminal reports whether results are shown on a terminal. A full-screen
// view needs this, inTerminal, and a TERM other than "dumb" ([console.canDraw]).
func (c *console) outTerminal() bool { return isTerminal(c.outFile) }

// errTerminal reports whether errors are shown on a terminal.
func (c *console) errTerminal() bool { return isTerminal(c.errFile) }

// canDraw reports whether a view may take the whole screen: keys can be read,
// and the output is a terminal that can move its cursor.
func (c *console) canDraw() bool {
	return c.inTerminal() && c.outTerminal() && c.getenv("TERM") != "dumb" && terminal.Obeys(c.outFile)
}

// screen is where a view that takes the whole terminal is shown.
func (c *console) screen() terminal.Options {
	return terminal.Options{Palette: c.palette(), In: c.inFile, Out: c.outFile, Env: os.Environ(), Glyphs: c.glyphs,
		Terminal: c.terminal, Interrupted: func() { c.ends.interrupt() }}
}

// size returns the columns and rows of the terminal results are shown on, and
// 80×24 when they are not shown on one.
func (c *console) size() (columns, rows int) { return terminalSize(c.outFile) }

// width returns the columns of [console.size].
func (c *console) width() int {
	columns, _ := c.size()
	return columns
}

// wantsColor reports whether results are to be coloured: as --couleur says,
// else on a terminal unless NO_COLOR is set to anything (no-color.org) or TERM
// is "dumb".
func (c *console) wantsColor() bool {
	switch c.colors {
	case colorAlways:
		if c.outTerminal() {
			terminal.Obeys(c.outFile) // an old Windows console must be told
		}
		return true
	case colorNever:
		return false
	}
	return c.outTerminal() && c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb" && terminal.Obeys(c.outFile)
}

// palette paints results: nothing dim on the Linux console, whose dim is a
// dark grey that is hard to read.
func (c *console) palette() paint.Palette {
	p := paint.New(c.wantsColor())
	if c.projected {
		return p.Contrast()
	}
	if c.outTerminal() && c.getenv("TERM") == "linux" {
		return p.Undimmed()
	}
	return p
}

// singleByte reports whether a terminal is a Linux console that is not in
// UTF-8, whatever the locale says (console_linux.go).
var singleByte = func(*os.File) bool { return false }

func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }

func terminalSize(f *os.File) (columns, rows int) {
	if f != nil {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 && h > 0 {
			return w, h
		}
	}
	return defaultColumns, defaultRows
}

// resultWriter remembers the first error of its writes, so that a result that
// could not be written is never a success (a full disk, a closed pipe). It
// calls failed, when set, once that has happened.
type resultWriter struct {
	w      io.Writer
	failed func()

	mu  sync.Mutex
	err error
}

func (r *resultWriter) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.w.Write(p)
	r.err = err
	if err != nil && r.failed != nil {
		r.failed()
	}
	return n, err
}

func (r *resultWriter) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// colorChoice is the value of --couleur; the zero value is "auto".
type colorChoice uint8

const (
	colorAuto colorChoice = iota
	colorAlways
	colorNever
)

var colorWords = [...]string{colorAuto: "auto", colorAlways: "toujours", colorNever: "jamais"}

func (c colorChoice) String() string { return colorWords[c] }

// Type is the value's name in help (pflag.Value).
func (colorChoice) Type() string { return "QUAND" }

// Set reads one of the three words (pflag.Value).
func (c *colorChoice) Set(s string) error {
	for choice, word := range colorWords {
		if s == word {
			*c = colorChoice(choice)
			return nil
		}
	}
	return fault.Usage("« "+text.Visible(s)+" » ne dit pas quand colorer",
		"Choisissez `--couleur auto`, `--couleur toujours` ou `--couleur jamais`.")
}
