package check

import (
	"strconv"
	"strings"
)

// ledger is a memory in which a judged Python says, asked by a signal, at which
// line each of its threads is, and, unasked, which exceptions its own except
// hides and where exit() ends it (fils.py). A nil ledger knows nothing: another system, another language.
type ledger struct {
	path string // by which the program opens it
	env  []string
	size func() int64
	read func(from int64) string
	ask  func(l *ledger, pid int, tids []int) map[int][]frame
	free func()
}

// newLedger is set by the init of the systems that can. kept is [Config.Kept].
var newLedger = func(kept string) *ledger { return nil }

// frame is one function of a thread's stack.
type frame struct {
	File string
	Line int
	Func string
}

var stackFrame = expression(`^  File "(.*)", line (\d+) in (.+)$`)

// parseStack reads what faulthandler writes of one thread, innermost first.
func parseStack(written string) (frames []frame) {
	for line := range strings.Lines(written) {
		if m := stackFrame().FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil && strings.HasSuffix(line, "\n") {
			n, _ := strconv.Atoi(m[2])
			frames = append(frames, frame{File: m[1], Line: n, Func: m[3]})
		}
	}
	return frames
}

// whole reports whether the outermost function of a thread was written.
func whole(frames []frame) bool {
	if len(frames) == 0 {
		return false
	}
	f := frames[len(frames)-1].Func
	return f == "<module>" || f == "_bootstrap"
}

// Hidden is an exception that an except of the program caught: at which line it
// was raised, and at which line caught.
type Hidden struct {
	Line, Except int
	Error        string // "TypeError: can only concatenate str (not "int") to str"
}

// parseHidden reads the lines "!RAISED EXCEPT ERROR".
func parseHidden(written string) (all []Hidden) {
	for line := range strings.Lines(written) {
		rest, ok := strings.CutPrefix(line, "!")
		f := strings.SplitN(strings.TrimSuffix(rest, "\n"), " ", 3)
		if !ok || len(f) != 3 {
			continue
		}
		raised, err1 := strconv.Atoi(f[0])
		except, err2 := strconv.Atoi(f[1])
		if err1 == nil && err2 == nil {
			all = append(all, Hidden{Line: raised, Except: except, Error: f[2]})
		}
	}
	return all
}

// parseLeft returns the line of the last exit() of the main thread, 0 for none:
// that of "?LINE CODE".
func parseLeft(written string) (line int) {
	for l := range strings.Lines(written) {
		if rest, ok := strings.CutPrefix(l, "?"); ok && strings.HasSuffix(l, "\n") {
			number, _, _ := strings.Cut(rest, " ")
			if n, err := strconv.Atoi(number); err == nil {
				line = n
			}
		}
	}
	return line
}
