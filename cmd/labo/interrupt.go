package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
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

// untilInterrupted returns a context that ends with the first Ctrl+C, SIGTERM
// or closed terminal (SIGHUP), with an [interrupted] as its cause. The next
// signal finds the system's own behaviour again: a command that hangs can
// always be ended. A signal ignored when labo started (nohup) stays ignored.
func untilInterrupted(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(interrupted{s})
		case <-ctx.Done():
			signal.Stop(signals)
		}
	}()
	return ctx, func() { cancel(nil); <-ended }
}
