package check

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"labo/lessons/text"
)

// What Python's errors mean, in French, with the cause that labo has seen for
// itself where it can.

// tell adds a line to the tale of the judgement.
func (t *trial) tell(format string, args ...any) {
	at := strings.Replace(fmt.Sprintf("%7.2f s  ", time.Since(t.began).Seconds()), ".", ",", 1)
	t.j.tale = append(t.j.tale, at+fmt.Sprintf(format, args...))
}

// hidden returns the exceptions that the program has caught in this run, the
// last ones.
func (t *trial) hidden() []Hidden {
	const most = 5
	if t.j.ledger == nil {
		return nil
	}
	all := parseHidden(t.j.ledger.read(t.told))
	return all[max(0, len(all)-most):]
}

// left returns the line of the exit() that has ended the program, 0 where none is
// known to have: one that an except caught did not.
func (t *trial) left() int {
	exit, over := t.proc.Ended()
	if t.j.ledger == nil || !over || exit.Signal != 0 || t.traceback() != nil {
		return 0
	}
	line := parseLeft(t.j.ledger.read(t.told))
	if slices.ContainsFunc(t.hidden(), func(h Hidden) bool { return h.Line == line && strings.HasPrefix(h.Error, "SystemExit") }) {
		return 0
	}
	return line
}

// leaves says what the exit() of a line does.
func (t *trial) leaves(f *Finding, line int) string {
	code := text.Visible(t.j.line(filepath.Base(t.j.File), line))
	if f.Exit.Code == 0 {
		return fmt.Sprintf("la ligne %d, « %s », arrête tout le programme : rien de ce qui la suit n'a lieu", line, code)
	}
	said := fmt.Sprintf("la ligne %d, « %s », arrête le programme avec le code %s", line, code, text.ExitCode(f.Exit.Code))
	if last := f.LastError(); last != "" {
		said += " et ces mots, sur sa sortie d'erreur : « " + text.Visible(text.Truncate(last, 120)) + " »"
	}
	return said
}

// explain gives a finding its cause: an error of Python, or one that the program
// hides, or the exit() that has ended it.
func (t *trial) explain(f *Finding) {
	switch tb, left := f.Traceback, t.left(); {
	case tb != nil:
		f.Cause = t.j.meaning(tb)
		if f.Cause == "" && f.Exit == nil && tb.Error != "" {
			f.Cause = "une erreur Python a arrêté un thread : " + text.Visible(text.Truncate(tb.Error, 120))
		}
	case len(f.Hidden) > 0 && (f.Exit != nil || !expected(f.Hidden[len(f.Hidden)-1].Error)):
		h := f.Hidden[len(f.Hidden)-1]
		f.Cause = fmt.Sprintf("l'except de la ligne %d cache une erreur de la ligne %d : %s", h.Except, h.Line, text.Visible(text.Truncate(h.Error, 140)))
		if why := t.j.meaning(&Traceback{File: t.j.File, Line: h.Line, Code: t.j.line(filepath.Base(t.j.File), h.Line), Error: h.Error}); why != "" {
			f.Cause += " (" + why + ")"
		}
		f.variant("cache")
	case left > 0:
		f.Cause = t.leaves(f, left)
		f.variant("arret")
	case f.Exit != nil && (f.Variant == "fini" || f.Exit.Signal == syscall.SIGABRT) && t.daemon() > 0: // whether Python aborts goes by chance
		f.Cause = fmt.Sprintf("le thread principal a fini, et Python n'attend pas un thread démon (daemon=True, ligne %d) : il s'arrête avec lui", t.daemon())
	case f.Exit != nil && strings.Contains(f.Errors, "at interpreter shutdown, possibly due to daemon threads"):
		f.Cause = "le thread principal a fini pendant qu'un thread démon (daemon=True) tenait encore le clavier ou l'écran : Python s'est arrêté net"
	case f.Exit != nil && f.Exit.Signal == syscall.SIGKILL && f.Limit == "":
		f.Cause = "ce signal n'est pas venu de labo, qui ne sait pas qui l'a envoyé"
	case f.Exit != nil && f.Exit.Code != 0 && f.LastError() != "":
		f.Cause = "le programme finit sur ces mots, écrits sur sa sortie d'erreur : « " + text.Visible(text.Truncate(f.LastError(), 120)) + " »"
	}
}

// daemon returns the first line that makes a thread a daemon, 0 for none.
func (t *trial) daemon() int {
	return slices.IndexFunc(t.j.source(filepath.Base(t.j.File)), daemonic().MatchString) + 1
}

var daemonic = expression(`^[^#]*\b(?:daemon\s*=\s*True|setDaemon\(\s*True)`)

// expected reports whether an exception is one that a program catches as a matter
// of course: while it runs on, none of them explains what it does not do.
func expected(failed string) bool {
	name, _, _ := strings.Cut(failed, ":")
	switch name {
	case "timeout", "TimeoutError", "BlockingIOError", "InterruptedError", "KeyboardInterrupt", "StopIteration", "EOFError",
		"Empty", "Full", "ConnectionRefusedError":
		return true
	}
	return false
}

// LastError returns the last line that the program wrote on its error output, ""
// for none: one of its own, where there is one, and not a ResourceWarning, which
// Python says because labo asks for it.
func (e *Evidence) LastError() (last string) {
	lines := strings.Split(strings.TrimSpace(e.Errors), "\n")
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(line, "ResourceWarning: ") {
			last = line
		}
		if strings.HasPrefix(line, "Fatal Python error: ") { // what follows is of Python's own state
			return line
		}
	}
	if last == "" {
		last = strings.TrimSpace(lines[len(lines)-1])
	}
	return last
}
