package main

import (
	"errors"

	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// startFault gives French words to what keeps a program from being traced.
func startFault(err error) error {
	if noPython, ok := errors.AsType[*trace.NoPythonError](err); ok {
		return fault.Failed("Python n'est pas installé, ou pas dans le PATH : "+text.Visible(noPython.Script)+" ne peut pas être lancé",
			pythonHint(), err)
	}
	if unavailable, ok := errors.AsType[*syscalls.UnavailableError](err); ok {
		hint := "Pour un programme Python, `labo trace --source python` montre les appels Python."
		switch {
		case unavailable.Reason == syscalls.AlreadyTraced:
			hint = "Relancez labo sans cet autre programme (strace, un débogueur)."
		case unavailable.Reason == syscalls.Yama && unavailable.Scope == 2:
			hint += " L'administrateur peut lever cette réserve jusqu'au prochain démarrage : `sudo sysctl kernel.yama.ptrace_scope=1`."
		}
		f := fault.Usage("les appels système ne peuvent pas être observés ici. "+trace.WhyText(unavailable), hint)
		f.Err = err
		return f
	}
	if signaled, ok := errors.AsType[*syscalls.SignaledError](err); ok {
		return fault.Told(signalExit + signaled.Signal)
	}
	start, ok := errors.AsType[*syscalls.StartError](err)
	if !ok {
		return err
	}
	f := &fault.Fault{Exit: exitNotExecutable, Err: err}
	path := text.Visible(start.Path)
	switch {
	case errors.Is(err, syscalls.ErrNotFound):
		f.Exit = exitNotFound
		f.What, f.Hint = path+" est introuvable", "Vérifiez le nom, et le dossier où vous êtes."
	case errors.Is(err, syscalls.ErrDirectory):
		f.What, f.Hint = path+" est un dossier, pas un programme", "Donnez le fichier à lancer."
	case errors.Is(err, syscalls.ErrNoFormat):
		f.What = path + " n'est ni un programme ni un script qui dit comment le lancer (sa première ligne ne commence pas par #!)"
		f.Hint = "Donnez aussi l'interprète : par exemple `labo trace -- sh " + path + "`."
	case errors.Is(err, syscalls.ErrSetuid):
		f.Exit = fault.ExitUsage
		f.What = path + " prend les droits d'un autre utilisateur quand il démarre (setuid) ; le noyau ne les donne pas à un programme observé"
		f.Hint = "Ce programme ne peut pas être suivi par labo."
	default:
		f.What, f.Hint = path+" n'a pas le droit d'être exécuté", "Donnez-lui ce droit avec `chmod +x`, ou lancez-le avec son interprète."
	}
	return f
}

// The statuses of a shell for a program that cannot be run.
const (
	exitNotExecutable = 126
	exitNotFound      = 127
	signalExit        = 128 // and its number, for a program that a signal ended
)

// endLike makes labo end as the first program that did not succeed: with its
// status, or by its signal ([console.end]).
func (c *console) endLike(results []syscalls.Result) error {
	for _, r := range results {
		if exit := r.Status.Exit(); exit != 0 {
			c.endedBy = r.Status.Signal
			return fault.Told(exit)
		}
	}
	return &fault.Fault{} // success, whatever signals came meanwhile
}
