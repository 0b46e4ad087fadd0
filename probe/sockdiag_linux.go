package probe

import (
	"cmp"
	"context"
	"net/netip"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

func init() { newSockDiag = func() source { return sockDiag{dial: dialSockDiag} } }

// sockDiag lists sockets through sock_diag(7) and finds their owners in
// /proc/PID/fd.
//
// The walk through /proc begins with the dump, on the other processors: of
// 10 000 sockets, the dump takes 10 ms of one processor, the walk 25 ms. What
// was read before the dump was over is read again if need be, see settle.
type sockDiag struct {
	dial   dialer
	memory *walkMemory // nil: each process is read anew
	few    bool        // no more sockets are expected than [InfoLimit]
}

func (s sockDiag) sockets(ctx context.Context, f *Filter) (*Snapshot, error) {
	for _, pid := range f.PIDs {
		if ok, err := pidExists(ctx, pid); err == nil && !ok {
			return nil, &NoSuchProcessError{PID: pid}
		}
	}
	l, err := s.look(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := s.own(ctx, f, l); err != nil {
		return nil, err
	}
	if s.few && len(l.socks) > InfoLimit {
		for i := range l.socks {
			l.socks[i].Info = nil
		}
	}
	if f.Info && !s.few && len(l.socks) > 0 && len(l.socks) <= InfoLimit {
		if err := s.count(ctx, f, l.socks); err != nil {
			return nil, err
		}
	}
	return &Snapshot{Source: SockDiag, Sockets: l.socks, Notes: l.notes, ShowsBound: l.showsBound, networks: l.networks}, nil
}

// countOneByOne is how many sockets are asked for one by one at most: the kernel
// takes a few µs for each, and milliseconds to go through its tables.
const countOneByOne = 256

// count asks once more for the same sockets, now with their Info. One that is
// gone by then has none.
func (s sockDiag) count(ctx context.Context, f *Filter, socks []Socket) error {
	if len(socks) <= countOneByOne {
		if err := s.countEach(ctx, socks); err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
	}
	counting := *f
	counting.States = 0
	for i := range socks { // the kernel goes through no table that has none
		if hasCounters(&socks[i]) {
			counting.States |= NewStateSet(socks[i].State)
		}
	}
	if counting.States == 0 {
		return nil
	}
	again, _, err := dumpSeen(ctx, s.dial, &counting, func(*diagDump) {})
	if err != nil {
		return err
	}
	type ends struct{ local, remote netip.AddrPort }
	counted := make(map[ends]*Info, len(again))
	for i := range again {
		counted[ends{again[i].Local, again[i].Remote}] = again[i].Info
	}
	for i := range socks {
		socks[i].Info = counted[ends{socks[i].Local, socks[i].Remote}]
	}
	return nil
}

// hasCounters reports whether the kernel has a tcp_info of a socket.
func hasCounters(s *Socket) bool {
	return s.Remote.IsValid() && s.State != TimeWait && s.State != SynReceived
}

// countEach asks for each socket by its ends. An error says that this kernel
// cannot be asked so.
func (s sockDiag) countEach(ctx context.Context, socks []Socket) error {
	conn, err := s.dial()
	if err != nil {
		return err
	}
	defer conn.close()
	defer context.AfterFunc(ctx, conn.interrupt)()
	buf := make([]byte, dumpBuffer)
	for i := range socks {
		if !hasCounters(&socks[i]) {
			continue
		}
		request := requestOne(&socks[i])
		d := &diagDump{kind: request.kind, rows: diagRows{infos: map[int]*Info{}}}
		if d.seq, err = conn.send(request); err != nil {
			return err
		}
		n, err := conn.receive(buf)
		if err == nil {
			err = d.add(buf[:n])
		}
		if err == unix.ENOENT {
			continue
		}
		var row diagRow
		if err != nil || d.rows.len() != 1 || d.rows.parse(0, &row) != nil {
			return cmp.Or(err, errBadDatagram)
		}
		// Where the connection is gone, the kernel tells who listens there.
		if bare(row.Local) == bare(socks[i].Local) && bare(row.Remote) == bare(socks[i].Remote) {
			socks[i].Info = row.Info
		}
	}
	return nil
}

// bare is an address without the interface that it means something on.
func bare(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().WithZone(""), a.Port())
}

// own finds the owners of what was looked at.
func (s sockDiag) own(ctx context.Context, f *Filter, l *look) error {
	if l.walk != nil {
		defer func() {
			l.walk.close()
			l.countOwnFDs() // without those of the walk
		}()
	}
	if len(f.PIDs) > 0 {
		if err := l.walkThreads(ctx, l.rows(), f.PIDs); err != nil {
			return err
		}
		l.keepHeldBy(f.PIDs)
	} else if err := s.settle(ctx, l); err != nil {
		return err
	}
	return l.name(ctx)
}

// look is the sockets of one dump and what one walk tells of their owners.
type look struct {
	socks   []Socket
	notes   []Note
	walk    *walk    // nil where owners were not or could not be looked for
	holders *holders // of each of socks; nil without walk
	named   []*Holder

	showsBound bool
	networks   *networks

	// early processes of the walk, the first ones, may have been read before
	// the dump was over; earlyListen before it had told the listeners, which
	// come first.
	early, earlyListen int
}

// look dumps and walks. The walk ends with the dump if no socket of it can have
// a process.
func (s sockDiag) look(ctx context.Context, f *Filter) (*look, error) {
	w, l := newWalk(), &look{}
	w.memory = s.memory
	w.around = f.Foresee
	defer func() { l.networks = w.networks }()
	w.start()
	rows := *f
	rows.Info = f.Info && s.few
	var own beacon
	if f.Foresee {
		defer own.light()()
		if len(f.Ports) > 0 {
			rows.Ports = append(slices.Clone(f.Ports), own.port)
		}
	}
	socks, notes, err := dumpSeen(ctx, s.dial, &rows, func(d *diagDump) {
		l.early = w.begun()
		if d.brought(Listen) {
			l.earlyListen = l.early
		}
	})
	if f.Foresee {
		l.showsBound, socks = own.seen(socks)
	}
	l.notes, l.socks = notes, choose(socks, f)
	sortSockets(l.socks)
	index := newInodeIndex(l.socks)
	if err != nil || !index.used {
		w.close()
		return l, err
	}
	if err := w.finish(ctx); err != nil {
		w.close()
		l.notes = append(l.notes, Note{Kind: NoteNoOwners, Err: err})
		return l, ctx.Err()
	}
	if w.err != nil {
		l.notes = append(l.notes, Note{Kind: NoteNoOwners, Err: w.err})
	}
	if w.memory != nil { // of before: each was
		l.early, l.earlyListen = len(w.procs), len(w.procs)
	}
	l.walk, l.holders = w, w.match(index)
	return l, nil
}

// choose keeps the sockets that the states and ports of f choose. The kernel
// was asked for no others, but bound sockets ignore the ports, and a filter of
// many ports is not given to it.
func choose(socks []Socket, f *Filter) []Socket {
	byRow := Filter{Ports: f.Ports, States: f.States}
	kept := socks[:0]
	for i := range socks {
		if byRow.Match(&socks[i]) {
			kept = append(kept, socks[i])
		}
	}
	return kept
}

// maxWorkers bounds the goroutines of one piece of work. The kernel's locks
// make more of them useless.
const maxWorkers = 8

// onEveryProcessor runs work, which shares out its n pieces itself, once on
// each processor that is worth it, and waits.
func onEveryProcessor(n int, work func()) {
	var wg sync.WaitGroup
	for range processors(n) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// processors is how many goroutines n pieces of work are worth.
func processors(n int) int { return min(runtime.GOMAXPROCS(0), maxWorkers, n) }
