package screen

import (
	"net/netip"
	"slices"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// One table: that of the panel, where there is one. What a scene shows of the
// port goes there, with a mark on what changed, and the page says in a line what
// that was. Where there is no panel, or where nothing can show the table any
// more, it is on the page.

// evidenceItem shows a measurement; changed says what its table changed in the
// panel.
func evidenceItem(e evidence.Evidence, changed string) *item {
	return &item{kind: itemEvidence, evidence: &e, linear: func(l *linear.Stage, v *view) {
		if isLive(&e) && v.hasTable() {
			l.Changed(e.At, changed, e.Notes)
			return
		}
		l.Figures(e)
	}}
}

// measured shows a measurement of the scene.
func (m *model) measured(e evidence.Evidence) {
	changed := ""
	if isLive(&e) {
		changed = m.kernel.shown(&e)
	}
	m.add(evidenceItem(e, changed))
}

// isLive reports whether the panel shows the table of a measurement.
func isLive(e *evidence.Evidence) bool { return e.Sockets != nil && len(e.Checks) > 0 }

// hasTable reports whether there is a panel with the table, covered or not.
func (m *model) hasTable() bool {
	switch {
	case m.pane == paneNone:
		return false
	case m.width >= frame.SideBySide:
		return m.pane != paneSequence
	case m.o.Projection:
		return false
	}
	return m.pane != paneSequence && m.bodyHeight() >= leastBody
}

// checksItem shows how to check what a page shows.
func checksItem(commands []string) *item {
	return &item{kind: itemChecks, commands: commands, linear: func(l *linear.Stage, v *view) {
		if v.statusCheck(commands) == "" {
			l.Checks(commands)
		}
	}}
}

// statusCheck is how to check a page where one command says it and has room
// below the text, "" elsewhere: then it is on the page.
func (m *model) statusCheck(commands []string) string {
	if m.o.Projection || len(commands) != 1 {
		return ""
	}
	line := text.French("Vérifiez vous-même : ") + text.Visible(commands[0])
	if text.Width(line) > m.width-len("  ↑ ") {
		return ""
	}
	return line
}

// pageCheck is how to check what is on screen, "" where the page says it.
func (m *model) pageCheck() string {
	if n := len(m.journal.items); n > 0 && m.journal.items[n-1].kind == itemChecks {
		return m.statusCheck(m.journal.items[n-1].commands)
	}
	return ""
}

// checks adds how to check what was shown since the reader last acted, if
// anything was, and this was not said yet.
func (m *model) checks() {
	var commands []string
	for _, it := range m.journal.items[min(m.journal.fresh, len(m.journal.items)):] {
		if it.evidence != nil && !it.checked {
			it.checked = true
			commands = linear.MoreChecks(commands, *it.evidence)
		}
	}
	if len(commands) > 0 {
		m.add(checksItem(commands))
	}
}

// shown puts what a scene shows of the port into the panel, and says what is
// otherwise than it showed before: everything, the first time.
func (k *kernel) shown(e *evidence.Evidence) string {
	source := probe.SockDiag
	for s := probe.Source(0); s < 32; s++ {
		if s.String() == e.Source {
			source = s
		}
	}
	next := &probe.Snapshot{TakenAt: e.At, Source: source, Sockets: e.Sockets.Rows}
	before := &probe.Snapshot{Source: source}
	if k.told != nil {
		before.Sockets = k.told.Sockets
	}
	first := k.told == nil
	k.told = next
	changes := probe.Diff(before, next)
	queues := queueChanges(before.Sockets, next.Sockets)
	k.mark(changes, queues, next)
	switch {
	case len(next.Sockets) == 0 && first:
		return e.Sockets.Empty + "."
	case len(changes) == 0 && len(queues) == 0:
		return "la table n'a pas changé."
	}
	return "la table" + text.NBSP + ": " + panel.Summary(changes, queues, source)
}

// mark shows a snapshot with what changed marked until the reader acts.
func (k *kernel) mark(changes []probe.Change, queues []panel.QueueChanged, next *probe.Snapshot) {
	for _, q := range queues {
		changes = append(changes, probe.Change{At: next.TakenAt, Kind: probe.StateChanged, Socket: q.After, From: q.After.State})
	}
	k.changes++
	k.table.Keep(changes)
	k.fold(next, true)
	k.table.Measured(next, next.TakenAt)
	k.grow()
}

// queueChanges returns the sockets whose queues alone are other than before.
func queueChanges(before, next []probe.Socket) []panel.QueueChanged {
	var all []panel.QueueChanged
	for _, s := range next {
		i := slices.IndexFunc(before, func(b probe.Socket) bool {
			return b.Local == s.Local && b.Remote == s.Remote && b.State == s.State && b.Owner.Kind == s.Owner.Kind
		})
		if i >= 0 && (before[i].RecvQueue != s.RecvQueue || before[i].SendQueue != s.SendQueue) {
			all = append(all, panel.QueueChanged{Before: before[i], After: s})
		}
	}
	return all
}

// fold has the memories (TIME-WAIT) of before the scene stand in one line: those
// of its first measurement that the scene does not show itself.
func (k *kernel) fold(s *probe.Snapshot, told bool) {
	if !told && k.sorted {
		return
	}
	k.sorted = k.sorted || !told
	for i := range s.Sockets {
		sock := &s.Sockets[i]
		if _, known := k.old[endsOf(sock)]; told || !known && sock.State == probe.TimeWait {
			k.old[endsOf(sock)] = !told
		}
	}
	k.table.Fold(func(s *probe.Socket) bool { return s.State == probe.TimeWait && k.old[endsOf(s)] })
}

func endsOf(s *probe.Socket) [2]netip.AddrPort { return [2]netip.AddrPort{s.Local, s.Remote} }

// foldedLine stands for the memories of before the scene, "" for none.
func (k *kernel) foldedLine(width int) string {
	n := len(k.table.Folded)
	if n == 0 {
		return ""
	}
	var left time.Duration
	for i := range k.table.Folded {
		left = max(left, k.table.Folded[i].Timer.Value.Remaining)
	}
	line := text.Plural(n, "souvenir") + " (TIME-WAIT) d'avant cette scène"
	line = text.French("  … " + line)
	if last := text.French(", le dernier pour " + text.Left(left)); left > 0 && text.Width(line+last) <= width {
		line += last
	}
	return line
}
