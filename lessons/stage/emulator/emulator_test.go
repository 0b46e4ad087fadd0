package emulator

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
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
