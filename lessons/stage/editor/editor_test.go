package editor

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"labo/lessons/emulator"
)

// typed plays keys on a line and returns what was entered, and what is left.
func typed(s string) (entered []string, l *Line) {
	l = &Line{}
	var p parser
	for _, k := range p.feed([]byte(s)) {
		if k.kind == keyEnter {
			entered = append(entered, l.take())
			continue
		}
		l.apply(k)
	}
	return entered, l
}

func TestKeysEditTheLine(t *testing.T) {
	for keys, want := range map[string]string{
		"bonjour":                         "bonjour|",
		"bonj\x7f\x08k":                   "bok|",
		"ça va 👋\x7f!":                    "ça va !|",
		"e\u0301a\x02\x7f":                "|a", // an accent goes with its letter
		"👨\u200d👩\u200d👧x\x02\x7f":        "|x", // a family is one character
		"ac\x1b[Db":                       "ab|c",
		"ac\x1bODb\x1b[C!":                "abc!|",
		"un deux\x17trois":                "un trois|",
		"un deux\x1b[1;5D\x1b[1;5Dx":      "x|un deux",
		"un deux\x01\x1b[1;5C,":           "un,| deux",
		"abc\x01\x1b[3~":                  "|bc",
		"abc\x01\x0b":                     "|",
		"abc\x15z":                        "z|",
		"un\rdeux\r\x1b[A\x1b[A":          "un|",
		"un\rdeux\rtr\x1b[A\x1b[B":        "tr|",
		"a\tb":                            "a\tb|",
		"\x1b[200~a\x1b[Db\x03\x1b[201~c": "abc|", // nothing pasted is a command
		"\x1bh\x1b\x1b[99;99Xi\x00\x1f":   "hi|",
		"\xff\xe9x":                       "x|",
	} {
		_, l := typed(keys)
		if got := join(l.cells[:l.pos]) + "|" + join(l.cells[l.pos:]); got != want {
			t.Errorf("%q gives %q, want %q", keys, got, want)
		}
	}
}

func TestEnterInEveryForm(t *testing.T) {
	entered, _ := typed("un\rdeux\ntrois\r\n\x1b[200~quatre\rcinq\r\n\x1b[201~\r")
	if want := []string{"un", "deux", "trois", "quatre", "cinq", ""}; !reflect.DeepEqual(entered, want) {
		t.Errorf("entered %q, want %q", entered, want)
	}
}

// FuzzParser holds that bytes give the same text and keys in whatever pieces
// they come, and never a control character.
func FuzzParser(f *testing.F) {
	for _, s := range []string{"ça va 👋\r", "\x1b[A\x1b[200~x\x1b[201~\x1b[1;5C", "\x1b\x1b[", "\xf0\x9f\x91", "\r\n\n"} {
		f.Add([]byte(s), uint(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut uint) {
		var whole, parts parser
		want := flat(whole.feed(b))
		at := int(cut % uint(len(b)+1))
		got := flat(append(parts.feed(b[:at]), parts.feed(b[at:])...))
		if got != want {
			t.Errorf("%q cut at %d: %s, want %s", b, at, got, want)
		}
		if strings.ContainsFunc(want, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f }) {
			t.Errorf("%q gives controls: %q", b, want)
		}
	})
}

func flat(keys []key) string {
	var b strings.Builder
	for _, k := range keys {
		if k.kind == keyText {
			b.WriteString(k.text)
		} else {
			fmt.Fprintf(&b, "<%d>", k.kind)
		}
	}
	return b.String()
}

// TestDrawnRowFits draws lines of all lengths with the cursor everywhere, over
// what was there, and looks at the screen.
func TestDrawnRowFits(t *testing.T) {
	for _, s := range []string{"", "bonjour", "ça va 👋 bien ?", strings.Repeat("日本語", 20), strings.Repeat("abcdefghij", 9), "\x1b[31m\u202e"} {
		l := &Line{}
		l.set(s)
		for width := 8; width <= 60; width += 13 {
			for l.pos = 0; l.pos <= len(l.cells); l.pos++ {
				out := strings.Repeat("x", width-1) + drawn("[Client >>>] ", l, width)
				term := emulator.New(width, 3, nil)
				term.Write([]byte(out))
				shown, odd := term.Written(), term.Odd()
				col, row := term.Cursor()
				term.Close()
				if len(odd) > 0 || strings.Contains(shown, "\n") || strings.Contains(shown, "x") || row != 0 || col > width-1 {
					t.Fatalf("%q at %d in %d columns: %q, cursor %d,%d, odd %q", s, l.pos, width, shown, row, col, odd)
				}
				prompt, left := room("[Client >>>] ", width)
				if !strings.HasPrefix(shown, strings.TrimRight(prompt, " ")) {
					t.Fatalf("%q in %d columns: %q has no prompt %q", s, width, shown, prompt)
				}
				if l.pos > 0 && l.cells[l.pos-1].width+2 <= left && !strings.Contains(shown, strings.TrimSpace(l.cells[l.pos-1].shown)) {
					t.Fatalf("%q at %d in %d columns: %q hides what was just typed", s, l.pos, width, shown)
				}
			}
		}
	}
}
