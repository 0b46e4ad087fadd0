package measured

import (
	"strconv"
	"strings"

	"labo/lessons/text"
	"labo/probe"
)

// Waiting says what a thread waits for, as the end of a sentence: "attend dans
// recv() sur 127.0.0.1:12345 ↔ :43588".
func Waiting(w *probe.Wait) string {
	stopped := map[string]string{"T": "est suspendu", "t": "est arrêté par un débogueur"}[w.State]
	switch {
	case stopped == "":
		return waiting(w)
	case w.For == probe.WaitUnknown:
		return stopped
	}
	return stopped + " pendant qu'il " + waiting(w)
}

func waiting(w *probe.Wait) string {
	on := where(w.On)
	switch w.For {
	case probe.WaitNothing:
		return "calcule, ou attend son tour"
	case probe.WaitEnded:
		return "est terminé"
	case probe.WaitAccept:
		return "attend un client dans accept()" + on
	case probe.WaitConnect:
		return "attend une réponse dans connect()" + on
	case probe.WaitReceive:
		return "attend dans " + pythonCall(w.Call, "recv") + on
	case probe.WaitSend:
		return "attend de la place dans " + pythonCall(w.Call, "send") + on
	case probe.WaitTraffic:
		return "attend une connexion ou un terminal (lequel, labo ne peut pas le voir)"
	case probe.WaitRead:
		return reading(w)
	case probe.WaitWrite:
		return "attend de pouvoir écrire" + on
	case probe.WaitAny:
		return watching(w)
	case probe.WaitSleep:
		return "dort, pour un temps qu'il a demandé"
	case probe.WaitJoin:
		return "attend la fin du thread " + strconv.Itoa(w.Joins) + " (join)"
	case probe.WaitThread:
		return "attend un autre thread ou un verrou"
	case probe.WaitChild:
		return "attend la fin d'un processus qu'il a lancé"
	case probe.WaitSignal:
		return "attend un signal"
	case probe.WaitOpen:
		return "est dans open(), dont il attend la fin"
	case probe.WaitLock:
		return "attend le verrou d'un fichier" + on
	}
	return unknown(w)
}

// unknown says what is known of a wait that has no words: the call, else the
// kernel's function.
func unknown(w *probe.Wait) string {
	switch {
	case w.Call != "":
		return "est dans l'appel " + text.Visible(w.Call) + "()"
	case w.Kernel != "":
		return "attend, dans la fonction " + text.Visible(w.Kernel) + " du noyau"
	}
	if word, ok := taskWords[w.State]; ok {
		return word + " ; où, labo ne peut pas le voir"
	}
	return "est dans l'état " + text.Visible(w.State)
}

// pythonCall is the name a program has for a call: recv() is the kernel's
// recvfrom, where that is not told it has the usual name.
func pythonCall(call, usual string) string {
	switch call {
	case "", "recvfrom", "sendto":
		return usual + "()"
	}
	return call + "()"
}

// reading says what a thread reads that is no socket.
func reading(w *probe.Wait) string {
	switch {
	case w.Keyboard():
		return "attend le clavier" + terminal(w.On[0])
	case len(w.On) == 1 && w.On[0].FD == 0:
		return "attend son entrée standard (" + target(w.On[0]) + ")"
	case len(w.On) == 1:
		return "attend de quoi lire" + where(w.On)
	case w.Kernel == "n_tty_read":
		return "attend le clavier"
	}
	return "attend de quoi lire dans un tube"
}

func terminal(d probe.Descriptor) string {
	if d.Name == "" {
		return ""
	}
	return " (" + text.Visible(d.Name) + ")"
}

// watching says on what a thread waits in poll(2) and its like.
func watching(w *probe.Wait) string {
	const most = 4
	switch {
	case w.Keyboard():
		return "attend le clavier" + terminal(w.On[0])
	case len(w.On) == 0:
		return "attend que l'un de ses descripteurs soit prêt"
	case len(w.On) == 1:
		return "attend" + where(w.On) + " (" + text.Visible(w.Call) + ")"
	}
	var all []string
	for i, d := range w.On {
		if i == most {
			all = append(all, text.Plural(len(w.On)-most, "autre"))
			break
		}
		all = append(all, target(d))
	}
	return "attend le premier prêt de : " + strings.Join(all, ", ")
}

// where says on what one waits: " sur 127.0.0.1:12345 ↔ :43588".
func where(on []probe.Descriptor) string {
	if len(on) != 1 || on[0].Kind == probe.DescriptorUnknown {
		return ""
	}
	return " sur " + target(on[0])
}

func target(d probe.Descriptor) string {
	switch d.Kind {
	case probe.DescriptorSocket:
		if d.Socket != nil {
			return conversation(d.Socket)
		}
		if d.Name != "" {
			return "un socket " + text.Visible(d.Name)
		}
		return "un socket"
	case probe.DescriptorTerminal:
		return "le terminal " + text.Visible(d.Name)
	case probe.DescriptorPipe:
		return "un tube"
	case probe.DescriptorOther: // "anon_inode:[eventfd]"
		if name, ok := strings.CutPrefix(d.Name, "anon_inode:"); ok {
			return text.Visible(strings.Trim(name, "[]"))
		}
	}
	if d.Name == "" {
		return "le descripteur " + strconv.Itoa(d.FD)
	}
	return text.Visible(d.Name)
}

// conversation names a socket by its ends; the far one is a port alone where
// both are of one address.
func conversation(s *probe.Socket) string {
	local := Address(s.Local)
	switch {
	case !s.Remote.IsValid():
		return local
	case s.Remote.Addr() == s.Local.Addr():
		return local + " ↔ :" + strconv.Itoa(int(s.Remote.Port()))
	}
	return local + " ↔ " + Address(s.Remote)
}

// taskWords say the letters of proc_pid_stat(5) in French.
var taskWords = map[string]string{
	"R": "court", "S": "dort", "D": "attend le matériel", "T": "est arrêté", "t": "est arrêté par un débogueur",
	"Z": "est terminé", "X": "est terminé", "I": "ne fait rien",
}
