package live

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"labo/lessons/lessontest/golden"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	python = &probe.Holder{PID: 4242, Name: "python3"}
	evil   = &probe.Holder{PID: 666, Name: "\x1b[2Jélève\u202e"}
)

func socket(st probe.State, local, remote string, h *probe.Holder) probe.Socket {
	s := probe.Socket{
		Family: probe.TCP4, State: st, Local: netip.MustParseAddrPort(local),
		RecvQueue: probe.Known(uint32(0)), SendQueue: probe.Known(uint32(1)), Timer: probe.Known(probe.Timer{}),
		Owner: probe.Owner{Kind: probe.OwnerKernel},
	}
	if remote != "" {
		s.Remote = netip.MustParseAddrPort(remote)
	}
	if h != nil {
		s.Owner = probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{h}}
		s.Inode = probe.Known(uint32(s.Local.Port()))
	}
	return s
}

var (
	listener = socket(probe.Listen, "127.0.0.1:12345", "", python)
	serving  = socket(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", python)
	calling  = socket(probe.Established, "127.0.0.1:51234", "127.0.0.1:12345", evil)
	closed   = socket(probe.CloseWait, "127.0.0.1:12345", "127.0.0.1:51234", python)
)

// viewer drives a model as bubbletea does, and looks at its screen.
type viewer struct {
	t    *testing.T
	m    *model
	last *probe.Snapshot
	at   time.Time
}

func open(t *testing.T, width, height int) *viewer {
	v := &viewer{t: t, m: newModel("port 12345", paint.New(true)), at: noon}
	v.send(tea.WindowSizeMsg{Width: width, Height: height})
	return v
}

func (v *viewer) send(msg tea.Msg) tea.Cmd {
	v.t.Helper()
	_, cmd := v.m.Update(msg)
	v.screen() // every state can be drawn
	return cmd
}

// measure lets some time pass and sends what the probe would.
func (v *viewer) measure(after time.Duration, sockets ...probe.Socket) {
	v.t.Helper()
	v.at = v.at.Add(after)
	s := &probe.Snapshot{TakenAt: v.at, Source: probe.SockDiag, Sockets: sockets}
	v.send(updateMsg{probe.Update{Snapshot: s, Changes: probe.Diff(v.last, s)}, v.at})
	v.last = s
}

// press sends keys: names of special keys, or text typed.
func (v *viewer) press(keys ...string) tea.Cmd {
	v.t.Helper()
	special := map[string]tea.Key{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "backspace": {Code: tea.KeyBackspace},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "pgdown": {Code: tea.KeyPgDown},
		"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "ctrl+c": {Code: 'c', Mod: tea.ModCtrl},
		"space": {Code: tea.KeySpace, Text: " "},
	}
	var cmd tea.Cmd
	for _, k := range keys {
		key, ok := special[k]
		if ok {
			cmd = v.send(tea.KeyPressMsg(key))
			continue
		}
		for _, r := range k {
			cmd = v.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return cmd
}

//go:generate go test . -run TestDocuments -update

// The documents show this view as it is.
func TestDocuments(t *testing.T) {
	const document = "../../../docs/ecrans/eleve.md"
	server, client := serving, socket(probe.Established, "127.0.0.1:51234", "127.0.0.1:12345", &probe.Holder{PID: 4243, Name: "python3"})
	server.SendQueue, client.SendQueue = probe.Known(uint32(0)), probe.Known(uint32(0))
	show := func(width, height int, name string, keys ...string) {
		v := open(t, width, height)
		v.measure(0, listener)
		v.measure(time.Second, listener, server, client)
		v.press(keys...)
		golden.Screen(t, document, name, v.screen())
	}
	show(80, 16, "sonde")
	show(80, 24, "sonde-aide", "?")
}

// screen returns the lines on screen, and holds what is always true of them.
func (v *viewer) screen() []string {
	v.t.Helper()
	painted := strings.Split(v.m.View().Content, "\n")
	if len(painted) != v.m.height {
		v.t.Fatalf("%d lines on a screen of %d", len(painted), v.m.height)
	}
	lines := make([]string, len(painted))
	for i, l := range painted {
		lines[i] = ansi.Strip(l)
		if text.Width(l) > v.m.width {
			v.t.Errorf("line %d is %d cells wide, of %d: %q", i, text.Width(l), v.m.width, lines[i])
		}
		if strings.ContainsAny(lines[i], "\x1b\u202e") {
			v.t.Errorf("line %d reaches the terminal: %q", i, lines[i])
		}
	}
	return lines
}

// line returns the first line on screen that contains every word, "" if none.
func (v *viewer) line(words ...string) string {
	v.t.Helper()
lines:
	for _, l := range v.screen() {
		for _, w := range words {
			if !strings.Contains(strings.ReplaceAll(l, text.NBSP, " "), w) {
				continue lines
			}
		}
		return l
	}
	return ""
}

func (v *viewer) sees(words ...string) {
	v.t.Helper()
	if v.line(words...) == "" {
		v.t.Errorf("no line with %q on\n%s", words, strings.Join(v.screen(), "\n"))
	}
}

func (v *viewer) seesNo(words ...string) {
	v.t.Helper()
	if l := v.line(words...); l != "" {
		v.t.Errorf("%q is on screen: %q", words, l)
	}
}

func TestChangesAreMarkedForTwoSeconds(t *testing.T) {
	v := open(t, 80, 24)
	v.sees("Première mesure")
	v.measure(0, listener)
	v.sees("  LISTEN", "127.0.0.1:12345", "python3 (4242)")
	v.sees("[sock_diag, 12:00:00]")

	v.measure(time.Second, listener, serving, calling)
	v.sees("+ ESTABLISHED", "127.0.0.1:51234", "élève")
	v.sees("3 sockets : 1 LISTEN, 2 ESTABLISHED")
	v.measure(1999*time.Millisecond, listener, serving, calling)
	v.sees("+ ESTABLISHED")
	v.measure(time.Millisecond, listener, serving, calling)
	v.seesNo("+ ESTABLISHED  127.0.0.1:12345  127")

	v.measure(time.Second, listener, closed)
	v.sees("→ CLOSE-WAIT   127.0.0.1:12345")
	v.sees("− ESTABLISHED", "élève")
	v.sees("2 sockets : 1 LISTEN, 1 CLOSE-WAIT")
	v.send(clockMsg(v.at.Add(markedFor)))
	v.seesNo("− ESTABLISHED  127.0.0.1:51234")
	v.seesNo("→ CLOSE-WAIT   127.0.0.1:12345")
	v.sees("12:00:04  →  ESTABLISHED → CLOSE-WAIT") // the latest stays told below
}

func TestASocketThatComesBackIsThereOnce(t *testing.T) {
	v := open(t, 80, 24)
	v.measure(0, listener, serving)
	v.measure(time.Second, listener)
	v.sees("− ESTABLISHED")
	v.measure(time.Second, listener, serving)
	v.sees("+ ESTABLISHED")
	v.seesNo("− ESTABLISHED")
}

func TestPauseHoldsThePicture(t *testing.T) {
	v := open(t, 80, 24)
	v.measure(0, listener)
	for _, key := range []string{"p", "space"} {
		v.press(key)
		v.sees("EN PAUSE")
		v.measure(time.Second, listener, serving)
		v.measure(time.Minute, listener, serving)
		v.sees("1 socket : 1 LISTEN")
		v.press(key)
		v.seesNo("EN PAUSE")
		v.sees("2 sockets : 1 LISTEN, 1 ESTABLISHED")
		v.sees("+ ESTABLISHED") // it changed while nobody saw
		v.measure(time.Hour, listener)
		v.measure(time.Hour, listener)
	}
}

func TestFilterKeepsWhatContainsTheText(t *testing.T) {
	v := open(t, 80, 24)
	v.measure(0, listener, serving, calling)
	v.press("/", "eleve")
	v.sees("Filtrer : eleve")
	v.sees("1 socket sur 3 : 1 ESTABLISHED") // the counts are of what is shown
	v.seesNo("  LISTEN")
	v.sees("  ESTABLISHED", "élève")
	v.press("q", "backspace", "enter") // letters are text while typing
	v.sees("filtre : eleve")
	v.press("/", "x\x1b")
	v.sees("Aucun socket ne contient « elevex␛ »")
	v.sees("0 socket sur 3")
	v.press("esc")
	v.sees("3 sockets : 1 LISTEN, 2 ESTABLISHED")
	v.sees("  LISTEN")
	v.seesNo("filtre : ")
	v.press("/")
	v.send(tea.PasteMsg{Content: "listen\n"})
	v.press("backspace", "enter")
	v.sees("  LISTEN")
	v.seesNo("  ESTABLISHED")
}

// A change of a row that the filter hides is not told either; a row that has
// just gone is shown, and not counted.
func TestFilterHidesTheChangesOfHiddenRows(t *testing.T) {
	v := open(t, 80, 24)
	v.measure(0, listener, serving, calling)
	v.press("/", "python", "enter")
	v.measure(time.Second, listener, serving)
	v.seesNo("ESTABLISHED → disparu")
	v.sees("2 sockets sur 2 : 1 LISTEN, 1 ESTABLISHED")
	v.measure(time.Second, listener)
	v.sees("ESTABLISHED → disparu  127.0.0.1:12345")
	v.sees("− ESTABLISHED")
	v.sees("1 socket sur 1 : 1 LISTEN")
}

// Counts that do not fit one line take another, whole, and keep it: the table
// under them does not move. On a low screen they are cut instead.
func TestCountsAreNotCut(t *testing.T) {
	var sockets []probe.Socket
	for i, st := range probe.States {
		sockets = append(sockets, socket(st, fmt.Sprintf("127.0.0.1:%d", 2000+i), "127.0.0.1:9", python))
	}
	for _, width := range []int{60, 80} {
		v := open(t, width, 24)
		v.measure(0, sockets...)
		v.sees("1 (lié), 1 LISTEN")
		v.sees("1 CLOSED") // the last
		v.seesNo("…")
		at := slices.IndexFunc(v.screen(), func(l string) bool { return strings.Contains(l, "distant") })
		v.measure(time.Second, sockets[:1]...)
		v.sees("1 socket : 1 (lié)")
		if got := slices.IndexFunc(v.screen(), func(l string) bool { return strings.Contains(l, "distant") }); got != at {
			t.Errorf("%d columns: the table moved from line %d to %d", width, at, got)
		}
	}
	v := open(t, 80, roomy-1)
	v.measure(0, sockets...)
	v.sees("12 sockets", "…")
}

func TestOrders(t *testing.T) {
	v := open(t, 80, 24)
	v.measure(0, listener, serving, calling)
	v.measure(time.Second, listener, closed, calling)
	first := func() string { return string([]rune(v.screen()[3])[2:15]) }
	for _, c := range []struct{ order, first string }{
		{"tri : port", "LISTEN       "}, {"tri : état", "LISTEN       "},
		{"tri : propriétaire", "ESTABLISHED  "}, {"tri : changement", "CLOSE-WAIT   "}, {"tri : port", "LISTEN       "},
	} {
		v.sees(c.order)
		if got := first(); got != c.first {
			t.Errorf("%s: %q first", c.order, got)
		}
		v.press("t")
	}
}

func TestScrollingStaysWithinTheRows(t *testing.T) {
	v := open(t, 60, 20)
	var many []probe.Socket
	for i := range 100 {
		many = append(many, socket(probe.Established, "127.0.0.1:12345", fmt.Sprintf("127.0.0.1:%d", 50000+i), python))
	}
	v.measure(0, many...)
	v.press("up")
	v.sees("127.0.0.1:50000")
	v.press("down", "down")
	v.press("end", "down", "pgdown")
	v.sees("127.0.0.1:50099")
	v.measure(time.Second, many[:3]...)
	v.measure(time.Minute, many[:3]...)
	v.sees("127.0.0.1:50000")
	v.press("home")
	v.sees("127.0.0.1:50000")
}

func TestEveryScreenSizeHolds(t *testing.T) {
	for width := 10; width <= 120; width += 10 {
		for height := 1; height <= 30; height += 3 {
			v := open(t, max(width, 60), height) // below 60 addresses may not fit
			v.measure(0, listener, serving, calling)
			v.measure(time.Second, listener, closed)
			v.press("?")
			v.press("?", "/", "abc", "esc", "p")
			v.send(tea.WindowSizeMsg{Width: 80, Height: 24})
			v.sees("CLOSE-WAIT")
		}
	}
}

func TestHelpAndLeaving(t *testing.T) {
	v := open(t, 80, 24)
	v.measure(0, listener)
	v.press("?")
	v.sees("quitter")
	v.sees("deux secondes")
	v.press("x")
	v.seesNo("deux secondes")
	comesTo := func(want tea.Msg, cmd tea.Cmd) bool { return cmd != nil && cmd() == want }
	if !comesTo(tea.QuitMsg{}, v.press("q")) {
		t.Error("q does not leave")
	}
	if !comesTo(tea.InterruptMsg{}, v.press("/", "ctrl+c")) {
		t.Error("Ctrl+C does not leave")
	}
}

// On a small screen the whole help can be read.
func TestHelpScrollsWhereItIsLong(t *testing.T) {
	v := open(t, 60, 14)
	v.measure(0, listener)
	all := v.m.helpLines()
	if len(all) <= v.m.frame().Room() {
		t.Fatalf("%d lines of help fit: nothing to scroll", len(all))
	}
	v.press("?")
	v.sees("q ")
	v.sees("↑ et ↓ défilent")
	first, last := strings.TrimSpace(ansi.Strip(all[1])), strings.TrimSpace(ansi.Strip(all[len(all)-1]))
	v.sees(first)
	v.seesNo(last)
	v.press("end")
	v.sees(last)
	v.press("up", "down", "down", "pgdown")
	v.sees(last)
	v.press("home")
	v.sees(first)
	v.press("end")
	v.send(tea.WindowSizeMsg{Width: 80, Height: 40}) // all fits again
	v.sees(first)
	v.sees("Une touche ferme")
	v.press("down")
	v.sees("LISTEN")
}

func TestAFailureIsToldAndForgotten(t *testing.T) {
	v := open(t, 80, 24)
	v.measure(0, listener)
	v.send(updateMsg{probe.Update{Err: errors.New("refused \x1b")}, v.at})
	v.sees("✗ refused ␛")
	v.sees("  LISTEN") // what was seen last stays
	v.measure(time.Second, listener)
	v.seesNo("✗")
}

// The process that is followed has ended: its sockets go, the reader is told in
// French, and the picture does not come back.
func TestTheEndOfTheProcessIsTold(t *testing.T) {
	for _, paused := range []bool{false, true} {
		v := open(t, 80, 24)
		v.m.explain = func(err error) string { return "Fini : " + err.Error() }
		v.measure(0, listener, serving)
		if paused {
			v.press("p")
			v.measure(time.Second, listener)
		}
		end := updateMsg{probe.Update{Err: &probe.NoSuchProcessError{PID: 4242}}, v.at.Add(time.Second)}
		v.send(end)
		v.sees("✗ Fini : ")
		if paused {
			v.sees("  LISTEN") // the picture is held
			v.press("p")
		}
		v.sees("− LISTEN")
		v.sees("0 socket")
		end.at = time.Now().Add(time.Hour)
		v.send(end)
		v.seesNo("LISTEN")
		v.sees("Plus rien à suivre")
		v.sees("✗ Fini : ")
	}
}

func BenchmarkUpdate200(b *testing.B) {
	m := newModel("tout", paint.New(true))
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 50})
	var sockets []probe.Socket
	for i := range 200 {
		sockets = append(sockets, socket(probe.Established, "127.0.0.1:12345", fmt.Sprintf("127.0.0.1:%d", 50000+i), python))
	}
	s := &probe.Snapshot{TakenAt: noon, Source: probe.SockDiag, Sockets: sockets}
	b.ReportAllocs()
	for b.Loop() {
		m.Update(updateMsg{probe.Update{Snapshot: s}, noon})
		m.View()
	}
}

// What the kernel counts is told by process, from when the view began.
func TestBytesAreToldByProcess(t *testing.T) {
	counted := func(s probe.Socket, sent, received uint64) probe.Socket {
		s.Info = &probe.Info{Sent: probe.Known(sent), Acknowledged: probe.Known(sent), Received: probe.Known(received)}
		return s
	}
	v := open(t, 120, 24)
	v.measure(0, listener)
	v.seesNo("Depuis le début")
	v.measure(time.Second, listener, counted(serving, 100, 5))
	v.measure(time.Second, listener, counted(serving, 117, 12_005))
	v.sees("Depuis le début", python.Name+" (4242) : 12 005 octets reçus, 117 envoyés")
	v.measure(time.Second, listener)
	v.sees("au moins 12 005 octets reçus")
}
