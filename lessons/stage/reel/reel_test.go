package reel

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"labo/lessons/emulator"
	"labo/lessons/film"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// stepOne is a film of step 1, as it was played.
func stepOne(t *testing.T) *film.Film {
	t.Helper()
	f, err := film.Open("../page/testdata/etape1.film")
	if err != nil || f.Lost > 0 {
		t.Fatalf("%v, %+v", err, f)
	}
	return f
}

var keys = []tea.KeyPressMsg{
	{Code: tea.KeySpace, Text: " "}, {Code: tea.KeyLeft}, {Code: tea.KeyRight}, {Code: tea.KeyUp}, {Code: tea.KeyDown}, {Code: tea.KeyPgUp}, {Code: tea.KeyEnd}, {Code: tea.KeyEnter}, {Code: tea.KeyEscape}, {Code: tea.KeyBackspace},
	{Code: ',', Text: ","}, {Code: '.', Text: "."}, {Code: 'a', Text: "a"}, {Code: 'n', Text: "n"}, {Code: '+', Text: "+"}, {Code: '-', Text: "-"}, {Code: 'g', Text: "g"}, {Code: '1', Text: "1"}, {Code: ':', Text: ":"}, {Code: '3', Text: "3"}, {Code: '?', Text: "?"}, {Code: 'é', Text: "é"},
}

// Whatever is pressed, on any screen, the view says that it is a recording and
// of when, fits, and shows nothing of what comes later.
func TestAReelIsNeverTakenForLive(t *testing.T) {
	f := stepOne(t)
	for _, size := range [][2]int{{80, 24}, {60, 20}, {120, 40}, {40, 10}} {
		m := newModel(Options{Film: f})
		m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		clock := time.Now()
		for n := range 600 {
			if n%3 == 0 {
				clock = clock.Add(time.Duration(rand.IntN(400)) * time.Millisecond)
				m.Update(tickMsg(clock))
			}
			m.Update(keys[rand.IntN(len(keys))])
			lines := strings.Split(m.View().Content, "\n")
			if len(lines) != size[1] {
				t.Fatalf("%d lines on a screen of %d", len(lines), size[1])
			}
			for _, l := range lines {
				if text.Width(l) > size[0] {
					t.Fatalf("%q is wider than %d", l, size[0])
				}
			}
			if size[0] >= 60 && !strings.Contains(lines[0], f.Recorded()) {
				t.Fatalf("the heading is %q", lines[0])
			}
			if m.now < 0 || m.now > f.Took() || m.index > 0 && time.Duration(f.Records[m.index].Micros)*time.Microsecond > m.now {
				t.Fatalf("record %d is on screen at %v of %v", m.index, m.now, f.Took())
			}
		}
	}
}

func TestSeeking(t *testing.T) {
	f := stepOne(t)
	m := newModel(Options{Film: f})
	for i := range f.Records {
		m.seek(time.Duration(f.Records[i].Micros) * time.Microsecond)
		if m.index < i || f.Records[m.index].Micros != f.Records[i].Micros {
			t.Fatalf("the moment of record %d shows record %d", i, m.index)
		}
	}
	for s, want := range map[string]time.Duration{"0": 0, "90": 90 * time.Second, "2:30": 150 * time.Second, "": -1, "2:75": -1, "-1": -1, "a": -1, "1:2:3": -1} {
		if got, ok := Moment(s); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q is %v, %v", s, got, ok)
		}
	}
}

// A cast has the words of the lines, at moments that do not go back, below a
// row that always says that it is a recording.
func TestACastSaysWhatTheLinesSay(t *testing.T) {
	f := stepOne(t)
	var cast, lines bytes.Buffer
	if err := Cast(&cast, f); err != nil {
		t.Fatal(err)
	}
	Text(t.Context(), &lines, paint.New(true), func() int { return 100 }, f)
	rows := strings.Split(strings.TrimSpace(cast.String()), "\n")
	var head struct{ Version, Width, Height int }
	if err := json.Unmarshal([]byte(rows[0]), &head); err != nil || head.Version != 2 || head.Width == 0 || head.Height == 0 {
		t.Fatalf("%v, %s", err, rows[0])
	}
	var said strings.Builder
	screen := emulator.New(head.Width, head.Height, io.Discard)
	defer screen.Close()
	page := regexp.MustCompile(`\x1b\[r\x1b\[2J\x1b\[H.*\x1b\[2;1H`)
	last := 0.0
	for _, row := range rows[1:] {
		var at float64
		var kind, out string
		if err := json.Unmarshal([]byte(row), &[]any{&at, &kind, &out}); err != nil || kind != "o" || at < last {
			t.Fatalf("%v, %s", err, row)
		}
		last = at
		said.WriteString(strings.ReplaceAll(page.ReplaceAllString(out, ""), "\r\n", "\n"))
		if _, err := io.WriteString(screen, out); err != nil || !strings.Contains(screen.Lines()[0], f.Recorded()) {
			t.Fatalf("at %v the first row is %q (%v)", at, screen.Lines()[0], err)
		}
	}
	if !strings.HasPrefix(lines.String(), said.String()) || said.Len() < lines.Len()*9/10 {
		t.Errorf("the cast has %d bytes, the lines %d", said.Len(), lines.Len())
	}
}

// The table of the other machine is shown under this one's, as it was told last.
func TestTheOtherMachineIsShown(t *testing.T) {
	held := func(port uint16) []probe.Socket {
		return []probe.Socket{{Family: probe.TCP4, State: probe.Listen, Local: netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), port)}}
	}
	f := &film.Film{Head: film.Head{At: time.Now()}, Records: []film.Record{
		{Kind: film.Begin, Scene: &film.Scene{Title: "Deux noyaux", Total: 1}},
		film.OfUpdate(probe.Update{Snapshot: &probe.Snapshot{Sockets: held(12345)}}),
		film.OfFacing("loutre 7", "dit il y a 1 s", "", held(40001)),
		film.OfFacing("loutre 7", "dit il y a 2 s", "", held(40002)),
		film.OfUpdate(probe.Update{Err: errors.New("refused")}),
	}}
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		m := newModel(Options{Film: f})
		m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		m.seek(f.Took())
		shown := ansi.Strip(m.View().Content)
		for _, want := range []string{"CE QUE VOYAIT LE NOYAU", ":12345", "CHEZ LOUTRE 7", "[dit il y a 2 s]", ":40002"} {
			if !strings.Contains(shown, want) {
				t.Errorf("%v: no %q in\n%s", size, want, shown)
			}
		}
	}
}
