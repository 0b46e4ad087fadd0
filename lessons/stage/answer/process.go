package answer

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// maxTasks is how many threads of a process are told one by one.
const maxTasks = 8

// process says what a process is, by [probe.Process], [probe.WhoIs] and
// [probe.Waits]: who it is, its command, and what each of its threads does.
func (p *writer) process(info *probe.ProcessInfo) {
	h := probe.Holder{PID: info.PID, Name: info.Name, Command: info.Command, Threads: info.Threads, FDs: info.FDs, Who: info.Who}
	var origin []string
	if info.Who == nil && info.User.Known {
		origin = append(origin, "utilisateur "+text.Visible(info.User.Value))
	}
	p.holder(&h, origin...)
	if dead(info) {
		p.sentence(noMark+noMark, "Il est terminé et ne tient plus rien ; son parent n'en a pas encore pris acte (on dit : un zombie).")
		return
	}
	waits := slices.Clone(info.Waits)
	if len(waits) > maxTasks { // first those that wait on something that can be named
		slices.SortStableFunc(waits, func(a, b probe.Wait) int { return min(len(b.On), 1) - min(len(a.On), 1) })
	}
	for i := range waits {
		if i == maxTasks {
			p.sentence(noMark+noMark, "et "+text.Plural(len(waits)-maxTasks, "autre thread")+".")
			break
		}
		w := &waits[i]
		name := "thread " + strconv.Itoa(w.TID)
		if w.TID == info.PID {
			name = "thread principal"
		}
		p.sentence(noMark+noMark, name+" : "+measured.Waiting(w))
	}
	if os.Geteuid() > 0 && slices.ContainsFunc(info.Waits, untold) {
		p.sentence(noMark+noMark, "Avec tous les droits, labo en verrait plus : `sudo labo sonde --pid "+strconv.Itoa(info.PID)+"`.")
	}
}

// untold reports whether the call that a thread waits in was not told for want
// of rights.
func untold(w probe.Wait) bool {
	return w.Call == "" && (w.For == probe.WaitTraffic || w.For == probe.WaitUnknown && w.Kernel == "")
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

// holder writes one process: what it is called, what it has open, its command.
func (p *writer) holder(h *probe.Holder, more ...string) {
	var facts []string
	if h.Threads.Known {
		facts = append(facts, text.Plural(h.Threads.Value, "thread"))
	}
	if h.FDs.Known {
		facts = append(facts, text.Plural(h.FDs.Value, "descripteur ouvert"))
	}
	line := measured.Holder(h)
	if h.Who != nil {
		line = measured.Identity(h.Who)
	}
	if facts = append(facts, more...); len(facts) > 0 {
		line += " : " + strings.Join(facts, ", ")
	}
	p.sentence(noMark, line)
	if h.Command != "" {
		p.line(p.palette.Faint("    " + text.Truncate(text.Visible(h.Command), p.width-4)))
	}
	if h.Who != nil && h.Who.Role&probe.Server != 0 && !p.advised[h.PID] {
		if advice := measured.Advice(h.Who); advice != "" {
			p.sentence(noMark+noMark, advice)
		}
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
