package chat

import (
	"bytes"
	"unicode/utf8"
)

// stopWord ends a conversation when a read, or a typed line, is exactly this
// word in any letter case.
const stopWord = "exit"

const lineEnds = "\r\n"

func isStopWord(b []byte) bool { return bytes.EqualFold(b, []byte(stopWord)) }

// ear makes text of what is read from a connection, as a reader can be shown
// it. It is pure: bytes in, text and remarks out. Message borders are not
// guessed, because TCP has none: one read is one line on screen, as in the
// sheet, except that a character cut in two waits for its end.
type ear struct {
	caller callerKind
	total  int    // bytes heard
	held   []byte // beginning of a character whose end has not come
	tail   []byte // last bytes of the stream, to find a stop word among others
	glued  bool   // the stream ends in the stop word, which was not alone
}

// heard is what one read means.
type heard struct {
	// Lines are the texts to show, each under its own tag: usually one, none
	// when all the bytes wait for the end of a character.
	lines   []string
	exit    bool
	notices []Notice
}

// hear takes the bytes of one read, which is not empty.
func (e *ear) hear(read []byte) heard {
	first := e.total == 0
	e.total += len(read)
	if isStopWord(read) {
		return heard{lines: e.rest(), exit: true}
	}
	var h heard
	if first {
		var n Notice
		if e.caller, n = recogniseCaller(read); e.caller != callerPlain {
			h.notices = append(h.notices, n)
		}
	}
	if e.caller == callerTLS {
		h.lines = []string{excerpt(read, tlsExcerpt)}
		return h
	}
	text := e.complete(read)
	if text != "" {
		h.lines = []string{text}
	}
	if bad, ok := firstInvalid(text); ok {
		h.notices = append(h.notices, Notice{Kind: NoticeInvalid, Text: bad})
	}
	if len(e.held) > 0 {
		h.notices = append(h.notices, Notice{Kind: NoticeCutRune, N: len(e.held)})
	}
	if e.caller == callerPlain {
		h.notices = append(h.notices, e.remarks(read, text)...)
	}
	return h
}

// rest returns what still waited when the stream ended, as text to show.
func (e *ear) rest() []string {
	if len(e.held) == 0 {
		return nil
	}
	text := string(e.held)
	e.held = nil
	return []string{text}
}

// complete returns the held bytes and those of read, up to the last whole
// character, and holds the rest (at most three bytes, RFC 3629). Bytes that
// cannot become a character are not held.
func (e *ear) complete(read []byte) string {
	all := append(e.held, read...)
	cut := len(all)
	for i := 1; i < utf8.UTFMax && i <= len(all); i++ {
		if utf8.RuneStart(all[len(all)-i]) {
			if !utf8.FullRune(all[len(all)-i:]) {
				cut = len(all) - i
			}
			break
		}
	}
	text := string(all[:cut])
	e.held = append([]byte(nil), all[cut:]...)
	return text
}

// remarks returns what is to be said of a read: a stop word that is not
// alone, line ends, control characters. text is the read's text.
func (e *ear) remarks(read []byte, text string) []Notice {
	e.tail = append(e.tail, read...)
	stream := bytes.TrimRight(e.tail, lineEnds)
	e.glued = len(stream) >= len(stopWord) && isStopWord(stream[len(stream)-len(stopWord):])
	if extra := len(e.tail) - 2*len(stopWord); extra > 0 {
		e.tail = e.tail[extra:]
	}
	var notices []Notice
	add := func(k NoticeKind) { notices = append(notices, Notice{Kind: k}) }
	word := len(bytes.TrimRight(read, lineEnds)) // bytes of the read before its line end
	switch {
	case e.glued && word > len(stopWord):
		add(NoticeGlued)
	case e.glued && word == len(stopWord):
		add(NoticeExitLine)
	case e.glued && word > 0:
		add(NoticeSplit)
	case bytes.ContainsAny(read, lineEnds):
		add(NoticeLineEnd)
	}
	if obeyed(text) {
		add(NoticeControl)
	}
	return notices
}

// firstInvalid returns the first byte of text that is no UTF-8.
func firstInvalid(text string) (string, bool) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			return text[i : i+1], true
		}
		i += n
	}
	return "", false
}
