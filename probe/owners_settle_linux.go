package probe

import (
	"cmp"
	"context"
	"os"
	"slices"
	"sync/atomic"
)

// settle says of every socket without a known process why it has none.
//
// An inode says that the socket is open somewhere. If a process may not be
// read and the socket is another user's, that explains it: [OwnerForbidden].
// Otherwise it may have been opened, passed on or closed under the walk. What
// was read too early is read again (everything, where nothing is forbidden),
// then the kernel is asked once more: [OwnerGone] if it is not open any more,
// else the threads are looked at one by one, and what is left is
// [OwnerForbidden], or [OwnerHidden] where every process was read.
func (s sockDiag) settle(ctx context.Context, l *look) error {
	var lost []int
	for i := range l.socks {
		owner := &l.socks[i].Owner
		switch {
		case l.socks[i].Inode.Value == 0:
			owner.Kind = OwnerKernel
		case l.walk != nil && !l.holders.known(i):
			lost = append(lost, i)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	kind, again := OwnerHidden, len(l.walk.procs)
	n, hides := l.walk.forbidden()
	if n > 0 || hides {
		kind, again = OwnerForbidden, l.early
		euid := os.Geteuid()
		lost = slices.DeleteFunc(lost, func(i int) bool {
			owner := &l.socks[i].Owner
			other := owner.UID.Or(euid) != euid
			if other {
				owner.Kind = kind
			}
			return other
		})
		if !slices.ContainsFunc(lost, func(i int) bool { return l.socks[i].State != Listen }) {
			again = l.earlyListen
		}
	}
	if err := l.walkAgain(ctx, lost, again); err != nil {
		return err
	}
	lost = slices.DeleteFunc(lost, l.holders.known)
	if err := s.checkOpen(ctx, l, lost, kind); err != nil {
		return err
	}
	lost = slices.DeleteFunc(lost, func(i int) bool { return l.socks[i].Owner.Kind == OwnerGone })
	if err := l.walkThreads(ctx, lost, l.walk.allPIDs()); err != nil {
		return err
	}
	for _, i := range lost {
		if l.holders.known(i) {
			l.socks[i].Owner.Kind = OwnerProcess
		}
	}
	if slices.ContainsFunc(l.socks, func(s Socket) bool { return s.Owner.Kind == OwnerForbidden }) {
		note := forbidden(NoteForbidden, n)
		if hides {
			note.N, note.Err = 0, ErrHiddenProcesses
		}
		l.notes = append(l.notes, note)
	}
	return nil
}

// walkAgain looks for the holders of the lost rows in the first processes of
// the walk, as many as early says, and in those that are new.
func (l *look) walkAgain(ctx context.Context, lost []int, early int) error {
	if len(lost) == 0 {
		return nil
	}
	w := newWalk()
	defer w.close()
	w.memory, w.anew = l.walk.memory, true
	late := make(map[int]bool)
	for _, p := range l.walk.procs[min(early, len(l.walk.procs)):] {
		late[p.pid] = true
	}
	if w.list() == nil {
		w.procs = slices.DeleteFunc(w.procs, func(p walked) bool { return late[p.pid] })
	}
	w.start()
	if err := w.finish(ctx); err != nil {
		l.notes = append(l.notes, Note{Kind: NoteNoOwners, Err: err})
		return ctx.Err()
	}
	socks := make([]Socket, len(lost))
	for i, row := range lost {
		socks[i] = l.socks[row]
	}
	index := newInodeIndex(socks)
	for _, o := range w.open {
		index.each(o.inode, func(i int32) {
			l.holders.add(int32(lost[i]), l.walk.adopt(w.procs[o.proc]), o.fd)
		})
	}
	return nil
}

// checkOpen asks the kernel which of the lost rows are still open: they get
// kind, the others [OwnerGone].
func (s sockDiag) checkOpen(ctx context.Context, l *look, lost []int, kind OwnerKind) error {
	if len(lost) == 0 {
		return nil
	}
	rows := make(map[uint32][]int, len(lost))
	// A state may have changed meanwhile; but what no longer listens is no
	// longer this listener, and the kernel finds listeners 50 times faster.
	f := Filter{States: NewStateSet(Listen)}
	for _, i := range lost {
		if l.socks[i].State != Listen {
			f.States = 0
		}
		inode, port := l.socks[i].Inode.Value, l.socks[i].Local.Port()
		rows[inode] = append(rows[inode], i)
		if !slices.Contains(f.Ports, port) && len(f.Ports) <= maxFilterPorts {
			f.Ports = append(f.Ports, port)
		}
		l.socks[i].Owner.Kind = OwnerGone
	}
	open, _, err := dumpSockets(ctx, s.dial, &f)
	if err != nil {
		return err
	}
	for i := range open {
		for _, row := range rows[open[i].Inode.Value] {
			l.socks[row].Owner.Kind = kind
		}
	}
	return nil
}

// adopt returns the index of a process that another walk saw.
func (w *walk) adopt(p walked) int32 {
	i := slices.IndexFunc(w.procs, func(q walked) bool { return q.pid == p.pid })
	if i < 0 {
		i = len(w.procs)
		w.procs = append(w.procs, p)
	}
	return int32(i)
}

// keepHeldBy leaves the sockets that a process of pids holds, and notes the
// pids that may not be read.
func (l *look) keepHeldBy(pids []int) {
	if l.walk == nil {
		l.socks = nil
		return
	}
	wanted := make(map[int32]bool)
	unread := 0
	for _, pid := range pids {
		i := slices.IndexFunc(l.walk.procs, func(p walked) bool { return p.pid == pid })
		if i < 0 || l.walk.procs[i].sight == sightForbidden {
			unread++ // it exists: /proc hides it, or its descriptors
			continue
		}
		wanted[int32(i)] = true
	}
	if unread > 0 {
		l.notes = append(l.notes, forbidden(NoteAskedForbidden, unread))
	}
	var chosen []int
	shared := l.holders.byRow()
	for i := range l.socks {
		first := l.holders.first[i] - 1
		if wanted[first] || slices.ContainsFunc(shared[int32(i)], func(p int32) bool { return wanted[p] }) {
			chosen = append(chosen, i)
		}
	}
	l.holders = l.holders.keep(chosen)
	for i, old := range chosen {
		l.socks[i] = l.socks[old]
	}
	l.socks = l.socks[:len(chosen)]
}

// name reads who the holders of the sockets are, and sets the owners.
func (l *look) name(ctx context.Context) error {
	if l.walk == nil {
		return ctx.Err()
	}
	shared := l.holders.byRow()
	if err := l.readHolders(ctx, shared); err != nil {
		return err
	}
	for i := range l.socks {
		owner := &l.socks[i].Owner
		if procs := shared[int32(i)]; procs != nil {
			owner.setHolders(holdersOf(procs, l.named))
		} else if first := l.holders.first[i]; first != 0 {
			// Sockets of one process share the slice.
			owner.setHolders(l.named[first-1 : first : first])
		}
	}
	l.holders.descriptors(func(proc int32) int { return l.walk.procs[proc].pid }, func(row int, open []OpenFD) {
		if owner := &l.socks[row].Owner; owner.Kind == OwnerProcess {
			owner.Open = open
		}
	})
	return nil
}

// setHolders makes a process the owner, or nobody any more where the process
// ended before it could be named.
func (o *Owner) setHolders(hs []*Holder) {
	if len(hs) == 0 || hs[0] == nil {
		o.Kind = OwnerGone
		return
	}
	o.Kind, o.Holders = OwnerProcess, hs
}

// holdersOf returns the holders of procs that still exist, by pid.
func holdersOf(procs []int32, named []*Holder) []*Holder {
	hs := make([]*Holder, 0, len(procs))
	for _, p := range procs {
		if named[p] != nil {
			hs = append(hs, named[p])
		}
	}
	slices.SortFunc(hs, func(a, b *Holder) int { return cmp.Compare(a.PID, b.PID) })
	return hs
}

// readHolders reads who the processes are that hold a socket, save those that
// ended.
func (l *look) readHolders(ctx context.Context, shared map[int32][]int32) error {
	named := make([]*Holder, len(l.walk.procs))
	used := make([]bool, len(named))
	for _, p := range l.holders.first {
		if p != 0 {
			used[p-1] = true
		}
	}
	for _, procs := range shared {
		for _, p := range procs {
			used[p] = true
		}
	}
	var next atomic.Int32
	onEveryProcessor(len(named)/8, func() {
		r := newHolderReader(l.walk.dir)
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= len(named) {
				return
			}
			if used[i] {
				named[i] = r.read(l.walk.procs[i])
			}
		}
	})
	l.named = named
	return ctx.Err()
}
