package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"labo/lessons/check"
	"labo/lessons/fault"
	"labo/lessons/stage/scope"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/files"
	"labo/probe/syscalls"
)

// screen traces on the whole screen, and leaves the view on the terminal.
func (t *tracing) screen(ctx context.Context) error {
	session, results, err := scope.Run(ctx, scope.Options{Commands: t.commands, Trace: t.run, View: t.o.view,
		Explain: t.o.explain, Options: t.c.screen()})
	if err != nil {
		return startFault(err)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.warn(ctx, session)
	if results == nil {
		return nil
	}
	for _, line := range t.pages(session, results) {
		fmt.Fprintln(t.c.out, strings.TrimRight(line, " "))
	}
	t.keep(session, results)
	return t.c.endLike(results)
}

// text traces without the full screen.
func (t *tracing) text(ctx context.Context) error {
	w, closeOut, err := t.output()
	if err != nil {
		return err
	}
	out := trace.NewOutput(w)
	failure := t.follow(ctx, out)
	if err := errors.Join(out.Close(), closeOut()); err != nil && !brokenPipe(err) {
		if f, ok := errors.AsType[*fault.Fault](failure); !ok || f.What == "" {
			return unwritten(err)
		}
	}
	return failure
}

// output returns where the trace goes.
func (t *tracing) output() (io.Writer, func() error, error) {
	if t.o.out == "" {
		return t.c.out, func() error { return nil }, nil
	}
	f, err := files.Create(t.o.out)
	if err != nil {
		return nil, nil, fault.Failed("impossible d'écrire dans "+text.Visible(t.o.out)+" ("+cause(err)+")",
			"Choisissez un autre fichier avec `--sortie`.", err)
	}
	return f, f.Close, nil
}

// streams returns the standard streams of program i. The last reads the
// keyboard; the others read nothing, as if nobody typed. The trace is the
// result of labo: where it takes the standard output and that is no terminal,
// the programs write to the standard error.
func (t *tracing) streams() (files func(int) [3]*os.File, closeAll func(), err error) {
	in, out, errOut := t.c.inFile, t.c.outFile, t.c.errFile
	if t.o.out == "" && !t.o.page.wanted && !(t.c.outTerminal() && !t.o.json) {
		out = errOut
	}
	silent, hold, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	closeAll = func() { silent.Close(); hold.Close() }
	return func(i int) [3]*os.File {
		if i < len(t.commands)-1 {
			return [3]*os.File{silent, out, errOut}
		}
		return [3]*os.File{in, out, errOut}
	}, closeAll, nil
}

// follow runs the programs and writes the view.
func (t *tracing) follow(ctx context.Context, out io.Writer) error {
	files, closeFiles, err := t.streams()
	if err != nil {
		return err
	}
	defer closeFiles()
	t.run.Files = files
	view := t.newView(out)
	told := t.run.Observe
	t.run.Observe = func(i int, e *syscalls.Event) {
		view.event(t.commands[i].Name(), i, e)
		if told != nil {
			told(i, e)
		}
	}

	session, err := trace.Start(ctx, t.commands, t.run)
	if err != nil {
		return startFault(err)
	}
	started := time.Now()
	defer t.c.ends.lend(func(s os.Signal) {
		forward(s, session, started)
		t.stopDeaf(session)
	})()
	t.warn(ctx, session)
	announcing, quiet := context.WithCancel(ctx)
	announced := make(chan struct{})
	go func() { defer close(announced); view.wait(announcing, session) }()
	results, err := session.Wait(ctx)
	quiet()
	<-announced
	view.end(session, results)
	if err != nil {
		return err
	}
	t.keep(session, results)
	return t.c.endLike(results)
}

// forward gives a signal to programs. Where it was typed, the terminal has
// given it to them already, but not to those that were about to start then.
func forward(s os.Signal, to *trace.Session, started time.Time) {
	const young = 500 * time.Millisecond
	if fromKeyboard() && time.Since(started) > young {
		return
	}
	for _, r := range to.Programs {
		r.Signal(s) // ended already: nothing to tell
	}
}

// warn says on the error stream what a program imports that is not Python's, and
// why the kernel is not watched.
func (t *tracing) warn(ctx context.Context, s *trace.Session) {
	told := map[string]bool{}
	for _, c := range t.commands {
		if c.Script == "" {
			continue
		}
		for _, file := range check.Shadows(ctx, c.Path, c.Script) {
			if what, remedy := check.ShadowWords(file); !told[what] {
				told[what] = true
				tell(t.c, fault.Failed(what, remedy, nil))
			}
		}
	}
	for _, r := range s.Programs {
		if r.Why != nil {
			tell(t.c, fault.Failed("les appels système ne peuvent pas être observés ici ; ce qui suit sont des appels Python",
				trace.WhyText(r.Why), nil))
			return
		}
	}
}
