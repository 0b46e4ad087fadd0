package check

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Python is a Python that can run the sheet's programs.
type Python struct {
	Command string // what a student types: "python3", "py -3"
	Path    string // the program itself (sys.executable)
	Major   int
	Minor   int
	Start   time.Duration // the processor time in which it began, answered and ended
}

// String returns "Python 3.11 (/usr/bin/python3)".
func (p Python) String() string { return fmt.Sprintf("Python %d.%d (%s)", p.Major, p.Minor, p.Path) }

// Isolated is the command that runs a program of labo's own with this Python:
// nothing of the reader's runs with it (-I), neither a socket.py in the current
// folder nor what PYTHONPATH names. It writes UTF-8 and keeps nothing back, as
// the environment would have asked for.
func (p Python) Isolated(args ...string) []string {
	return append([]string{p.Path, "-I", "-u", "-X", "utf8"}, args...)
}

// minimal is the oldest Python that is asked for: 3.8.
const minimalMinor = 8

// NoPythonError says that no Python of version 3.8 or later was found.
type NoPythonError struct {
	Old *Python // one that is too old, nil when there is none
	// Offer is what is called Python and only offers to install it, "" for nothing.
	Offer string
}

// pythonOffer returns the path of a command that is no Python, but the offer of
// this system to install one; "" for any other. Set by the init of systems that
// have such.
var pythonOffer = func(ctx context.Context, command string) string { return "" }

func (e *NoPythonError) Error() string {
	if e.Old != nil {
		return fmt.Sprintf("python %d.%d is too old", e.Old.Major, e.Old.Minor)
	}
	return "no python found"
}

// pythonCommands are tried in this order.
var pythonCommands = [][]string{{"python3"}, {"python"}, {"py", "-3"}}

// FindPython looks for a Python, by running it. Errors: a [*NoPythonError],
// and the context's.
func FindPython(ctx context.Context) (Python, error) {
	var missing NoPythonError
	for _, command := range pythonCommands {
		if offer := pythonOffer(ctx, command[0]); offer != "" {
			missing.Offer = offer
			continue
		}
		p, err := askPython(ctx, command)
		switch {
		case ctx.Err() != nil:
			return Python{}, ctx.Err()
		case err != nil:
		case p.Recent():
			return p, nil
		case missing.Old == nil:
			missing.Old = &p
		}
	}
	return Python{}, &missing
}

// Recent reports whether the programs of the sheet run with it.
func (p Python) Recent() bool { return p.Major == 3 && p.Minor >= minimalMinor }

// Pythons returns every Python that answers, in the order in which labo tries
// them: [FindPython] takes the first that is recent.
func Pythons(ctx context.Context) (found []Python) {
	for _, command := range pythonCommands {
		if p, err := askPython(ctx, command); err == nil {
			found = append(found, p)
		}
	}
	return found
}

// pythonPatience is how long a search for Python lasts before whoever waits
// for it is told.
const pythonPatience = time.Second

// AwaitPython is [FindPython], and calls slow once, in the caller's goroutine,
// where a command called python takes its time to answer.
func AwaitPython(ctx context.Context, slow func()) (Python, error) {
	type found struct {
		Python
		error
	}
	answer := make(chan found, 1)
	go func() {
		p, err := FindPython(ctx)
		answer <- found{p, err}
	}()
	patience := time.NewTimer(pythonPatience)
	defer patience.Stop()
	for {
		select {
		case f := <-answer:
			return f.Python, f.error
		case <-patience.C:
			slow()
		}
	}
}

// SlowPython says, in French, what is waited for when Python does not answer.
const SlowPython = "labo cherche Python, qui met du temps à répondre. Chaque essai dure 10 secondes au plus."

var errNotPython = errors.New("not an answer of python")

// askPython asks for the version and for the program itself: a launcher
// (pyenv, py.exe) would cost its own start at every run. Neither PYTHONPATH nor
// what the user has installed may run meanwhile: -E and -s, which Python 2
// understands too. The current folder may: only sys is imported, which is in
// Python itself.
func askPython(ctx context.Context, command []string) (Python, error) {
	answer, used, err := ask(ctx, append(command[:len(command):len(command)], "-E", "-s", "-c",
		"import sys; print('%d %d %s' % (sys.version_info[0], sys.version_info[1], sys.executable))"))
	if err != nil {
		return Python{}, err
	}
	p, err := parsePython(strings.Join(command, " "), answer)
	p.Start = used
	return p, err
}

func parsePython(command, answer string) (Python, error) {
	parts := strings.SplitN(strings.TrimSpace(answer), " ", 3)
	if len(parts) != 3 || parts[2] == "" {
		return Python{}, errNotPython
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	if err := errors.Join(err1, err2); err != nil {
		return Python{}, fmt.Errorf("%w: %w", errNotPython, err)
	}
	return Python{Command: command, Path: parts[2], Major: major, Minor: minor}, nil
}
