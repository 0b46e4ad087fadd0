// Package scope shows traced programs on the whole screen: each program in a
// terminal of its own on one side, its calls on the other.
package scope

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"labo/lessons/stage/frame"
	"labo/lessons/stage/terminal"
	"labo/lessons/trace"
	"labo/probe"
	"labo/probe/syscalls"
)

// Options are what to show, and where.
type Options struct {
	terminal.Options
	Commands []*trace.Command
	Trace    trace.Options // Files and Terminal are set here
	View     string        // the first view: "lignes", "fil", "resume" or "sequence"
	Explain  bool
}

// pane is one program: its terminal and, once it is started, its trace.
type pane struct {
	command *trace.Command
	screen  *glass
	master  *os.File
	keys    chan []byte // typed, and not yet written: see [pane.typist]

	mu      sync.Mutex
	running *trace.Running
	result  *syscalls.Result
}

func (p *pane) state() (*trace.Running, *syscalls.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running, p.result
}

// maxUntyped is how many keys wait for a program that does not read.
const maxUntyped = 256

const (
	refreshEvery = 100 * time.Millisecond
	measureEvery = 500 * time.Millisecond
)

// Run traces the programs on the whole screen until the reader leaves; what
// still runs is then ended. It returns what is known of each program that was
// started. The terminal is as it was before, whatever happens.
func Run(ctx context.Context, o Options) (*trace.Session, []syscalls.Result, error) {
	panes, files, err := openPanes(o.Commands)
	if err != nil {
		return nil, nil, err
	}
	defer closePanes(panes)
	defer func() {
		for _, f := range files {
			f.Close() // of those never started
		}
	}()
	o.Trace.Terminal, o.Trace.Files = true, func(i int) [3]*os.File { return [3]*os.File{files[i], files[i], files[i]} }
	told := o.Trace.Started
	o.Trace.Started = func(i int, r *trace.Running) {
		if told != nil {
			told(i, r)
		}
		panes[i].mu.Lock()
		panes[i].running = r
		panes[i].mu.Unlock()
		files[i].Close()
	}
	var session *trace.Session
	var results []syscalls.Result
	var failed error
	err = frame.Run(ctx, newModel(o, panes), o.Options, func(ctx context.Context, p *terminal.Program) {
		var work sync.WaitGroup
		work.Go(func() {
			session, results, failed = follow(ctx, o, panes)
			p.Send(endedMsg{failed})
		})
		for _, pane := range panes {
			go io.Copy(pane.screen, pane.master) // these end when the pane is closed
			go pane.typist()
		}
		measure(ctx, p, panes)
		work.Wait()
	})
	switch {
	case failed != nil && !errors.Is(failed, context.Canceled):
		return session, results, failed
	case ctx.Err() != nil: // what is known of the programs is told all the same
		return session, results, nil
	}
	return session, results, err
}

// follow runs the programs to their end.
func follow(ctx context.Context, o Options, panes []*pane) (*trace.Session, []syscalls.Result, error) {
	session, err := trace.Start(ctx, o.Commands, o.Trace)
	if err != nil {
		return nil, nil, err
	}
	var each sync.WaitGroup
	results := make([]syscalls.Result, len(panes))
	for i, r := range session.Programs {
		each.Go(func() {
			result, _ := r.Wait(ctx)
			results[i] = result
			panes[i].mu.Lock()
			panes[i].result = &result
			panes[i].mu.Unlock()
		})
	}
	each.Wait()
	return session, results, ctx.Err()
}

// Messages to the model.
type (
	endedMsg   struct{ err error }
	refreshMsg time.Time
	heldMsg    struct{ snapshot *probe.Snapshot }
)

// measure tells the model, until ctx ends, that time has passed, and what
// sockets the programs hold now.
func measure(ctx context.Context, p *terminal.Program, panes []*pane) {
	refresh := time.NewTicker(refreshEvery)
	defer refresh.Stop()
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-refresh.C:
			if now.Sub(last) >= measureEvery {
				last = now
				p.Send(heldMsg{held(ctx, panes)})
			}
			p.Send(refreshMsg(now))
		}
	}
}

// held returns the sockets of the programs now, nil when none runs or nothing
// can be known.
func held(ctx context.Context, panes []*pane) *probe.Snapshot {
	var pids []int
	for _, pane := range panes {
		if running, result := pane.state(); running != nil && result == nil {
			pids = append(pids, running.PID())
		}
	}
	if len(pids) == 0 {
		return nil
	}
	snapshot, err := probe.Sockets(ctx, probe.Filter{PIDs: pids})
	if err != nil {
		return nil
	}
	return snapshot
}
