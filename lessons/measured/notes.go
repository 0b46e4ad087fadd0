package measured

import (
	"errors"
	"runtime"
	"slices"
	"syscall"

	"labo/lessons/text"
	"labo/probe"
)

// Notes says in French, one sentence or two each, what the reader of the
// snapshot must know and what can be done about it.
func Notes(s *probe.Snapshot) []string {
	var lines []string
	fellBack := slices.ContainsFunc(s.Notes, func(n probe.Note) bool { return n.Kind == probe.NoteFallback })
	for _, n := range s.Notes {
		line := note(runtime.GOOS, n)
		if n.Kind == probe.NoteNoQueues && !fellBack { // else the other source has just failed
			line += otherSource(runtime.GOOS)
		}
		lines = append(lines, text.French(line))
	}
	return lines
}

func note(goos string, n probe.Note) string {
	switch n.Kind {
	case probe.NoteFallback:
		return "Le noyau n'a pas répondu par sock_diag" + reason(n.Err) + " : gopsutil a répondu à sa place. " +
			withoutSockDiag(n.Err)
	case probe.NoteInterrupted:
		return "Des sockets ont changé pendant chacune des " + text.Plural(n.N, "lecture") +
			" : une ligne peut manquer ou être en double. Relancez la commande."
	case probe.NoteTruncated:
		return text.Plural(n.N, "ligne") + " du noyau, plus courtes que prévu, n'ont pas pu être lues. " +
			"Comparez avec la commande de vérification."
	case probe.NoteForbidden:
		return forbidden(n) + moreRights(goos, n.Err)
	case probe.NoteAskedForbidden:
		return askedForbidden(n.N) + moreRights(goos, n.Err)
	case probe.NoteNoQueues:
		return "Cette source ne donne ni files d'attente, ni minuteries, ni inodes, ne nomme qu'un processus par socket, et peut réunir en une ligne " +
			"des serveurs qui partagent un port."
	case probe.NoteOwnOnly:
		return "Seuls vos propres sockets sont là, et aucun TIME-WAIT : netstat, qui donne les autres, n'a pas répondu" + reason(n.Err) + "."
	case probe.NoteNoOwners:
		return "Les propriétaires n'ont pas pu être cherchés" + reason(n.Err) +
			". Les sockets, eux, sont justes."
	}
	return "Une remarque que labo ne sait pas dire" + reason(n.Err) + "."
}

// withoutSockDiag says why sock_diag may be missing, and what would help.
// ENOENT is how the kernel says that no module answers (sock_diag(7)).
func withoutSockDiag(err error) string {
	if errors.Is(err, syscall.ENOENT) {
		return "Il manque à ce noyau son module tcp_diag : s'il existe ici, « sudo modprobe tcp_diag » le charge."
	}
	return "Si vous êtes dans un conteneur ou un bac à sable, essayez en dehors."
}

// reason is the name of the system's error, between brackets; nothing where it
// has none.
func reason(err error) string {
	name := probe.ErrnoName(err)
	if name == "" || name == "?" {
		return ""
	}
	return " (" + name + ")"
}

func forbidden(n probe.Note) string {
	switch {
	case errors.Is(n.Err, probe.ErrHiddenProcesses):
		return "Ce système ne vous montre pas les processus des autres (/proc est monté avec hidepid) : " +
			"un socket marqué « pas le droit de voir » peut être à l'un d'eux. "
	case n.N == 1:
		return "1 processus ne vous laisse pas voir ce qu'il ouvre : un socket marqué « pas le droit de voir » peut être à lui. "
	}
	return text.Plural(n.N, "processus") + " ne vous laissent pas voir ce qu'ils ouvrent : " +
		"un socket marqué « pas le droit de voir » peut être à l'un d'eux. "
}

func askedForbidden(processes int) string {
	if processes == 1 {
		return "1 processus demandé ne vous laisse pas voir ce qu'il ouvre : ses sockets, s'il en a, manquent ici. "
	}
	return text.Plural(processes, "processus demandé") + " ne vous laissent pas voir ce qu'ils ouvrent : " +
		"leurs sockets, s'ils en ont, manquent ici. "
}

// moreRights says what would help, and what would not: refused is why.
func moreRights(goos string, refused error) string {
	if errors.Is(refused, probe.ErrRefusedToRoot) {
		return "labo a pourtant les droits de root, et ne sait pas ce qui l'en empêche."
	}
	if goos == "windows" {
		return "Pour tout voir, ouvrez le terminal en tant qu'administrateur."
	}
	return "Pour en voir plus, relancez avec sudo."
}

func otherSource(goos string) string {
	if goos == "linux" {
		return " Sous Linux, --source noyau les donne."
	}
	return ""
}
