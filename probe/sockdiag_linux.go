package probe

import (
	"context"
	"runtime"
	"sync"
)

func init() { newSockDiag = func() source { return sockDiag{dial: dialSockDiag} } }

// sockDiag lists sockets through sock_diag(7) and finds their owners in
// /proc/PID/fd. The walk begins when the dump is over, although one processor
// is idle meanwhile: a socket that the walk does not meet is then one that no
// readable process had open, not one that came too late, and the second look
// of settle is nearly never a second walk.
type sockDiag struct{ dial dialer }

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
	return &Snapshot{Source: SockDiag, Sockets: l.socks, Notes: l.notes}, nil
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
	walk    *walk     // nil where owners were not or could not be looked for
	holders *holders  // of each of socks; nil without walk
	named   []*Holder // by process of the walk, after name; nil for most
}

// look dumps, then walks if some socket can have a process.
func (s sockDiag) look(ctx context.Context, f *Filter) (*look, error) {
	socks, notes, err := dumpSockets(ctx, s.dial, f)
	if err != nil {
		return nil, err
	}
	l := &look{socks: choose(socks, f), notes: notes}
	sortSockets(l.socks)
	index := newInodeIndex(l.socks)
	if !index.used {
		return l, nil
	}
	w, err := newWalk(index)
	if err != nil {
		l.notes = append(l.notes, Note{Kind: NoteNoOwners, Err: err})
		return l, nil
	}
	if err := w.run(ctx); err != nil {
		w.close()
		return nil, err
	}
	if w.err != nil {
		l.notes = append(l.notes, Note{Kind: NoteNoOwners, Err: w.err})
	}
	l.walk, l.holders = w, newHolders(len(l.socks))
	for _, h := range w.held {
		l.holders.add(h.row, h.proc)
	}
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
	for range min(runtime.GOMAXPROCS(0), maxWorkers, n) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}
