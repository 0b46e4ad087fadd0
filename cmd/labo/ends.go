package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/stage/terminal"
)

// The one rule by which labo ends before its time, whatever it is doing.
//
// The first SIGINT, SIGTERM, SIGHUP or SIGQUIT, or a terminal that is gone
// without any, ends the context of the command, with an [interrupted] as its
// cause. Commands end their work in order: they save, give the screen back, and
// leave nothing that runs or listens; only a wrong command line is told then. labo
// ends with the status that a shell gives to that signal. A signal ignored when
// labo started (nohup) stays ignored.
//
// Where the terminal takes no more of what a command writes, it is given back
// from outside after [blockedFor]; where the command has not ended after
// [patience], labo ends without it. A second signal hurries nothing: a window
// that closes sends several.
//
// Ctrl+C and Ctrl+\ are lent to a program that labo runs on its own terminal
// ([ends.lend]). Ctrl+Z is that of [terminal.Terminal].
type ends struct {
	terminal *terminal.Terminal
	cancel   context.CancelCauseFunc
	signals  chan os.Signal
	over     chan struct{} // closed by stop
	left     chan struct{} // closed when run has ended

	mu   sync.Mutex
	lent func(os.Signal)
}

const (
	lookEvery  = 200 * time.Millisecond // for a terminal that is gone
	blockedFor = 250 * time.Millisecond
	patience   = 900 * time.Millisecond // in which labo itself runs
)

// interrupted is the cause of a context ended by a signal.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return "interrupted by signal: " + i.signal.String() }

// exit returns the status a shell gives a process ended by that signal:
// 130 after Ctrl+C.
func (i interrupted) exit() int {
	if s, ok := i.signal.(syscall.Signal); ok {
		return 128 + int(s)
	}
	return 130
}

// hear begins to hear signals, before labo does anything else.
func hear() *ends {
	e := &ends{signals: make(chan os.Signal, 8), over: make(chan struct{}), left: make(chan struct{})}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			signal.Notify(e.signals, s)
		}
	}
	return e
}

// until returns a context that ends by the rule, for commands on a console. stop
// ends its watching.
func (e *ends) until(parent context.Context, c *console) (ctx context.Context, stop func()) {
	ctx, e.cancel = context.WithCancelCause(parent)
	e.terminal, c.ends = c.terminal, e
	e.terminal.Lend = func() func() { return e.lend(func(os.Signal) {}) }
	e.terminal.Ended = ctx.Done()
	go e.run()
	return ctx, func() {
		signal.Stop(e.signals)
		close(e.over)
		<-e.left
		e.cancel(nil)
	}
}

// run waits for the first reason to end, then for the end.
func (e *ends) run() {
	defer close(e.left)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-e.over:
			return
		case s := <-e.signals:
			if !e.belongs(s) {
				e.end(s)
				return
			}
		case <-look.C:
			if e.terminal.Gone() {
				e.end(syscall.SIGHUP)
				return
			}
		}
	}
}

// end ends the command, and labo where the command does not.
func (e *ends) end(s os.Signal) {
	e.cancel(interrupted{s})
	late, stop := pace.After(patience)
	defer stop()
	look := time.NewTicker(blockedFor / 5)
	defer look.Stop()
	for blocked := 0; ; {
		select {
		case <-e.over:
			return
		case <-look.C:
			if blocked++; !e.terminal.Blocked() {
				blocked = 0
			}
			if blocked == 5 {
				e.terminal.Drop()
			}
		case <-late:
			e.terminal.Drop()
			os.Exit(interrupted{s}.exit())
		}
	}
}

// lend gives the signals of the keyboard to somebody else until they are given
// back. (They are caught, never ignored: a program would inherit that.)
func (e *ends) lend(to func(os.Signal)) (back func()) {
	set := func(f func(os.Signal)) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.lent = f
	}
	set(to)
	return func() { set(nil) }
}

// interrupt is Ctrl+C pressed where that is a key.
func (e *ends) interrupt() {
	select {
	case e.signals <- os.Interrupt:
	default: // more came than anybody needs
	}
}

// belongs gives a signal to whom it was lent, if it was.
func (e *ends) belongs(s os.Signal) bool {
	if s != os.Interrupt && s != syscall.SIGQUIT {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lent != nil {
		e.lent(s)
	}
	return e.lent != nil
}

// endedBySignal returns the signal that ended a command, nil for none. What a
// terminal that is gone does to a command may come before labo has looked.
func (c *console) endedBySignal(ctx context.Context) *interrupted {
	if i, ok := context.Cause(ctx).(interrupted); ok {
		return &i
	}
	if c.terminal.Gone() {
		return &interrupted{syscall.SIGHUP}
	}
	return nil
}
