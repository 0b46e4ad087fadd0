package syscalls

import (
	"errors"
	"fmt"
)

// Reasons why a program cannot be run ([StartError]).
var (
	ErrNotFound      = errors.New("not found")
	ErrDirectory     = errors.New("is a directory")
	ErrNotExecutable = errors.New("not executable")
	ErrNoFormat      = errors.New("neither a program nor a script with a #! line")
	ErrSetuid        = errors.New("takes another user's rights when it starts")
)

// StartError says that a program cannot be run.
type StartError struct {
	Path string
	Err  error
}

func (e *StartError) Error() string { return fmt.Sprintf("start %s: %v", e.Path, e.Err) }
func (e *StartError) Unwrap() error { return e.Err }

// SignaledError says that a signal ended the program before its first
// instruction.
type SignaledError struct{ Signal int }

func (e *SignaledError) Error() string {
	return fmt.Sprintf("ended by signal %d before it began", e.Signal)
}

// Reason is why the kernel cannot be watched here.
type Reason uint8

const (
	NotThisSystem Reason = iota // the system is not Linux, or the processor not followed
	Refused                     // ptrace is forbidden: a container, a security module
	Yama                        // /proc/sys/kernel/yama/ptrace_scope is 2 or 3
	AlreadyTraced               // another program traces us: Tracer
	OldKernel                   // Linux before 5.3
	NoSeccomp                   // the filter is refused
)

// UnavailableError says that system calls cannot be watched.
type UnavailableError struct {
	Reason Reason
	Tracer string // AlreadyTraced: name and pid of the tracer
	Scope  int    // Yama: the value of ptrace_scope
	Err    error
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("system calls cannot be watched (%d): %v", e.Reason, e.Err)
}

func (e *UnavailableError) Unwrap() error { return e.Err }
