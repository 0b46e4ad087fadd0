package probe

import (
	"cmp"
	"fmt"
	"slices"
)

// Flow is what the connections of a process, or of several that share them, sent
// and received since a [Meter] began. A SYN or a FIN counts for one byte.
type Flow struct {
	Holders        []*Holder
	Sent, Received Maybe[uint64] // unknown where the kernel counted for none of them
	// AtLeast: a connection ended, or is not counted any more, and what it did
	// since it was last looked at is missing.
	AtLeast bool
}

// Meter adds up what the kernel counts for each connection ([Socket.Info]) by
// who holds it. Snapshots of one filter are given to it in their order.
type Meter struct {
	last  *Snapshot
	now   []*tallied       // of each socket of last
	ended map[string]*Flow // of connections that are no more, by holders
}

// tallied is what is known of one connection. base is what it had counted before
// the meter began.
type tallied struct {
	holders   []*Holder // the last processes that had it; none: only the kernel so far
	base, got *Info
	missing   bool // got is not of the last snapshot
	late      bool // it was there before it was counted
}

// Measure takes the next snapshot.
func (m *Meter) Measure(s *Snapshot) {
	first := m.last == nil
	if first {
		m.last, m.ended = &Snapshot{}, map[string]*Flow{}
	}
	before := matchSockets(m.last.Sockets, s.Sockets)
	now, stays := make([]*tallied, len(s.Sockets)), make([]bool, len(m.now))
	for i := range s.Sockets {
		t := &tallied{}
		if j := before[i]; j >= 0 && !m.now[j].restarts(&s.Sockets[i]) {
			t, stays[j] = m.now[j], true
		}
		t.take(&s.Sockets[i], first)
		now[i] = t
	}
	for j, t := range m.now {
		if !stays[j] {
			t.missing = true
			t.addTo(m.ended)
		}
	}
	m.last, m.now = s, now
}

// restarts reports whether a socket counts less than before: it is another one
// between the same ends.
func (t *tallied) restarts(s *Socket) bool {
	return t.got != nil && s.Info != nil && (s.Info.Received.Value < t.got.Received.Value || s.Info.Acknowledged.Value < t.got.Acknowledged.Value)
}

func (t *tallied) take(s *Socket, first bool) {
	if s.Owner.Kind == OwnerProcess {
		t.holders = s.Owner.Holders
	}
	if t.missing = s.Info == nil; t.missing {
		t.late = t.late || t.got == nil && s.State != SynSent && s.State != SynReceived // it may have said something already
		return
	}
	if t.got == nil && (first || t.late) {
		t.base = s.Info
	}
	t.got = s.Info
}

// addTo adds a connection that a process has or had to the flow of its holders.
func (t *tallied) addTo(flows map[string]*Flow) {
	if len(t.holders) == 0 || t.got == nil && !t.missing {
		return
	}
	key := ""
	for _, h := range t.holders {
		key += fmt.Sprint(h.PID, " ")
	}
	f := flows[key]
	if f == nil {
		f = &Flow{}
		flows[key] = f
	}
	f.Holders = t.holders
	f.AtLeast = f.AtLeast || t.missing || t.late
	if t.got == nil {
		return
	}
	base := t.base
	if base == nil {
		base = &Info{}
	}
	add := func(to *Maybe[uint64], got, before Maybe[uint64]) {
		if got.Known {
			*to = Known(to.Value + got.Value - before.Value)
		}
	}
	add(&f.Sent, t.got.Sent, base.Sent)
	add(&f.Received, t.got.Received, base.Received)
}

// Flows returns what was counted so far, the most first. Processes without a
// connection are not among them.
func (m *Meter) Flows() []Flow {
	flows := make(map[string]*Flow, len(m.ended))
	for key, f := range m.ended {
		kept := *f
		flows[key] = &kept
	}
	for i, t := range m.now {
		if m.last.Sockets[i].Remote.IsValid() {
			t.addTo(flows)
		}
	}
	var all []Flow
	for _, f := range flows {
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(b.Sent.Value+b.Received.Value, a.Sent.Value+a.Received.Value), cmp.Compare(a.Holders[0].PID, b.Holders[0].PID))
	})
	return all
}
