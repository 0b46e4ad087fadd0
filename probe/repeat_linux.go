package probe

import (
	"context"
	"slices"
	"time"
)

func init() {
	repeatSockets = func(f Filter) func(context.Context) (*Snapshot, error) {
		if f.Source == Gopsutil {
			return func(ctx context.Context) (*Snapshot, error) { return Sockets(ctx, f) }
		}
		r := newRepeat(f)
		return r.measure
	}
}

const (
	ownersAge = time.Second     // how old the owners may be that [repeat] gives again
	memoryAge = 5 * time.Second // and, at most, the descriptors of a process that has as many as then
)

// repeat measures the same sockets again and again for less than half of the
// price. With 200 sockets and 100 processes, finding the owners takes 3 to 4 ms
// of a core (0.6 ms with a [walkMemory]), the kernel's list of the sockets 2 ms,
// most of them for going through its tables, however empty.
//
// The list is asked for every time. Owners are looked for once a second, and at
// once when the list holds an inode that was not there then: one that was has
// its owner still, or an heir. (A socket that its only process closes leaves
// the list, or loses its inode.) What may be up to [ownersAge] old is a second
// process that inherits a socket or gives it up, and what a [Holder] says; up to
// [memoryAge], a second process that was passed a socket, or closed it, and has
// as many descriptors as before.
type repeat struct {
	filter Filter
	full   func(context.Context, Filter) (*Snapshot, error)
	dial   dialer
	now    func() time.Time
	memory *walkMemory
	since  time.Time // when it was empty

	at     time.Time // of the last full measurement; zero: none to stand on
	notes  []Note    // that it had on owners
	owners map[uint32]Owner
	others map[uint32]bool // inodes that no process of filter.PIDs had
}

func newRepeat(f Filter) *repeat {
	r := &repeat{filter: f, dial: dialSockDiag, now: time.Now}
	r.full = func(ctx context.Context, f Filter) (*Snapshot, error) {
		return socketsFrom(ctx, f, func() source { return sockDiag{dialSockDiag, r.memory, r.few()} })
	}
	return r
}

// few reports whether the last full measurement showed few enough sockets for
// all that [Filter.Info] asks.
func (r *repeat) few() bool { return r.owners != nil && len(r.owners) <= InfoLimit }

func (r *repeat) measure(ctx context.Context) (*Snapshot, error) {
	start := r.now()
	if start.Sub(r.at) < ownersAge {
		snap, err := r.again(ctx)
		if err != nil || snap != nil {
			return snap, err
		}
	}
	return r.afresh(ctx, start)
}

// again lists the sockets and gives them the owners of before. It returns nil
// where that does not do.
func (r *repeat) again(ctx context.Context) (*Snapshot, error) {
	start := time.Now()
	for _, pid := range r.filter.PIDs {
		if ok, err := pidExists(ctx, pid); err == nil && !ok {
			return nil, &NoSuchProcessError{PID: pid}
		}
	}
	rows := r.filter
	rows.Info = rows.Info && r.few()
	socks, notes, err := dumpSockets(ctx, r.dial, &rows)
	if err != nil {
		return nil, ctx.Err() // sock_diag refuses: the full measurement will tell
	}
	socks = choose(socks, &r.filter)
	kept := socks[:0]
	for _, s := range socks {
		inode := inodeOf(&s)
		owner, seen := r.owners[inode]
		switch {
		case inode == 0:
			s.Owner.Kind = OwnerKernel
		case seen:
			s.Owner.Kind, s.Owner.Holders, s.Owner.Open = owner.Kind, owner.Holders, owner.Open
		case !r.others[inode]:
			return nil, nil
		}
		if r.filter.Match(&s) {
			kept = append(kept, s)
		}
	}
	sortSockets(kept)
	return &Snapshot{
		TakenAt: start, Took: time.Since(start), Source: SockDiag, Sockets: kept,
		Holders: collectHolders(kept), Notes: append(notes, r.notes...),
	}, nil
}

// afresh measures everything, and remembers what [repeat.again] can give again.
func (r *repeat) afresh(ctx context.Context, start time.Time) (*Snapshot, error) {
	r.at = time.Time{}
	if start.Sub(r.since) >= memoryAge {
		r.memory, r.since = newWalkMemory(r.filter.PIDs), start
	}
	var before []Socket
	if len(r.filter.PIDs) > 0 {
		// What is listed now and not held later, by the processes asked for, is
		// not theirs.
		var err error
		if before, _, err = dumpSockets(ctx, r.dial, &r.filter); err != nil {
			before = nil
		}
	}
	snap, err := r.full(ctx, r.filter)
	if err != nil || snap.Source != SockDiag {
		return snap, err
	}
	r.owners, r.others = make(map[uint32]Owner, len(snap.Sockets)), make(map[uint32]bool, len(before))
	for i := range snap.Sockets {
		s := &snap.Sockets[i]
		// One that is gone is to be looked for again if it is still there.
		if inode := inodeOf(s); inode != 0 && s.Owner.Kind != OwnerGone {
			r.owners[inode] = s.Owner
		}
	}
	for i := range before {
		if inode := inodeOf(&before[i]); inode != 0 {
			if _, theirs := r.owners[inode]; !theirs {
				r.others[inode] = true
			}
		}
	}
	r.notes = slices.DeleteFunc(slices.Clone(snap.Notes), func(n Note) bool {
		return n.Kind == NoteInterrupted || n.Kind == NoteTruncated // of its list
	})
	if !slices.ContainsFunc(r.notes, func(n Note) bool { return n.Kind == NoteNoOwners }) {
		r.at = start
	}
	return snap, nil
}
