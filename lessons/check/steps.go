package check

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"labo/lessons/text"
)

// The steps that scenarios are made of. Each returns nil when the program did
// what was asked, else a Finding.

// failing returns a Finding with its two sentences.
func failing(expected, actual string) *Finding {
	return &Finding{Expected: expected, Actual: actual}
}

// variant names the mistake of a Finding more closely.
func (f *Finding) variant(name string) *Finding {
	f.Variant = name
	return f
}

// how says in French how the program stands; what completes "le programme".
func (t *trial) how(s standing) string {
	switch s {
	case quiet:
		if words := t.waitsFor(); words != "" {
			return words
		}
		return "attend autre chose, sans rien calculer ni afficher"
	case flooding:
		if t.pours() {
			return "envoie sans fin" + t.turning()
		}
		return "affiche sans fin" + t.turning()
	case swarming:
		return "a lancé " + text.Plural(len(t.family.pids), "processus") + ", et continue"
	case spinning:
		return "tourne en boucle sans s'arrêter" + t.turning()
	case ended:
		return t.howEnded()
	case late:
		return "ne l'a toujours pas fait après plus de " + text.Duration(bound)
	}
	return ""
}

// turning says which loop of the program turns: the innermost that is around all the
// lines where a thread is met, at one look after the other; else such a line.
func (t *trial) turning() string {
	const looks = 12
	at, around := 0, []int(nil)
	for n := range looks {
		i := slices.IndexFunc(t.waits(), func(w Wait) bool { return w.Line > 0 })
		if i < 0 {
			break
		}
		w := t.waits()[i]
		loops := loopsAround(t.j.source(w.File), w.Line)
		if n == 0 {
			at, around = w.Line, loops
		}
		around = slices.DeleteFunc(around, func(l int) bool { return !slices.Contains(loops, l) })
		t.asked = false
	}
	switch {
	case len(around) > 0:
		return fmt.Sprintf(" (boucle de la ligne %d)", around[0])
	case at > 0:
		return fmt.Sprintf(" (vu à la ligne %d)", at)
	}
	return ""
}

// loopsAround returns the lines of the loops around a line, the innermost first, by
// how they are indented.
func loopsAround(lines []string, at int) (loops []int) {
	if at > len(lines) {
		return nil
	}
	if startsLoop().MatchString(lines[at-1]) {
		loops = append(loops, at)
	}
	margin := indentOf(lines[at-1])
	for n := at - 1; n > 0; n-- {
		line := lines[n-1]
		if strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#") || indentOf(line) >= margin {
			continue
		}
		if margin = indentOf(line); startsLoop().MatchString(line) {
			loops = append(loops, n)
		}
		if startsFunction().MatchString(line) {
			break
		}
	}
	return loops
}

var (
	startsLoop     = expression(`^\s*(?:async\s+for|while|for)\b.*:`)
	startsFunction = expression(`^\s*(?:async\s+)?def\b`)
)

func (t *trial) howEnded() string {
	exit, _ := t.proc.Ended()
	switch tb := t.traceback(); {
	case tb != nil && tb.Error != "":
		return "s'est arrêté sur une erreur : " + text.Visible(text.Truncate(tb.Error, 120))
	case exit.Signal != 0:
		return "a été " + text.SignalEnd(int(exit.Signal))
	}
	return "s'est terminé (code de sortie " + text.ExitCode(exit.Code) + ")"
}

// kind names the mistake behind a standing; want is the wait that the program
// would be in, had it done what was asked so far.
func (t *trial) kind(s standing, want string) string {
	switch {
	case s == quiet || s == late:
		return t.waitKind(want)
	case s == swarming:
		return kindSwarm
	case s == flooding || s == spinning:
		return "boucle"
	case s == ended && t.crashed() && t.patience() == sheetPatience:
		return "exception"
	case s == ended && t.crashed():
		return "erreur"
	case s == ended && t.partner != nil && !t.j.threaded():
		return kindLeft
	case s == ended:
		return "fini"
	}
	return ""
}

// crashed reports whether the program ended on an error that it did not catch.
func (t *trial) crashed() bool {
	exit, over := t.proc.Ended()
	return over && (exit.Signal != 0 || exit.Code != 0 && t.traceback() != nil)
}

// traceback returns the exception on stderr, nil when there is none.
func (t *trial) traceback() *Traceback {
	file := t.j.File
	if file == "" {
		for _, arg := range t.j.command.Argv[1:] {
			if strings.HasSuffix(arg, ".py") {
				file = arg
			}
		}
	}
	written := t.proc.Err.String()
	if t.j.Kept != "" { // the student has no folder of that name
		written = strings.ReplaceAll(written, t.j.Kept+string(filepath.Separator), "")
	}
	return parseTraceback(written, file)
}

// onPort judges the port the program listens on.
func (t *trial) onPort() *Finding {
	if t.addr.Port() == t.j.Port {
		return nil
	}
	f := failing(fmt.Sprintf("le programme écoute sur le port %d", t.j.Port),
		fmt.Sprintf("il écoute sur le port %d", t.addr.Port()))
	if t.addr.Port() >= 32768 {
		f.variant("hasard")
	}
	return f
}

// announces judges whether the program has said anything.
func (t *trial) announces() *Finding {
	if t.until(func() bool { return strings.TrimSpace(t.proc.Transcript(0)) != "" }) == met {
		return nil
	}
	return failing("le programme dit où il en est", "il n'a rien affiché")
}
