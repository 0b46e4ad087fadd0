package chat

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLinesEndAsPythonSays(t *testing.T) {
	for in, want := range map[string][2]string{ // by '\n' alone, by universal newlines
		"un\ndeux\n":           {`["un" "deux"]`, `["un" "deux"]`},
		"un\r\ndeux\rexit\r\n": {`["un\r" "deux\rexit\r"]`, `["un" "deux" "exit"]`},
		"\n\r\n\r\r":           {`["" "\r" "\r\r"]`, `["" "" "" ""]`},
		"un":                   {`["un"]`, `["un"]`},
		"":                     {`[]`, `[]`},
	} {
		for i, want := range want {
			r := lineReader{Reader: bufio.NewReader(iotest.OneByteReader(strings.NewReader(in))), universal: i == 1}
			lines := []string{}
			for {
				line, err := r.next()
				if err == nil || len(line) > 0 {
					lines = append(lines, string(line))
				}
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := fmt.Sprintf("%q", lines); got != want {
				t.Errorf("%q, universal %v: %s, want %s", in, i == 1, got, want)
			}
		}
	}
}

func TestEndlessLineIsHandedOverInParts(t *testing.T) {
	r := lineReader{Reader: bufio.NewReader(letters{})}
	if line, err := r.next(); len(line) != maxLine || err != nil {
		t.Errorf("%d bytes (%v), want %d", len(line), err, maxLine)
	}
}
