package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"labo/lessons/trace"
)

// ender handles the signals that come to labo while a program is traced.
type ender struct {
	cancel  context.CancelFunc
	signals chan os.Signal
	session chan *trace.Session // of those to forward to
	stopped chan struct{}
}

// untilEnded returns a context that ends with SIGTERM or a closed terminal
// (SIGHUP), and not with Ctrl+C: that is for the program, which the terminal
// gives it too. labo absorbs it. (Caught, never ignored: the program would
// inherit that.)
func untilEnded(parent context.Context) (context.Context, *ender) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(parent))
	e := &ender{cancel: cancel, signals: make(chan os.Signal, 8), stopped: make(chan struct{}), session: make(chan *trace.Session, 1)}
	for _, s := range append([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, keyboardSignals...) {
		if !signal.Ignored(s) {
			signal.Notify(e.signals, s)
		}
	}
	go e.run(ctx)
	return ctx, e
}

func (e *ender) run(ctx context.Context) {
	defer close(e.stopped)
	var session *trace.Session
	for {
		select {
		case <-ctx.Done():
			return
		case session = <-e.session:
		case s := <-e.signals:
			switch {
			case s == syscall.SIGTERM || s == syscall.SIGHUP:
				e.cancel()
			case session != nil && !fromKeyboard():
				for _, r := range session.Programs {
					r.Signal(s) // ended already: nothing to tell
				}
			}
		}
	}
}

// forward makes the signals that the programs did not get themselves go to
// them: those sent to labo alone, not typed on the terminal.
func (e *ender) forward(s *trace.Session) { e.session <- s }

// stop gives the signals back.
func (e *ender) stop() {
	signal.Stop(e.signals)
	e.cancel()
	<-e.stopped
}
