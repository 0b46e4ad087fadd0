package measured

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"labo/lessons/text"
	"labo/probe"
)

// Identity says who a process is, as a person would: "serveur.py (29857),
// suspendu (Ctrl+Z), terminal pts/3, lancé par bash il y a 12 min, utilisateur
// alice". What is unknown is not spoken of.
func Identity(w *probe.Who) string {
	words := []string{Program(w)}
	add := func(s string) {
		if s != "" {
			words = append(words, s)
		}
	}
	add(roleWords[w.Role])
	add(life(w))
	switch {
	case !w.Terminal.Known:
	case w.Terminal.Value == "":
		add("sans terminal")
	default:
		add("terminal " + text.Visible(w.Terminal.Value))
	}
	add(launched(w))
	switch {
	case w.User.Known:
		add("utilisateur " + text.Visible(w.User.Value))
	case w.UID.Known:
		add("utilisateur numéro " + strconv.Itoa(w.UID.Value))
	}
	add(elsewhere(w))
	if w.Replaced.Known && w.Replaced.Value {
		add("dont le fichier a été effacé ou remplacé depuis")
	}
	return strings.Join(words, ", ")
}

// Program names a process: "serveur.py (29857)".
func Program(w *probe.Who) string {
	name := text.Visible(w.Program)
	if name == "" {
		name = "sans nom"
	}
	return name + " (" + strconv.Itoa(w.PID) + ")"
}

var roleWords = map[probe.Role]string{
	probe.Server: "côté serveur", probe.Client: "côté client", probe.Server | probe.Client: "des deux côtés",
}

// stopWords say the signals that stop (signal(7) of Linux).
var stopWords = map[int]string{
	19: "suspendu (SIGSTOP)",
	20: "suspendu (Ctrl+Z)",
	21: "suspendu pour avoir lu le clavier en arrière-plan",
	22: "suspendu pour avoir écrit à l'écran en arrière-plan",
}

func life(w *probe.Who) string {
	switch w.Life {
	case probe.Stopped:
		if words, ok := stopWords[w.StopSignal.Value]; ok {
			return words
		}
		return "suspendu (comme par Ctrl+Z)" // its shell was told by what, and nobody else any more
	case probe.Traced:
		return "arrêté par un débogueur"
	case probe.Zombie:
		return "terminé (zombie)"
	case probe.Headless:
		return "dont le thread principal est fini"
	}
	return ""
}

// launched says by whom, and when, a process was started.
func launched(w *probe.Who) string {
	since := ""
	if w.StartedAt.Known {
		since = " il y a " + ago(w.TakenAt.Sub(w.StartedAt.Value))
	}
	switch {
	case w.Adopted:
		return strings.TrimSpace("lancé" + since + " par un programme terminé depuis")
	case w.Launched && len(w.Ancestors) > 0:
		return "lancé par " + text.Visible(w.Ancestors[0].Program) + since
	case len(w.Ancestors) > 0 && since != "":
		return "lancé" + since + ", enfant de " + text.Visible(w.Ancestors[0].Program)
	case len(w.Ancestors) > 0:
		return "enfant de " + text.Visible(w.Ancestors[0].Program)
	case since != "":
		return "lancé" + since
	}
	return ""
}

// ago says an age in one unit, as people do.
func ago(d time.Duration) string {
	switch {
	case d < time.Second:
		return "moins d'une seconde"
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + text.NBSP + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + text.NBSP + "min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + text.NBSP + "h"
	}
	return text.Plural(int(d.Hours()/24), "jour")
}

// elsewhere says in which namespaces of its own a process lives.
func elsewhere(w *probe.Who) string {
	var kinds []string
	for _, ns := range []struct {
		other probe.Maybe[bool]
		word  string
	}{{w.OtherNetwork, "réseau"}, {w.OtherPIDs, "processus"}, {w.OtherUsers, "utilisateurs"}} {
		if ns.other.Known && ns.other.Value {
			kinds = append(kinds, ns.word)
		}
	}
	if len(kinds) == 0 {
		return ""
	}
	return "isolé de labo comme dans un conteneur (" + strings.Join(kinds, ", ") + ")"
}

// Advice says how to end a process that is in the way, by means that work in
// the state it is in; "" where nothing is left to end.
func Advice(w *probe.Who) string {
	pid := strconv.Itoa(w.PID)
	terminal := ""
	if w.Terminal.Value != "" {
		terminal = " (" + text.Visible(w.Terminal.Value) + ")"
	}
	twice := ""
	if w.Threads.Value > 1 { // the first interrupts join() only, in Python
		twice = ", deux fois s'il le faut"
	}
	sudo := ""
	if euid := os.Geteuid(); w.UID.Known && euid > 0 && w.UID.Value != euid {
		sudo = "sudo "
	}
	hears := w.Deaf.Known && !w.Deaf.Value && sudo == ""
	switch {
	case w.Life == probe.Zombie:
		return ""
	case w.First:
		return "Premier processus d'un espace à part (un conteneur, le plus souvent), il n'entend pas toujours kill seul. Pour l'arrêter : `" + sudo + "kill -KILL " + pid + "`."
	case w.Job == probe.Resumable && hears:
		return "Pour l'arrêter : dans son terminal" + terminal + ", tapez `fg`, puis Ctrl+C" + twice + "."
	case w.Life == probe.Stopped:
		return "Suspendu, il n'entend pas Ctrl+C. Pour l'arrêter : `" + sudo + "kill " + pid + "`, puis `" + sudo + "kill -CONT " + pid + "`."
	case w.Life == probe.Traced:
		return "Pour l'arrêter : quittez d'abord le débogueur qui le tient."
	case w.Job == probe.Foreground && hears:
		return "Pour l'arrêter : Ctrl+C dans son terminal" + terminal + twice + "."
	case runtime.GOOS == "windows":
		return "Pour l'arrêter : Ctrl+C dans sa fenêtre, ou `taskkill /PID " + pid + " /F`."
	}
	return "Pour l'arrêter : `" + sudo + "kill " + pid + "`."
}

// Absence says why nobody is named for a socket: what was seen, not what it
// may mean.
func Absence(o *probe.Owner, source probe.Source) string {
	a := o.Absence
	if a == nil {
		return OwnerSentence(o.Kind)
	}
	var seen []string
	if a.Forbidden > 0 {
		s := "labo n'a pas le droit d'examiner " + text.Plural(a.Forbidden, "processus")
		switch {
		case a.SameUser && a.Forbidden == 1:
			s += ", qui est à l'utilisateur qui a créé ce socket"
		case a.SameUser:
			s += ", dont certains sont à l'utilisateur qui a créé ce socket"
		}
		seen = append(seen, s)
	}
	if a.Hidden {
		seen = append(seen, "/proc cache ici les processus des autres utilisateurs")
	}
	for _, f := range a.Flying {
		seen = append(seen, text.Plural(f.N, "descripteur")+" en route dans un message (SCM_RIGHTS) vers "+
			text.Visible(f.Program)+" ("+strconv.Itoa(f.PID)+")")
	}
	if a.Nested {
		seen = append(seen, "labo est dans un espace de processus à part (conteneur, WSL…), d'où il ne voit pas ceux du dehors")
	}
	sentence := "« " + Owner(*o, source) + " » : aucun processus trouvé"
	if len(seen) == 0 {
		return text.French(sentence + ", et labo ne sait pas pourquoi.")
	}
	return text.French(sentence + ". Ce que labo voit : " + strings.Join(seen, " ; ") + ".")
}
