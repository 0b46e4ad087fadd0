package panel

import (
	"slices"
	"strings"

	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// QueueChanged is a [probe.Change] of a socket whose queues alone are other than
// they were: before and after.
type QueueChanged struct{ Before, After probe.Socket }

// Summary says in one line what changed: "+ LISTEN :12345 · + ESTABLISHED :12345 ↔
// :43588 (×2) · → CLOSE-WAIT". What is new has its ends, where it is all of one
// connection; changes of one kind are said once.
func Summary(changes []probe.Change, queues []QueueChanged, source probe.Source) string {
	type group struct {
		head  string
		first *probe.Socket // of sockets that appeared, nil where their ends differ
		n     int
	}
	var groups []group
	for i := range changes {
		c := &changes[i]
		g := group{head: Sign(c.Kind) + text.NBSP + measured.StateName(c.Socket.State)}
		switch c.Kind {
		case probe.Appeared:
			g.first = &c.Socket
		case probe.OwnerChanged:
			g.head = Sign(c.Kind) + text.NBSP + "propriétaire" + text.NBSP + ": " + measured.Owner(c.FromOwner, source) + ", puis " + measured.Owner(c.Socket.Owner, source)
		}
		at := slices.IndexFunc(groups, func(o group) bool { return o.head == g.head })
		if at < 0 {
			at = len(groups)
			groups = append(groups, g)
		} else if first := groups[at].first; first != nil && !sameEnds(first, g.first) {
			groups[at].first = nil
		}
		groups[at].n++
	}
	var said []string
	for _, g := range groups {
		if g.first != nil {
			g.head += " " + ends(g.first)
		}
		if g.n > 1 {
			g.head += " (×" + text.Number(g.n) + ")"
		}
		said = append(said, g.head)
	}
	for i := range queues {
		said = append(said, "→"+text.NBSP+"files"+text.NBSP+measured.Queues(&queues[i].Before)+", puis "+measured.Queues(&queues[i].After))
	}
	return strings.Join(said, " · ")
}

// sameEnds reports whether two sockets have the same ends: they are the same, or
// the two halves of a connection.
func sameEnds(a, b *probe.Socket) bool {
	return a.Local == b.Local && a.Remote == b.Remote || a.Local == b.Remote && a.Remote == b.Local
}

// ends names the ends of a socket as [Brief] does.
func ends(s *probe.Socket) string {
	name := briefEnd(s.Local)
	if s.Remote.IsValid() {
		name += text.NBSP + "↔" + text.NBSP + briefEnd(s.Remote)
	}
	return name
}
