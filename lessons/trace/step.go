package trace

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"labo/probe/syscalls"
)

// LineFact is what one line of a program asked of the kernel: what step 4
// shows for its first question.
type LineFact struct {
	File   string
	Line   int
	Code   string   // the line as written, made visible
	Calls  []string // names, in the order they first came
	Count  int
	Kernel time.Duration
	Held   string // what the kernel then held, in French; "" when nothing is known
}

// Facts is a traced program in few words, fit for a notebook.
type Facts struct {
	Source  syscalls.Source // ptrace or python
	Why     string          // why it is not ptrace, in French
	Script  string          // the file that was run; "" for another program
	Calls   int
	Wall    time.Duration
	Waiting time.Duration // of the first thread, in the kernel
	CPU     time.Duration // used by the program, its start and its being watched included; 0: not known
	Status  syscalls.Status
	Lines   []LineFact // in the order of the file
	Ran     bool       // it is known which lines of the script ran
	Silent  []int      // those that called nothing, but for imports
}

// ForStep traces a Python file or a command until it ends or ctx does, and
// returns what each line asked of the kernel. in is its standard input; observe,
// which may be nil, is told every event as it comes. What it writes, nobody
// reads. Nothing of the reader's Python runs with it but what lies beside it.
func ForStep(ctx context.Context, words []string, in *os.File, observe func(*syscalls.Event)) (*Facts, error) {
	command, err := Resolve(words)
	if err != nil {
		return nil, err
	}
	out, env, done, err := output()
	if err != nil {
		return nil, err
	}
	defer done()
	session, err := Start(ctx, []*Command{command}, Options{
		Env:   env,
		Files: func(int) [3]*os.File { return [3]*os.File{in, out, out} },
		Observe: func(_ int, e *syscalls.Event) {
			if observe != nil {
				observe(e)
			}
		}})
	if err != nil {
		return nil, err
	}
	results, err := session.Wait(ctx)
	report := session.Programs[0].Report(&results[0])
	return report.Facts(command.Script), err
}

// output returns where a program writes as it does before a reader, line after
// line: on a terminal. Elsewhere Python keeps what it prints for the end, and
// its print() calls nothing; where there is no terminal to be had, it is told
// not to.
func output() (out *os.File, env []string, done func(), err error) {
	env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PYTHON") })
	env = append(env, "PYTHONNOUSERSITE=1")
	if out, done, err = openTerminal(); err == nil {
		return out, env, done, nil
	}
	out, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	return out, append(env, "PYTHONUNBUFFERED=1"), func() { out.Close() }, err
}

// Report returns the program as it is now; result is nil while it runs.
func (r *Running) Report(result *syscalls.Result) *Report {
	report := &Report{Name: r.Command.Name(), View: r.Record.View(), Why: r.Why, Unlined: r.Unlined, Python: r.Command.Python}
	for _, e := range report.View.Events {
		if e.Place.Known() {
			report.Lines = true
			break
		}
	}
	if r.Why != nil || r.Journal() {
		report.Source = syscalls.SourcePython
	}
	if result != nil {
		report.Source, report.Executed, report.Wall, report.CPU = result.Source, result.Executed, result.Wall, result.CPU
		report.Lines = report.Lines || result.Lines
		report.Status = &result.Status
	} else {
		report.Wall, report.Waiting = report.View.Last, r.Record.Waiting()
	}
	return report
}

// Journal reports whether Python tells the calls, and not the kernel.
func (r *Running) Journal() bool {
	_, ok := r.trace.(*syscalls.Journal)
	return ok
}

// Facts returns the report in few words; script is the file whose silent lines
// are listed.
func (r *Report) Facts(script string) *Facts {
	f := &Facts{Source: r.Source, Why: WhyText(r.Why), Script: script, Calls: r.View.Calls, Wall: r.Wall, Waiting: r.View.Main, CPU: r.CPU}
	if r.Status != nil {
		f.Status = *r.Status
	}
	for _, file := range r.Files() {
		src := r.File(file)
		for _, place := range r.View.linesOf(file) {
			stat := r.View.Lines[place]
			fact := LineFact{File: file, Line: place.Line, Code: src.Line(place.Line), Count: stat.Calls, Kernel: stat.Took,
				Held: HeldText(stat.Held)}
			for _, s := range stat.Shapes {
				if !slices.Contains(fact.Calls, s.Name) {
					fact.Calls = append(fact.Calls, s.Name)
				}
			}
			f.Lines = append(f.Lines, fact)
		}
	}
	f.Ran = len(r.Executed[script]) > 0
	for n, ran := range r.Executed[script] {
		_, called := r.View.Lines[syscalls.Place{File: script, Line: n}]
		if ran && !called && !isImport(r.File(script).Line(n)) {
			f.Silent = append(f.Silent, n)
		}
	}
	return f
}

// linesOf returns the lines of a file that made calls, in order.
func (v *View) linesOf(file string) []syscalls.Place {
	var places []syscalls.Place
	for place := range v.Lines {
		if place.File == file && place.Known() {
			places = append(places, place)
		}
	}
	slices.SortFunc(places, func(a, b syscalls.Place) int { return a.Line - b.Line })
	return places
}
