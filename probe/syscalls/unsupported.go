//go:build !linux

package syscalls

import (
	"context"
	"errors"
	"os"
	"time"
)

// Helper does nothing on this system.
func Helper() {}

// Start always fails on this system with an [*UnavailableError].
func Start(Program, Options) (*Trace, error) {
	return nil, &UnavailableError{Reason: NotThisSystem, Err: errors.ErrUnsupported}
}

// Trace is a program that is being watched; there is none on this system.
type Trace struct{}

// PID returns the process id of the program.
func (*Trace) PID() int { return 0 }

// Done is closed when the program and all it started have ended.
func (*Trace) Done() <-chan struct{} { return nil }

// Wait waits for the program and all it started.
func (*Trace) Wait(context.Context, time.Duration) (Result, error) {
	return Result{}, errors.ErrUnsupported
}

// Signal sends a signal to the program.
func (*Trace) Signal(os.Signal) error { return errors.ErrUnsupported }
