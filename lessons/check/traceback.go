package check

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Traceback is where Python says that a program failed.
type Traceback struct {
	File  string // as Python writes it
	Line  int    // in the student's file where it is named, else the innermost
	Code  string // the source line, as Python quotes it; "" when it does not
	Error string // "ConnectionResetError: [Errno 104] Connection reset by peer"
	Count int    // exceptions in the output
}

const tracebackHead = "Traceback (most recent call last):"

var (
	frameLine = expression(`(?m)^\s*File "([^"]+)", line (\d+)`)
	inFile    = expression(`^(SyntaxError: .* in file (.+) on line (\d+), .*)`) // not UTF-8: no frame is told
	errorLine = expression(`^[A-Za-z_][\w.]*(?::.*)?$`)
)

// parseTraceback finds the last exception in what Python wrote on stderr, and
// the innermost line of it that is in file. A SyntaxError has no head of its
// own, and is found as well. It returns nil when there is no exception.
func parseTraceback(stderr, file string) *Traceback {
	heads := strings.Count(stderr, tracebackHead)
	from := strings.LastIndex(stderr, tracebackHead)
	if from < 0 {
		at := regexp.MustCompile(`(?m)^(Syntax|Indentation|Tab)Error: `).FindStringIndex(stderr)
		if at == nil {
			return nil
		}
		if m := inFile().FindStringSubmatch(stderr[at[0]:]); m != nil && !frameLine().MatchString(stderr) {
			n, _ := strconv.Atoi(m[3])
			return &Traceback{File: m[2], Line: n, Error: m[1], Count: 1}
		}
		heads, from = 1, 0
	}
	tb := &Traceback{Count: heads}
	own := false
	lines := strings.Split(strings.ReplaceAll(stderr[from:], "\r\n", "\n"), "\n")
	for i, line := range lines {
		if m := frameLine().FindStringSubmatch(line); m != nil {
			mine := filepath.Base(m[1]) == filepath.Base(file)
			if own && !mine {
				continue
			}
			own = mine
			tb.File, tb.Code = m[1], ""
			tb.Line, _ = strconv.Atoi(m[2])
			if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "    ") {
				tb.Code = strings.TrimSpace(lines[i+1])
			}
			continue
		}
		if tb.File != "" && !strings.HasPrefix(line, " ") && errorLine().MatchString(line) {
			tb.Error = line
			break
		}
	}
	return tb
}
