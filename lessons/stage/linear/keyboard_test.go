package linear

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/muesli/cancelreader"

	"labo/lessons/prose"
	"labo/lessons/stage/paint"
)

// typedBy returns a keyboard on which lines are typed when they are sent.
func typedBy(t *testing.T, terminal bool) (*Keyboard, func(string)) {
	t.Helper()
	r, w := io.Pipe()
	k, err := NewKeyboard(r)
	if err != nil {
		t.Fatal(err)
	}
	k.terminal = terminal
	k.start()
	t.Cleanup(func() { r.Close(); k.Close() })
	return k, func(s string) {
		if _, err := io.WriteString(w, s); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatWasTypedAheadAnswersNothing(t *testing.T) {
	k, types := typedBy(t, true)
	types("o\n\n3\n")
	for range 2 { // of three lines, which all came before
		if line, err := k.Line(t.Context()); err != nil || line == "" == (line == "o") {
			t.Fatalf("%q, %v", line, err)
		}
	}
	var out bytes.Buffer
	answered := make(chan string, 1)
	go func() {
		answer, err := k.Ask(t.Context(), &out, "? ")
		if err != nil {
			t.Error(err)
		}
		answered <- answer
	}()
	go func() {
		<-time.After(2 * Reaction) // a person's, who has read the question
		types("2\n")
	}()
	// The question is asked again after a line that may have come after it.
	if got := <-answered; got != "2" || strings.Trim(out.String(), "? ") != "" || out.Len() == 0 {
		t.Errorf("the answer to %q is %q", &out, got)
	}
}

// Text typed ahead is no answer to a question; messages that follow one another
// may be typed ahead.
func TestMessagesAreTypedAheadAndAnswersAreNot(t *testing.T) {
	k, types := typedBy(t, true)
	s := New(io.Discard, paint.Palette{}, func() int { return 80 }, k, nil)
	s.Prose([]prose.Block{{Kind: prose.Paragraph, Spans: []prose.Span{{Text: "Pourquoi ?"}}}})
	types("1\n")
	go func() {
		<-time.After(2 * Reaction)
		types("un\ndeux\n")
	}()
	for _, want := range []string{"un", "deux"} {
		if got, err := s.Input(t.Context(), "Votre réponse"); got != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

// An input that ends at once is read to its end: a file, or none (/dev/null).
func TestAFileIsAKeyboard(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lignes")
	if err := os.WriteFile(path, []byte("o\n3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{path: {"o", "3"}, os.DevNull: nil} {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		k, err := NewKeyboard(f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, w := range want {
			if line, err := k.Line(t.Context()); err != nil || line != w {
				t.Errorf("%s: %q, %v, want %q", name, line, err, w)
			}
		}
		if line, err := k.Line(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("%s: %q, %v at the end", name, line, err)
		}
		k.Close()
	}
}

func TestAPipeIsReadAsItComes(t *testing.T) {
	k, types := typedBy(t, false)
	types("o\n\n3\n")
	for _, want := range []string{"o", "", "3"} {
		if got, err := k.Ask(t.Context(), io.Discard, "? "); got != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

func TestWhatAnswersAPrompt(t *testing.T) {
	shown := time.Now()
	at := func(ms int) time.Time { return shown.Add(time.Duration(ms) * time.Millisecond) }
	for _, c := range []struct {
		name     string
		terminal bool
		lines    []typed
		want     int // index of the line that answers, -1: none
	}{
		{"before", true, []typed{{"o", at(-5000)}, {"o", at(-1)}, {"", at(0)}}, -1},
		{"a bounce", true, []typed{{"", at(30)}, {"", at(400)}}, 1},
		{"as fast as a person", true, []typed{{"1", at(80)}}, 0},
		{"held down", true, []typed{{"", at(33)}, {"", at(66)}, {"", at(99)}, {"", at(132)}, {"", at(600)}}, 4},
		{"leaving is never too early", true, []typed{{"2", at(-10)}, {" Q ", at(-5)}}, 1},
		{"no other move is", true, []typed{{"r", at(-5)}, {"a", at(10)}}, -1},
		{"a pipe", false, []typed{{"", at(-5000)}}, 0},
	} {
		p, got := prompt{c.terminal, shown}, -1
		for i, line := range c.lines {
			if p.answeredBy(line) {
				got = i
				break
			}
		}
		if got != c.want {
			t.Errorf("%s: line %d answers, want %d", c.name, got, c.want)
		}
	}
}

// The end of input comes after what was typed before it.
func TestTheEndOfInputComesLast(t *testing.T) {
	r, w := io.Pipe()
	k, err := NewKeyboard(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { r.Close(); k.Close() }()
	go func() {
		io.WriteString(w, "un\ndeux\ntrois")
		w.Close()
	}()
	for _, want := range []string{"un", "deux", "trois"} {
		if got, err := k.Line(t.Context()); got != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	if got, err := k.Line(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("%q, %v, want the end", got, err)
	}
}

// reading is an input whose reads cannot be ended, as a Windows console.
type reading struct{ io.Reader }

func (reading) Cancel() bool { return false }
func (reading) Close() error { return nil }

// Where a read cannot be ended, none waits when no line is wanted: it would
// take what is typed for whoever reads next.
func TestNothingIsReadAheadWhereReadsCannotEnd(t *testing.T) {
	open := openKeys
	defer func() { openKeys = open }()
	openKeys = func(in io.Reader) (cancelreader.CancelReader, bool, error) { return reading{in}, false, nil }
	r, w := io.Pipe()
	keys, err := NewKeyboard(r)
	if err != nil {
		t.Fatal(err)
	}
	typing := make(chan string)
	go func() {
		for line := range typing {
			io.WriteString(w, line) // until it is read
			typing <- ""
		}
	}()
	for _, want := range []string{"un", "deux"} {
		typing <- want + "\r\n"
		if line, err := keys.Line(t.Context()); line != want || err != nil {
			t.Fatalf("%q, %v; want %q", line, err, want)
		}
		<-typing
	}
	typing <- "pour un autre\n"
	if err := keys.Close(); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	if n, err := r.Read(b); string(b[:n]) != "pour un autre\n" {
		t.Errorf("who reads next gets %q, %v", b[:n], err)
	}
	<-typing
	close(typing)
}
