//go:build unix

package editor

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

func init() { watchSignals = watchTerminal }

// watchTerminal gives the terminal back while the program is suspended, or
// before it dies of Ctrl+\, and draws the line again when the width changes.
func watchTerminal(e *Editor) (stop func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGWINCH)
	for _, s := range []os.Signal{syscall.SIGTSTP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case s := <-signals:
				if s == syscall.SIGWINCH {
					e.resized()
				} else {
					e.interrupted(s.(syscall.Signal))
				}
			case <-e.quit:
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		<-done
	}
}

// interrupted lets a signal of the keyboard do what the system does with it:
// stop the process, or end it. It returns once the process goes on.
func (e *Editor) interrupted(s syscall.Signal) {
	e.mu.Lock()
	e.leave()
	e.mu.Unlock()
	goesOn := make(chan os.Signal, 1)
	signal.Notify(goesOn, syscall.SIGCONT)
	defer signal.Stop(goesOn)
	if s == syscall.SIGTSTP {
		// A Go program that has asked for SIGTSTP once cannot give it back its
		// default action. That of SIGTTIN is the same.
		s = syscall.SIGTTIN
	} else {
		signal.Reset(s)
	}
	syscall.Kill(os.Getpid(), s)
	// The system does not suspend a program that no shell could wake (an
	// orphaned process group, POSIX 2.4.3): then nothing comes.
	select {
	case <-goesOn:
	case <-time.After(200 * time.Millisecond):
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.enter()
}
