package screen

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"

	"labo/lessons/demo"
	"labo/lessons/emulator"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe/syscalls"
)

// The test program runs itself again as the child of a demonstration.
func TestMain(m *testing.M) {
	syscalls.Helper() // it may be a program to trace that starts
	if len(os.Args) > 1 && os.Args[1] == "enfant" {
		if err := demo.RunChild(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	time.Local = time.UTC // pictures show times of the day
	goleak.VerifyTestMain(m, unreadKeys...)
}

// patience bounds every wait of these tests.
const patience = 20 * time.Second

// glass is a model that bubbletea draws on an emulated terminal: what is seen
// there is what a reader sees. Its clock is the test's.
type glass struct {
	t       *testing.T
	program *tea.Program
	term    *emulator.Terminal
	news    chan struct{} // something was drawn
	ended   chan error

	mu      sync.Mutex
	clock   time.Time
	written bytes.Buffer // all that was drawn
}

// bytes returns all that was drawn.
func (g *glass) bytes() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return bytes.Clone(g.written.Bytes())
}

// onGlass shows a model of these options.
func onGlass(t *testing.T, o Options, width, height int) *glass {
	t.Helper()
	g := &glass{
		t: t, term: emulator.New(width, height, nil), news: make(chan struct{}, 1), ended: make(chan error, 1),
		clock: time.Date(2026, 3, 4, 14, 2, 7, 0, time.UTC),
	}
	m := newModel(o)
	m.now = g.now
	profile := colorprofile.Ascii
	if o.Palette.Colour() {
		profile = colorprofile.ANSI
	}
	sized := make(chan struct{})
	w := &watched{model: m, sized: sized}
	g.program = tea.NewProgram(w, tea.WithInput(nil), tea.WithOutput(g), tea.WithFPS(120),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithColorProfile(profile),
		tea.WithoutSignalHandler(), tea.WithWindowSize(width, height))
	go func() {
		_, err := g.program.Run()
		g.ended <- err
	}()
	t.Cleanup(g.close)
	select {
	case <-sized:
	case <-time.After(patience):
		t.Fatal("the view has no size")
	}
	return g
}

func (g *glass) close() {
	g.program.Quit()
	select {
	case err := <-g.ended:
		if err != nil {
			g.t.Errorf("the program ended with %v", err)
		}
	case <-time.After(patience):
		g.t.Error("the program does not end")
	}
	if g.term.Full() || g.term.CursorHidden() {
		g.t.Error("the terminal is not given back")
	}
	if odd := g.term.Odd(); len(odd) > 0 {
		g.t.Errorf("sent to the terminal: %q", odd)
	}
	g.term.Close()
}

// Write takes what bubbletea draws. Where it finds no terminal to make raw, it
// counts on a driver that turns a line feed into a new line (ONLCR, see
// termios(3)).
func (g *glass) Write(p []byte) (int, error) {
	defer func() {
		select {
		case g.news <- struct{}{}:
		default:
		}
	}()
	g.mu.Lock()
	g.written.Write(p)
	g.mu.Unlock()
	if _, err := g.term.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (g *glass) now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.clock
}

// later moves the clock.
func (g *glass) later(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.clock = g.clock.Add(d)
}

// at sets the clock to a time, unless it is past already.
func (g *glass) at(t time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.After(g.clock) {
		g.clock = t
	}
}

func (g *glass) send(msg tea.Msg) { g.program.Send(msg) }

// keys are pressed one after the other, a second apart: a name ("enter",
// "left") or one character.
func (g *glass) keys(names ...string) {
	for _, name := range names {
		g.later(time.Second)
		g.send(pressOf(name))
	}
}

// types types a line, without Enter.
func (g *glass) types(line string) {
	for _, r := range line {
		g.keys(string(r))
	}
}

var namedKeys = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace,
	"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
}

func pressOf(name string) tea.KeyPressMsg {
	if code, ok := namedKeys[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

func pasteOf(s string) tea.PasteMsg { return tea.PasteMsg{Content: s} }

// look is what the model holds at one moment.
type look struct {
	width, height int
	lines         []string    // what it wants on screen
	said          []string    // all that was said
	text          []string    // what is on screen of it
	from          int         // the line that begins with
	panel         []string    // what is on screen of the kernel
	keys          [][2]string // those of this moment
	moves         bool        // and those of nearly every moment
	more          bool        // something is yet to be read
	typed         bool        // keys are text
	waits         bool        // for the reader
	asks          bool        // for a prediction
	kind          waitKind    // of the wait, where it waits
	uncounted     int         // options of the vote on screen, while no hand was counted
}

type lookMsg struct{ reply chan look }

// watched is the model, which can be looked at between two messages.
type watched struct {
	*model
	sized chan struct{} // closed by the first size, which bubbletea sends whenever it comes to it; nil: nobody waits
}

func (w *watched) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.WindowSizeMsg); ok && w.sized != nil {
		close(w.sized)
		w.sized = nil
	}
	if l, ok := msg.(lookMsg); ok {
		l.reply <- w.look()
		return w, nil
	}
	_, cmd := w.model.Update(msg)
	return w, cmd
}

// look is what is on screen.
func (w *watched) look() look {
	l := w.layout()
	var above, from int // rows before what was said; the line it begins with
	visible := w.window.visible(l.textHeight)
	switch window := w.window.(type) {
	case *scroll:
		from = window.top
	case *pages:
		if divided := window.all(l.textHeight); len(divided) > 0 {
			page := divided[window.at(divided)]
			from, above = page.from, len(visible)-(page.to-page.from)
		}
	}
	for len(visible) > above && blank(visible[len(visible)-1]) {
		visible = visible[:len(visible)-1]
	}
	left, _ := w.left(l)
	first, rest := w.model.keys()
	var kind waitKind
	if w.wait != nil {
		kind = w.wait.kind
	}
	uncounted := 0
	if a := w.model.counting(); a != nil && !a.vote.Any() {
		uncounted = len(a.question.Options)
	}
	return look{
		kind: kind, uncounted: uncounted,
		width: w.width, height: w.height, lines: plain(w.View().Content, w.model.height),
		said: plain(strings.Join(w.journal.lines, "\n"), 0), text: plain(strings.Join(left, "\n"), 0)[above:len(visible)], from: from,
		panel: plain(strings.Join(w.kernel.view(l.panelWidth, l.kernelHeight), "\n"), 0),
		keys:  first, moves: len(rest) > 0 && rest[0] == moves[0],
		more: w.window.more(l.textHeight), typed: w.typing() && !w.reading, waits: w.wait != nil, asks: w.wait != nil && w.wait.kind == waitAsk,
	}
}

// plain is what a view looks like, without its colours.
func plain(view string, height int) []string {
	lines := strings.Split(strings.ReplaceAll(ansi.Strip(view), text.NBSP, " "), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(strings.Map(unaccented, l), " ")
	}
	for len(lines) < height {
		lines = append(lines, "")
	}
	return lines
}

// unaccented leaves out what takes no cell (combining accents, the joiner of
// emoji), as the emulator does.
func unaccented(r rune) rune {
	const joiner = 0x200d
	if unicode.Is(unicode.Mn, r) || r == joiner {
		return -1
	}
	return r
}

// look waits until the terminal shows all that the model wants to show, and
// returns it: the picture is what the view says.
func (g *glass) look() look {
	g.t.Helper()
	wanted, same := g.shows(patience)
	if !same {
		g.t.Fatalf("the terminal shows\n%s\nthe view is\n%s", g.term.Text(), strings.Join(wanted.lines, "\n"))
	}
	return wanted
}

// glance gives the terminal the time to show what the model wants. It is for
// characters that take two cells: ultraviolet does not always put them right
// over narrow ones.
func (g *glass) glance() {
	g.t.Helper()
	g.shows(100 * time.Millisecond)
}

// shows waits until the terminal shows all that the model wants to show, and
// reports whether it came to that.
func (g *glass) shows(within time.Duration) (wanted look, same bool) {
	g.t.Helper()
	reply := make(chan look, 1)
	g.send(lookMsg{reply})
	select {
	case wanted = <-reply:
	case <-time.After(patience):
		g.t.Fatal("the model does not answer")
	}
	for limit := time.After(within); ; {
		if slices.Equal(g.term.Lines(), wanted.lines) {
			return wanted, true
		}
		select {
		case <-g.news:
		case <-limit:
			return wanted, false
		}
	}
}

// waits opens a wait as [Stage.run] does, and returns it.
func (g *glass) waits(w *wait) *wait {
	w.reply = make(chan result, 1)
	g.send(waitMsg{w})
	return w
}

// replied waits for what the reader did.
func (g *glass) replied(w *wait) result {
	g.t.Helper()
	select {
	case r := <-w.reply:
		return r
	case <-time.After(patience):
		g.t.Fatalf("no reply; on screen:\n%s", g.term.Text())
		return result{}
	}
}

// plainOptions are those of a terminal without colours.
func plainOptions() Options {
	var o Options
	o.Palette = paint.New(false)
	return o
}

var _ io.Writer = (*glass)(nil)
