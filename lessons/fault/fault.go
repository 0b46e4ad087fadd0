// Package fault is the shape of what is told to a reader when something goes
// wrong: what failed, on what, and what to do next, in French.
package fault

// The exit statuses of labo.
const (
	ExitFailed = 1 // the thing asked for failed
	ExitUsage  = 2 // it was asked for wrongly
)

// Fault is an error that knows its words. What and Hint are French sentences
// written with plain spaces; [text.Prose] sets them when they are shown, so a
// command to copy stands between backquotes and is left as it is:
//
//	fault.Usage("le port 70000 n'existe pas", "Un port va de 1 à 65535 : essayez `labo sonde 12345`.")
//
// What comes from outside (an argument, a process name) must have passed
// [text.Visible] before it enters What or Hint.
type Fault struct {
	What string // what failed, on what: no capital, no full stop. Empty: already told
	Hint string // what to do next: whole sentences, "" when nothing helps
	Exit int    // exit status, never 0
	Err  error  // the cause, for errors.Is and errors.As; never shown
}

// Error returns What, followed by the cause.
func (f *Fault) Error() string {
	switch {
	case f.Err == nil:
		return f.What
	case f.What == "":
		return f.Err.Error()
	}
	return f.What + ": " + f.Err.Error()
}

// Unwrap returns the cause, nil when there is none.
func (f *Fault) Unwrap() error { return f.Err }

// Usage is the fault of a command asked for wrongly (exit status 2).
func Usage(what, hint string) *Fault {
	return &Fault{What: what, Hint: hint, Exit: ExitUsage}
}

// Failed is the fault of something that was asked for rightly and failed
// (exit status 1). err is the cause and may be nil.
func Failed(what, hint string, err error) *Fault {
	return &Fault{What: what, Hint: hint, Exit: ExitFailed, Err: err}
}

// Told is a fault whose words the reader has already seen: only the exit
// status is left to give.
func Told(exit int) *Fault { return &Fault{Exit: exit} }
