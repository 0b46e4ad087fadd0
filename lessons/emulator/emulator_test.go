package emulator

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/lessons/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func picture(t *testing.T, width, height int, written ...string) (*Terminal, []string) {
	t.Helper()
	term := New(width, height, nil)
	t.Cleanup(term.Close)
	for _, s := range written {
		if n, err := term.Write([]byte(s)); err != nil || n != len(s) {
			t.Fatalf("Write: %d, %v", n, err)
		}
	}
	return term, term.Lines()
}

func TestThePicture(t *testing.T) {
	for name, c := range map[string]struct {
		written []string
		want    []string
	}{
		"moves":             {[]string{"abc\r\ndef\x1b[1;2HX\x1b[2;3H\x1b[KY"}, []string{"aXc", "deY", ""}},
		"a full line":       {[]string{"0123456789\r\nab"}, []string{"0123456789", "ab", ""}},
		"back in its row":   {[]string{"0123456789", "\rab"}, []string{"ab23456789", "", ""}},
		"wide characters":   {[]string{"日本é\u00a0!"}, []string{"日本é !", "", ""}},
		"split sequences":   {[]string{"ab\x1b", "[2", ";1Hc", "\xc3", "\xa9"}, []string{"ab", "cé", ""}},
		"erased characters": {[]string{"abcdef\x1b[1;2H\x1b[3X"}, []string{"a   ef", "", ""}},
		"scrolled":          {[]string{"a\r\nb\r\nc\r\nd"}, []string{"b", "c", "d"}},
		"the other screen":  {[]string{"main", "\x1b[?1049h\x1b[2J\x1b[Hfull", "\x1b[?1049l"}, []string{"main", "", ""}},
		"taken":             {[]string{"main\x1b[?1049h\x1b[Hfull"}, []string{"full", "", ""}},
		"a column of cells": {[]string{"日本\x1b[3GX"}, []string{"日X", "", ""}},
		"half a character":  {[]string{"🙂a\b\bB"}, []string{" Ba", "", ""}},
		"the other half":    {[]string{"日a\rB"}, []string{"B a", "", ""}},
		"no room for two":   {[]string{"123456789日a"}, []string{"123456789", "日a", ""}},
		"just room for two": {[]string{"12345678日本"}, []string{"12345678日", "本", ""}},
		"past a full row":   {[]string{"1234567890日"}, []string{"1234567890", "日", ""}},
		"in the corner":     {[]string{"123456789\x1b[1;10H日"}, []string{"123456789", "日", ""}},
		"joined":            {[]string{"\x1b[?2027he\u0301a 👩\u200d🔬!"}, []string{"e\u0301a 👩\u200d🔬!", "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			term, got := picture(t, 10, 3, c.written...)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if odd := term.Odd(); len(odd) > 0 {
				t.Errorf("odd: %q", odd)
			}
		})
	}
}

func TestWhatIsOddIsNoticed(t *testing.T) {
	for _, s := range []string{
		"\a", "\x00", "\x0e", "\x1b[5i", "\x1b]52;c;aGE=\x07", "\x1b]8;;http://x\x1b\\", "\x1b[?1000h", "\x1bPq\x1b\\",
		"\x1b_x\x1b\\", "\x1bc", "\x1b[21t", "\u009b1m", "\u202e", "\x1b#8",
	} {
		if term, _ := picture(t, 10, 3, s); len(term.Odd()) == 0 {
			t.Errorf("%q passes for usual", s)
		}
	}
	for _, s := range []string{"\x1b]2;labo\a", "\x1b[?25l", "\x1b[>4;2m", "\x1b[?2026$p", "\x1b[38;5;9mx", "\x1b[=1;1u", "é│日"} {
		if term, _ := picture(t, 10, 3, s); len(term.Odd()) > 0 {
			t.Errorf("%q: %q", s, term.Odd())
		}
	}
}

// What a terminal would not show is seen, and nothing of it is obeyed. However
// it is cut, it comes out the same.
func TestWhatIsNotText(t *testing.T) {
	for in, want := range map[string]string{
		"a\xff\u202eb":              "a⟨ff⟩⟨U+202E⟩b",
		"a\x9b2Jb":                  "a⟨9b⟩2Jb", // an eight-bit CSI: not in UTF-8
		"a\u009b2Jb":                "a⟨U+009B⟩2Jb",
		"\xe9t\xe9\r\nb":            "⟨e9⟩t⟨e9⟩\nb",
		"a\x01\x07\x00b":            "a␁b",
		"a\x1b]0;d\xe9j\xc3\x9c\ab": "ab",
		"a\x1b]52;c;aGE=\x1b\\b":    "ab",
		"a\x1bPq\x1b\\b":            "ab",
		"a\x1b[5ib\x1b[999999999999999999999999999CX": "ab" + strings.Repeat(" ", 37) + "X",
	} {
		term := New(40, 3, nil)
		for i := range len(in) {
			term.Write([]byte{in[i]})
		}
		if got := term.Written(); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		term.Close()
	}
}

// FuzzTerminal writes anything to a terminal whose size changes.
func FuzzTerminal(f *testing.F) {
	for _, s := range []string{
		"日本\x1b[3GX", "🙂a\b\bB", "\x1b[?2027h👩\u200d👩\u200d👩", "\xff\u202e\x9b2J", "\x1b[2;3r\x1b[9999S\x1b[9T\x1bM",
		"\x1b[?7l日日日\x1b[9P\x1b[9@\x1b[L\x1b[M", "\x1b[?1049hx\x1b7\x1b[9;9H\x1b8\x1b[?1049l", "\x1b]0;t\x1b\\\t\t\x1b[9Z\x1b[9X\x1bH",
		"\x1b8\x1b[9T\x1bM", "\x1b7\x1b[8;8H\x1b7", strings.Repeat("e\u0301", 99) + strings.Repeat("\u1100", 300), "\x1b[?6n\x1b[c\x1b[?2026$p\x1b[>q",
	} {
		f.Add([]byte(s), uint8(10), uint8(3), uint8(4), uint8(2))
	}
	f.Fuzz(func(t *testing.T, written []byte, width, height, width2, height2 uint8) {
		width, height, width2, height2 = width%24, height%12, width2%24, height2%12
		term := New(int(width), int(height), nil)
		defer term.Close()
		for _, size := range [][2]uint8{{width, height}, {width2, height2}} {
			term.Resize(int(size[0]), int(size[1]))
			term.Write(written)
			for _, l := range term.Lines() {
				if text.Visible(l) != l || len(l) > 64*4*max(int(size[0]), 1) {
					t.Errorf("%q", l)
				}
			}
			if x, y := term.Cursor(); x < 0 || y < 0 || x >= max(int(size[0]), 1) || y >= max(int(size[1]), 1) {
				t.Errorf("%v: the cursor is at %d, %d", size, x, y)
			}
		}
	})
}

// What a program pours out is read, and the picture can be looked at meanwhile.
func BenchmarkFlood(b *testing.B) {
	for name, s := range map[string]string{"text": "une ligne de texte, é\r\n", "scrolling": "\x1b[9999S", "screens": "\x1b[?1049h\x1b[?1049l"} {
		b.Run(name, func(b *testing.B) {
			term := New(80, 24, nil)
			defer term.Close()
			flood := []byte(strings.Repeat(s, 32<<10/len(s)))
			b.SetBytes(int64(len(flood)))
			for b.Loop() {
				term.Write(flood)
			}
		})
	}
}

// answers keeps what the terminal says.
type answers struct {
	mu   sync.Mutex
	said strings.Builder
	news chan struct{}
}

func (a *answers) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer func() {
		select {
		case a.news <- struct{}{}:
		default:
		}
	}()
	return a.said.Write(p)
}

func TestItAnswers(t *testing.T) {
	a := &answers{news: make(chan struct{}, 1)}
	term := New(10, 3, a)
	defer term.Close()
	term.Write([]byte("\x1b[?2026$p"))
	limit := time.After(10 * time.Second)
	for {
		a.mu.Lock()
		said := a.said.String()
		a.mu.Unlock()
		if said == "\x1b[?2026;2$y" {
			return
		}
		select {
		case <-a.news:
		case <-limit:
			t.Fatalf("answered %q", said)
		}
	}
}

func TestModes(t *testing.T) {
	term, _ := picture(t, 10, 3, "\x1b[?1049h\x1b[?25l\x1b]2;labo\a")
	if !term.Full() || !term.CursorHidden() || term.Title() != "labo" {
		t.Errorf("full %v, hidden %v, title %q", term.Full(), term.CursorHidden(), term.Title())
	}
	term.Write([]byte("\x1b[?25h\x1b[2;4H\x1b[?1049l"))
	if term.Full() || term.CursorHidden() {
		t.Errorf("given back: full %v, hidden %v", term.Full(), term.CursorHidden())
	}
}

// A program may go on printing where it was when the terminal shrinks.
func TestPrintingGoesOnAfterAResize(t *testing.T) {
	term, _ := picture(t, 120, 40, "\x1b[?2027h\x1b[40;9Hé") // clusters, as bubbletea asks for
	term.Resize(20, 5)
	term.Write([]byte("o\x1b[1;1Hz"))
	if got := term.Lines(); !strings.HasPrefix(got[0], "z") {
		t.Errorf("%q", got)
	}
}

func TestResize(t *testing.T) {
	term, _ := picture(t, 10, 3, "abcdefghij\r\nkl")
	term.Resize(4, 2)
	if got := term.Lines(); !slices.Equal(got, []string{"abcd", "kl"}) {
		t.Errorf("%q", got)
	}
	term.Resize(12, 4)
	term.Write([]byte("\x1b[4;12Hz"))
	if got := term.Lines(); got[3] != "           z" {
		t.Errorf("%q", got)
	}
}
