package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"labo/lessons/stage/calls"
	"labo/lessons/stage/paint"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

func (t *tracing) style(width int) calls.Style {
	return calls.Style{Palette: t.palette(), Width: width, Explain: t.o.explain}
}

func (t *tracing) palette() paint.Palette {
	if t.o.out != "" {
		return paint.New(t.c.colors == colorAlways)
	}
	return t.c.palette()
}

// fileWidth is the width of a report in a file.
const fileWidth = 110

func (t *tracing) width() int {
	if t.o.out != "" || !t.c.outTerminal() {
		return fileWidth
	}
	return max(t.c.width(), 40)
}

// textView is what is written while programs run, and at their end.
type textView struct {
	event func(name string, i int, e *syscalls.Event)
	wait  func(context.Context, *trace.Session)
	end   func(*trace.Session, []syscalls.Result)
}

func (t *tracing) newView(out io.Writer) *textView {
	switch {
	case t.o.json:
		return t.jsonView(out)
	case t.o.view == viewThread:
		return t.threadView(out)
	}
	return &textView{
		event: func(string, int, *syscalls.Event) {},
		wait:  func(ctx context.Context, _ *trace.Session) { <-ctx.Done() },
		end: func(s *trace.Session, results []syscalls.Result) {
			w := bufio.NewWriter(out)
			defer w.Flush()
			for _, line := range t.pages(s, results) {
				fmt.Fprintln(w, strings.TrimRight(line, " "))
			}
		},
	}
}

// pages draws the view of every program.
func (t *tracing) pages(s *trace.Session, results []syscalls.Result) []string {
	var reports []*trace.Report
	for i, r := range s.Programs {
		reports = append(reports, r.Report(&results[i]))
	}
	return calls.Draw(t.o.view, t.style(t.width()), reports)
}

func (t *tracing) threadView(out io.Writer) *textView {
	view := calls.NewTimeline(out)
	view.Palette, view.Explain, view.Names = t.palette(), t.o.explain, len(t.commands) > 1
	if t.o.out == "" && t.c.outTerminal() {
		view.Width = t.width()
	}
	return &textView{
		event: func(name string, _ int, e *syscalls.Event) { view.Write(name, e) },
		wait: func(ctx context.Context, s *trace.Session) {
			s.Announce(ctx, func(r *trace.Running, e *syscalls.Event, since time.Duration) {
				view.Waiting(r.Command.Name(), e, since)
			})
		},
		end: func(*trace.Session, []syscalls.Result) {},
	}
}

func (t *tracing) jsonView(out io.Writer) *textView {
	j := trace.NewJSON(out)
	j.Since = t.run.Since
	return &textView{
		event: func(_ string, i int, e *syscalls.Event) { j.Event(i, e) },
		wait:  func(ctx context.Context, _ *trace.Session) { <-ctx.Done() },
		end: func(s *trace.Session, results []syscalls.Result) {
			for i, r := range s.Programs {
				j.Program(i, r, results[i], r.Record.View())
			}
		},
	}
}
