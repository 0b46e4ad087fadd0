package panel

import (
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// wish is what one row would like: the width of its cells. Rows that wish the
// same are counted together.
type wish struct {
	local, remote, owner, timer int
	peer                        bool
}

// wishes are those of a whole table.
type wishes struct {
	width                int // cells there are
	state, queues, timer int // widths of the columns that are never cut
	owner                int // the least the owners can be shown in
	rows                 map[wish]int
}

// measure returns what the sockets would like to have in a table of so many
// cells.
func measure(width int, source probe.Source, sockets []probe.Socket) *wishes {
	w := &wishes{width: width, state: text.Width("état"), rows: make(map[wish]int)}
	m := measurer{source: source, owners: make(map[*probe.Holder]int)}
	words, names := text.Width("propriétaire"), 0
	var present probe.StateSet
	for i := range sockets {
		s := &sockets[i]
		present |= probe.NewStateSet(s.State)
		row := wish{
			local:  measured.AddressWidth(s.Local),
			remote: measured.AddressWidth(s.Remote),
			owner:  m.owner(s.Owner),
			peer:   s.Remote.IsValid(),
		}
		if s.RecvQueue.Known || s.SendQueue.Known {
			w.queues = max(w.queues, text.Width("files"), m.width(measured.AppendQueues(m.scratch[:0], s)))
		}
		if s.Timer.Known && s.Timer.Value.Kind != probe.TimerNone {
			row.timer = m.width(measured.AppendTimer(m.scratch[:0], s))
			w.timer = max(w.timer, text.Width("minuterie"), row.timer)
		}
		if s.Owner.Kind == probe.OwnerProcess {
			names = max(names, row.owner)
		} else {
			words = max(words, row.owner)
		}
		w.rows[row]++
	}
	for st := range probe.State(32) { // as many as a set holds: unknown ones have a name too
		if present.Has(st) {
			w.state = max(w.state, text.Width(measured.StateName(st)))
		}
	}
	w.owner = max(words, min(names, shortOwner))
	return w
}

// remember adds the wishes of a table drawn before, whose rows are no more.
func (w *wishes) remember(before *wishes) {
	w.state = max(w.state, before.state)
	w.queues = max(w.queues, before.queues)
	w.timer = max(w.timer, before.timer)
	w.owner = max(w.owner, before.owner)
	for row := range before.rows {
		w.rows[row] += 0
	}
}

// measurer measures cells without keeping them.
type measurer struct {
	source  probe.Source
	owners  map[*probe.Holder]int // a process often holds hundreds of sockets
	scratch []byte
}

// width returns the cells of b and keeps its memory for the next one.
func (m *measurer) width(b []byte) int {
	m.scratch = b
	return cellsOf(b)
}

// owner is the width of a whole owner.
func (m *measurer) owner(o probe.Owner) int {
	if o.Kind != probe.OwnerProcess || len(o.Holders) != 1 {
		return text.Width(measured.Owner(o, m.source))
	}
	n, ok := m.owners[o.Holders[0]]
	if !ok {
		n = text.Width(measured.Holder(o.Holders[0]))
		m.owners[o.Holders[0]] = n
	}
	return n
}

// cellsOf is [text.Width] for bytes.
func cellsOf(b []byte) int {
	for _, c := range b {
		if c < 0x20 || c >= 0x7f {
			return text.Width(string(b))
		}
	}
	return len(b)
}
