package trace

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"labo/probe/syscalls"
)

// Command is a program to trace, as it was asked for.
type Command struct {
	Words  []string // as typed, or with python3 in front
	Path   string   // of the executable
	Python bool
	Script string // the Python file it runs, absolute; "" when it is not known
}

// Name is how the program is called on screen: its script, else its first word.
func (c *Command) Name() string {
	if c.Script != "" {
		return filepath.Base(c.Script)
	}
	return filepath.Base(c.Words[0])
}

// roots are the directories whose Python files are the student's.
func (c *Command) roots() []string {
	if c.Script != "" {
		return []string{filepath.Dir(c.Script)}
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	return []string{dir}
}

// NoPythonError says that a Python file was given and no Python found.
type NoPythonError struct {
	Script string
	Err    error // why not
}

func (e *NoPythonError) Error() string { return "no python to run " + e.Script }
func (e *NoPythonError) Unwrap() error { return e.Err }

// findPython returns the name that a student types for Python, and its path:
// the first of the PATH, here. Set by the init of systems where what bears the
// name may be no Python.
var findPython = func() (name, path string, err error) {
	for _, name = range []string{"python3", "python"} {
		if path, err = syscalls.Find(name); err == nil {
			return name, path, nil
		}
	}
	return "", "", err
}

// Resolve finds what the words mean: a command, or a Python file. Its errors
// are a [*syscalls.StartError] or a [*NoPythonError].
func Resolve(words []string) (*Command, error) {
	c := &Command{Words: words}
	if isScript(words[0]) {
		info, err := os.Stat(words[0])
		switch {
		case err != nil:
			return nil, &syscalls.StartError{Path: words[0], Err: syscalls.ErrNotFound}
		case info.IsDir():
			return nil, &syscalls.StartError{Path: words[0], Err: syscalls.ErrDirectory}
		}
		name, path, err := findPython()
		if err != nil {
			return nil, &NoPythonError{words[0], err}
		}
		c.Path, c.Python, c.Words = path, true, append([]string{name}, words...)
		c.Script = absolute(words[0])
		return c, nil
	}
	path, err := syscalls.Find(words[0])
	if err != nil {
		return nil, err
	}
	c.Path = path
	if strings.HasPrefix(filepath.Base(words[0]), "python") {
		c.Python, c.Script = true, scriptOf(words[1:])
	} else if runsPython(path) {
		c.Python, c.Script = true, absolute(path)
	}
	return c, nil
}

// isScript reports whether a word is a Python file to be given to Python: one
// that does not say by itself what runs it.
func isScript(word string) bool {
	return strings.EqualFold(filepath.Ext(word), ".py") && !runsPython(word)
}

// runsPython reports whether a file is a script that says it is for Python.
func runsPython(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0 {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	b := make([]byte, 128)
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	first, _, _ := strings.Cut(string(b[:n]), "\n")
	return strings.HasPrefix(first, "#!") && strings.Contains(first, "python")
}

// scriptOf returns the script among the arguments of Python, "" when there is
// none (-c, -m, a conversation).
func scriptOf(args []string) string {
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-W" || arg == "-X" || arg == "--check-hash-based-pycs":
			i++
		case arg == "-" || strings.HasPrefix(arg, "-c") || strings.HasPrefix(arg, "-m"):
			return ""
		case strings.HasPrefix(arg, "-"):
		default:
			return absolute(arg)
		}
	}
	return ""
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// Split separates the words typed into programs: several Python files in a row
// are as many programs, anything else is one command and its arguments.
func Split(words []string) [][]string {
	if len(words) > 1 {
		all := true
		for _, w := range words {
			_, err := os.Stat(w)
			all = all && strings.EqualFold(filepath.Ext(w), ".py") && err == nil
		}
		if all {
			var programs [][]string
			for _, w := range words {
				programs = append(programs, []string{w})
			}
			return programs
		}
	}
	return [][]string{words}
}
