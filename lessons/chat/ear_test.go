package chat

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestStopWordIsThatOfPython holds what Python's message.lower() == "exit"
// says: no letter outside ASCII becomes one of these four.
func TestStopWordIsThatOfPython(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		for i := range len(stopWord) {
			word := stopWord[:i] + string(r) + stopWord[i+1:]
			want := r < utf8.RuneSelf && unicode.ToLower(r) == rune(stopWord[i])
			if isStopWord([]byte(word)) != want {
				t.Errorf("%q is the stop word: %v", word, !want)
			}
		}
	}
	for _, word := range []string{"", "exi", "exit ", " exit", "exit\n"} {
		if isStopWord([]byte(word)) {
			t.Errorf("%q is the stop word", word)
		}
	}
}

func TestCallerIsRecognisedByItsFirstBytes(t *testing.T) {
	for read, want := range map[string]callerKind{
		"GET / HTTP/1.1\r\nHost: localhost:12345\r\n\r\n": callerHTTP,
		"OPTIONS * HTTP/1.0\n\n":                          callerHTTP,
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":                callerHTTP,
		"GET /" + strings.Repeat("a", ReadSize-5):         callerHTTP,
		"GET / HTTP/1.1":                                  callerPlain,
		"GET moi un café":                                 callerPlain,
		"get / http/1.1\r\n":                              callerPlain,
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03":    callerTLS,
		"\x16\x03\x01\x02\x00\x02":                        callerPlain,
		"\x16\x03":                                        callerPlain,
		"":                                                callerPlain,
	} {
		if got, _ := recogniseCaller([]byte(read)); got != want {
			t.Errorf("%.40q is a caller of kind %d, want %d", read, got, want)
		}
	}
}

func TestEarShowsALongRequestWithoutRemarks(t *testing.T) {
	var e ear
	first := e.hear([]byte("GET / HTTP/1.1\r\nUser-Agent: Mozilla/5.0\r\nCookie: é\xc3"))
	if len(first.notices) != 2 || first.notices[0].Kind != NoticeBrowser || first.notices[1].Kind != NoticeCutRune {
		t.Errorf("notices %+v", first.notices)
	}
	second := e.hear([]byte("\xa9exit\r\n\r\n"))
	if len(second.notices) != 0 || len(second.lines) != 1 || second.lines[0] != "éexit\r\n\r\n" {
		t.Errorf("heard %+v", second)
	}
}

// FuzzEar cuts a stream into reads in any way and holds that nothing is lost,
// added or reordered, that no whole character is cut, and that nothing shown
// can move a terminal.
func FuzzEar(f *testing.F) {
	seeds := []string{
		"bonjour", "é", "caf\xc3\xa9", "👋🏽", "\xf0\x9f\x91", "\xff\xfe", "\xe9t\xe9", "\xc3\xc3\xa9", "\xf4\x90\x80\x80",
		"\xed\xa0\x80", "un\ndeux\r\nexit", "undeuxexit", "exit", "EXIT\n", "\x1b[2J", "\u202e", "\u0085", "\x00", "e\u0301", "\xe2\x82",
		"GET / HTTP/1.1\r\nUser-Agent: curl/8.5.0\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00",
	}
	for _, s := range seeds {
		for _, cuts := range []uint64{0, 1, 0b1010, ^uint64(0)} {
			f.Add([]byte(s), cuts)
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, cuts uint64) {
		var e ear
		var shown strings.Builder
		exit := false
		for _, read := range cutAt(stream, cuts) {
			h := e.hear(read)
			exit = exit || h.exit
			if h.exit != isStopWord(read) {
				t.Fatalf("read %q ends the conversation: %v", read, h.exit)
			}
			if len(e.held) >= utf8.UTFMax || utf8.FullRune(e.held) && len(e.held) > 0 {
				t.Fatalf("holds %q", e.held)
			}
			for _, line := range h.lines {
				if utf8.Valid(stream) && !utf8.ValidString(line) && e.caller != callerTLS {
					t.Fatalf("%q cuts a character", line)
				}
				safe(t, show("[Client] ", line))
			}
			shown.WriteString(strings.Join(h.lines, ""))
			for _, n := range h.notices {
				safe(t, n.Words())
			}
			if h.exit {
				shown.Write(read)
			}
		}
		shown.WriteString(strings.Join(e.rest(), ""))
		if e.caller != callerTLS && shown.String() != string(stream) {
			t.Fatalf("heard %q, want %q", shown.String(), stream)
		}
		if e.total != len(stream) {
			t.Fatalf("counts %d bytes, want %d", e.total, len(stream))
		}
	})
}

// cutAt cuts the stream after each byte whose bit is set, and after 64 bytes.
func cutAt(stream []byte, cuts uint64) [][]byte {
	var reads [][]byte
	from := 0
	for i := range stream {
		if cuts>>(i%64)&1 == 1 || i == len(stream)-1 {
			reads = append(reads, stream[from:i+1])
			from = i + 1
		}
	}
	return reads
}

// safe fails when s holds anything but printable characters and line feeds.
func safe(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("%q is not UTF-8", s)
	}
	for _, r := range s {
		if r != '\n' && r != 0x200d && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) {
			t.Fatalf("%q holds %U", s, r)
		}
	}
}
