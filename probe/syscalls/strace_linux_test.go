package syscalls

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// underStrace plays a story and returns what strace tells of it.
func underStrace(t *testing.T, strace string, play staging) *record {
	log := filepath.Join(t.TempDir(), "strace")
	play(t, func(argv, env []string, files [3]*os.File) func() {
		cmd := exec.CommandContext(t.Context(), strace, append([]string{"-f", "-q", "-s", "0", "-o", log,
			"-e", "trace=" + strings.Join(comparedCalls(), ",")}, argv...)...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = files[0], files[1], files[2], env
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return func() { cmd.Wait() }
	})
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return parseStrace(t, f)
}

var (
	straceLine   = regexp.MustCompile(`^(\d+) +(.*)$`)
	straceEnd    = regexp.MustCompile(`^\+\+\+ (exited with \d+|killed by SIG[A-Z0-9]+)(?: \(core dumped\))? \+\+\+$`)
	straceResume = regexp.MustCompile(`^<\.\.\. (\w+|\?+) resumed>(.*)$`)
	straceCall   = regexp.MustCompile(`^(\w+|\?+)\((.*)$`)
	straceFirst  = regexp.MustCompile(`^\s*(-?\d+)`)
	straceResult = regexp.MustCompile(`\)\s+= (-?\d+|\?)(?: (E[A-Z0-9]+) \([^)]*\))?[^=]*$`)
)

// straceReader reads what strace -f wrote, independently of our own decoding.
//
// A thread that exit_group of another kills while it stands at the door of a
// call is told of, but strace can no longer ask which call it is. It then says
// "???", or (6.1) what it asked last, of another thread: exit_group, with the
// other's status. So the record is vague.
type straceReader struct {
	t      *testing.T
	record *record
	inside map[int]begun
}

// begun is what was said of a call that a thread is in, and when.
type begun struct {
	words string
	at    int
}

func parseStrace(t *testing.T, r io.Reader) *record {
	s := straceReader{t, newRecord(), map[int]begun{}}
	s.record.vague = true
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		m := straceLine.FindStringSubmatch(lines.Text())
		if m == nil {
			t.Fatalf("strace said %q", lines.Text())
		}
		s.record.said(lines.Text())
		tid, _ := strconv.Atoi(m[1])
		s.line(tid, m[2])
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	s.dropExec()
	return s.record
}

// dropExec takes away the exec that strace itself made; ours is not told.
func (s *straceReader) dropExec() {
	if c := s.record.threads[s.record.root]; c != nil && len(c.calls) > 0 && c.calls[0].Name == "execve" {
		c.calls, c.begun = c.calls[1:], c.begun[1:]
	}
}

// line takes what was said of one thread.
func (s *straceReader) line(tid int, rest string) {
	if strings.HasPrefix(rest, "---") { // a signal
		return
	}
	if strings.HasPrefix(rest, "+++") {
		end := straceEnd.FindStringSubmatch(rest)
		if end == nil {
			s.t.Fatalf("strace said %q", rest)
		}
		s.record.ended(tid, strings.HasPrefix(end[1], "killed"))
		return
	}
	at := s.record.now()
	if r := straceResume.FindStringSubmatch(rest); r != nil {
		begin, ok := s.inside[tid]
		delete(s.inside, tid)
		if !ok {
			begin = begun{r[1] + "(", at}
		}
		rest, at = begin.words+r[2], begin.at
	} else if cut, ok := strings.CutSuffix(strings.TrimSpace(rest), "<unfinished ...>"); ok {
		if !strings.HasPrefix(cut, "exit") {
			s.inside[tid] = begun{strings.TrimRight(cut, " "), at}
			return
		}
		rest = cut + ") = ?"
	}
	s.call(tid, rest, at)
}

// call takes a whole call: "name(arguments) = result".
func (s *straceReader) call(tid int, text string, at int) {
	call, res := straceCall.FindStringSubmatch(text), straceResult.FindStringSubmatch(text)
	if call == nil || res == nil {
		s.t.Fatalf("strace said %q", text)
	}
	name, result, errno := call[1], res[1], res[2]
	c := seen{Name: name, Result: result}
	if decoders[name].fd {
		c.FD = straceFirst.FindString(call[2])
	}
	isExit := name == "exit" || name == "exit_group"
	switch {
	case strings.HasPrefix(errno, "ERESTART"):
		c.Result = "?"
	case errno != "":
		c.Result = errno
	case result == "?" && !isExit:
		return // the thread ended inside: it did not return
	}
	switch {
	case name == "write" && c.FD == "-1": // the Python module's word to the tracer
		return
	case isExit && s.record.thread(tid).last() == name: // told at its beginning
		return
	}
	if child := c.child(); child > 0 {
		s.record.born(child, strings.Contains(call[2], "CLONE_THREAD"))
	}
	s.record.call(tid, c, at)
}
