package probe

import (
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// sharePart is how many descriptors are read at a time of a process that several
// goroutines read: a millisecond's worth.
const sharePart = 512

// jointRead is the reading of a process with so many descriptors that goroutines which find no
// process left to read help with it.
type jointRead struct {
	proc int32        // index in walk.procs
	next atomic.Int32 // the first descriptor that nobody took
	fds  atomic.Int32 // counted so far
	over atomic.Bool  // there are none from next on
}

// shared returns the reading of a process with n descriptors, nil where that would
// not pay.
func (w *walk) shared(proc int32, n int) *jointRead {
	if n < 2*sharePart || w.memory != nil {
		return nil
	}
	s := &jointRead{proc: proc}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shares = append(w.shares, s)
	return s
}

// readShare adds to r.found the sockets of the parts of s that nobody else takes.
// Directories are each goroutine's own: they have a position.
func (r *fdReader) readShare(dir int, s *jointRead) error {
	defer s.over.Store(true)
	for {
		from := s.next.Add(sharePart) - sharePart
		if s.over.Load() {
			return nil
		}
		fds, next, err := r.part(dir, int(from), int(from)+sharePart)
		s.fds.Add(int32(fds))
		if next < 0 || err != nil {
			return err
		}
		for taken := s.next.Load(); int(taken) < next && !s.next.CompareAndSwap(taken, int32(next)); taken = s.next.Load() {
		}
	}
}

// help reads, of the processes that others read, what they did not come to yet.
// It returns the first error that is not a process's.
func (w *walk) help(r *fdReader, take func(proc int32, found []fdSocket)) (failure error) {
	w.mu.Lock()
	shares := w.shares
	w.mu.Unlock()
	for _, s := range shares {
		if s.over.Load() {
			continue
		}
		dir, err := w.openFDs(w.procs[s.proc].pid)
		if err != nil { // left to who has it open
			continue
		}
		r.found = r.found[:0]
		err = r.readShare(dir, s)
		unix.Close(dir)
		take(s.proc, r.found)
		if sightOf(err) == sightNone && failure == nil {
			failure = err
		}
	}
	return failure
}
