package check

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"labo/lessons/text"
)

// cpuLimit is the processor time that a process of a judged program may use:
// far beyond any run, so that one that labo no longer watches ends as well.
const cpuLimit = 2 * time.Minute

// The signals by which Linux says that a limit is met (signal(7)).
const (
	sigXCPU  = syscall.Signal(24)
	sigXFSZ  = syscall.Signal(25)
	mebibyte = 1 << 20
)

// limitMet says in French that the program met one of its limits: what, why
// there is one, and what to look for. It is "" where nothing shows it: what
// labo has seen is a count of the kernel, an error of Python, or a signal that
// means nothing else.
func (t *trial) limitMet() string {
	const why = "pour que votre machine reste utilisable"
	set, met := t.proc.Limits()
	exit, _ := t.proc.Ended()
	var failed, code string
	if tb := t.traceback(); tb != nil {
		failed, code = tb.Error, tb.Code
	}
	switch {
	case met.Processes > 0, set.Processes > 0 && (strings.Contains(failed, "can't start new thread") ||
		strings.HasPrefix(failed, "BlockingIOError") && strings.Contains(code, "fork")):
		return fmt.Sprintf("un processus ou un thread de plus a été refusé au programme : labo lui en permet %d à la fois, %s. "+
			"Cherchez la boucle qui en lance sans attendre leur fin", set.Processes, why)
	case met.Memory > 0:
		return fmt.Sprintf("le noyau a tué un processus du programme, qui a pris plus de %d Mio de mémoire : labo s'arrête là, %s. "+
			"Cherchez la liste ou le texte qui grandit à chaque tour de boucle", set.Memory/mebibyte, why)
	case set.Memory > 0 && strings.HasPrefix(failed, "MemoryError"):
		return fmt.Sprintf("de la mémoire a été refusée au programme : chacun de ses processus en a au plus %d Mio, %s. "+
			"Cherchez la liste ou le texte qui grandit à chaque tour de boucle", set.Memory/mebibyte, why)
	case set.Files > 0 && strings.Contains(failed, "[Errno 24]"):
		return fmt.Sprintf("un fichier ou un socket de plus a été refusé au programme : %d ouverts à la fois, pas davantage. "+
			"Cherchez ce qui est ouvert à chaque tour et jamais fermé (close)", set.Files)
	case set.File > 0 && (exit.Signal == sigXFSZ || strings.Contains(failed, "[Errno 27]")):
		return fmt.Sprintf("le programme a voulu un fichier de plus de %d Mio : labo s'arrête là, pour ne pas remplir votre disque. "+
			"Cherchez la boucle qui écrit sans fin", set.File/mebibyte)
	case set.Writes && t.keptFrom(failed) != "":
		return fmt.Sprintf("le programme a voulu changer « %s », hors de son dossier : quand labo juge une classe, il ne le permet pas",
			text.Visible(t.keptFrom(failed)))
	case exit.Signal == syscall.SIGKILL && met.Starved > 0:
		return fmt.Sprintf("pendant que le programme tournait, le noyau de cette machine a tué %s faute de mémoire (oom_kill, /proc/vmstat) : "+
			"c'était peut-être lui. Cherchez la liste ou le texte qui grandit à chaque tour de boucle", text.Plural(int(met.Starved), "processus"))
	case met.CPU > 0 && (exit.Signal == sigXCPU || exit.Signal == syscall.SIGKILL):
		return "le programme a calculé plus de " + text.Duration(set.CPU) + " : labo s'arrête là, " + why +
			". Cherchez la boucle qui n'attend rien"
	}
	return ""
}

// keptFrom returns the file that Python says it may not change, where it is
// outside the folder that the program is kept to, and labo itself may change it:
// "" for none.
func (t *trial) keptFrom(failed string) string {
	m := regexp.MustCompile(`^PermissionError: \[Errno 13\] [^:]+: '([^']+)'`).FindStringSubmatch(failed)
	if m == nil {
		return ""
	}
	path := m[1]
	if !filepath.IsAbs(path) {
		path = filepath.Join(t.j.command.Dir, path)
	}
	if rel, err := filepath.Rel(t.j.Kept, path); err != nil || filepath.IsLocal(rel) || !mayChange(path) {
		return ""
	}
	return m[1]
}
