package sonde

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// maxTasks is how many threads of a process are told one by one.
const maxTasks = 8

// process says what a process is, by [probe.Process]: its name and command,
// its parent and user, its threads and what each does.
func (p *page) process(info *probe.ProcessInfo) {
	h := probe.Holder{PID: info.PID, Name: info.Name, Command: info.Command, Threads: info.Threads, FDs: info.FDs}
	var origin []string
	if info.User.Known {
		origin = append(origin, "utilisateur "+text.Visible(info.User.Value))
	}
	if info.Parent.Known && info.Parent.Value > 0 {
		origin = append(origin, "lancé par le processus "+strconv.Itoa(info.Parent.Value))
	}
	p.holder(&h, origin...)
	if dead(info) {
		p.sentence(noMark+noMark, "Il est terminé et ne tient plus rien ; son parent n'en a pas encore pris acte (on dit : un zombie).")
		return
	}
	if len(info.Tasks) < 2 {
		return
	}
	for i, task := range info.Tasks {
		if i == maxTasks {
			p.sentence(noMark+noMark, "et "+text.Plural(len(info.Tasks)-maxTasks, "autre thread")+".")
			break
		}
		p.sentence(noMark+noMark, "thread "+strconv.Itoa(task.TID)+" : "+taskState(task))
	}
}

// dead reports whether every thread of a process is over.
func dead(info *probe.ProcessInfo) bool {
	return len(info.Tasks) > 0 && !slices.ContainsFunc(info.Tasks, func(t probe.Thread) bool {
		return t.State != "Z" && t.State != "X"
	})
}

// ended returns the processes asked for of which nothing is known: they ended
// while they were being looked at.
func ended(f probe.Filter, known []probe.ProcessInfo) []int {
	var gone []int
	for _, pid := range f.PIDs {
		if !slices.ContainsFunc(known, func(i probe.ProcessInfo) bool { return i.PID == pid }) {
			gone = append(gone, pid)
		}
	}
	return gone
}

// taskWords say the letters of proc_pid_stat(5) in French.
var taskWords = map[string]string{
	"R": "court", "S": "dort", "D": "attend le matériel", "T": "est arrêté", "t": "est arrêté par un débogueur",
	"Z": "est terminé", "X": "est terminé", "I": "ne fait rien",
}

func taskState(t probe.Thread) string {
	word, ok := taskWords[t.State]
	if !ok {
		word = "état " + text.Visible(t.State)
	}
	if wait := t.Wait.Value; t.Wait.Known && wait != "" && wait != "0" {
		word += ", dans " + text.Visible(wait)
	}
	return word
}

// holder writes one process: what it is called, what it has open, its command.
func (p *page) holder(h *probe.Holder, more ...string) {
	var facts []string
	if h.Threads.Known {
		facts = append(facts, text.Plural(h.Threads.Value, "thread"))
	}
	if h.FDs.Known {
		facts = append(facts, text.Plural(h.FDs.Value, "descripteur ouvert"))
	}
	line := panel.Holder(h)
	if facts = append(facts, more...); len(facts) > 0 {
		line += " : " + strings.Join(facts, ", ")
	}
	p.sentence(noMark, line)
	if h.Command != "" {
		p.line(p.palette.Faint("    " + text.Truncate(text.Visible(h.Command), p.width-4)))
	}
}

// hidden reports whether what the processes of f have open could not be seen:
// then no socket does not mean none.
func hidden(f probe.Filter, s *probe.Snapshot) bool {
	if len(f.PIDs) == 0 {
		return false
	}
	return slices.ContainsFunc(s.Notes, func(n probe.Note) bool {
		return n.Kind == probe.NoteAskedForbidden || n.Kind == probe.NoteNoOwners
	})
}

// rightsHelp reports whether the answer lacks something that the administrator
// would see.
func rightsHelp(s *probe.Snapshot) bool {
	hidden := slices.ContainsFunc(s.Sockets, func(k probe.Socket) bool { return k.Owner.Kind == probe.OwnerForbidden })
	return slices.ContainsFunc(s.Notes, func(n probe.Note) bool {
		asked := n.Kind == probe.NoteAskedForbidden || n.Kind == probe.NoteForbidden && hidden
		return asked && !errors.Is(n.Err, probe.ErrRefusedToRoot)
	})
}
