package probe

import (
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// maxCompared is the most sockets that comparing pays for. Among three, a
// descriptor takes two comparisons, 1 µs; among more, three or more. Reading it
// takes 2 to 3 µs.
const maxCompared = 3

// comparison spares a walk that looks for a few sockets most of its reading.
// Once a holder of each was found, the descriptors of the other processes are
// only compared with those by kcmp(2), which tells whether two are the same
// open file, and touches neither names nor inodes.
//
// kcmp also tells an order among files, stable while the machine runs, so that
// one file is found among n by binary search.
type comparison struct {
	inodes []uint32 // looked for

	mu    sync.Mutex
	refs  []reference // one for each inode when complete, in kcmp's order
	ready atomic.Bool // refs is complete, and changes no more

	// One goroutine compares while the others read: kcmp takes locks of the
	// references' process, and two at once are no faster than one.
	busy     sync.Mutex
	compared atomic.Int32 // processes
}

// reference is a descriptor known to be a socket.
type reference struct {
	inode   uint32
	pid, fd int
}

// newComparison returns nil where comparing does not pay.
func newComparison(index *inodeIndex) *comparison {
	inodes := slices.Clone(index.inodes[:min(len(index.inodes), 1<<10)])
	slices.Sort(inodes)
	inodes = slices.Compact(inodes)
	if len(inodes) > 0 && inodes[0] == 0 {
		inodes = inodes[1:]
	}
	if len(inodes) == 0 || len(inodes) > maxCompared || len(index.inodes) > 1<<10 {
		return nil
	}
	return &comparison{inodes: inodes}
}

// note takes a socket that was read; the first of each inode is kept.
func (c *comparison) note(r reference) {
	if !slices.Contains(c.inodes, r.inode) || c.ready.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.ContainsFunc(c.refs, func(o reference) bool { return o.inode == r.inode }) {
		return
	}
	c.refs = append(c.refs, r)
	if len(c.refs) == len(c.inodes) {
		slices.SortFunc(c.refs, func(a, b reference) int {
			order, _ := kcmpFiles(a, b.pid, b.fd)
			return order
		})
		c.ready.Store(true)
	}
}

// try reports whether the descriptors of a process are to be compared; then
// done must be called after.
func (c *comparison) try() bool { return c != nil && c.ready.Load() && c.busy.TryLock() }

func (c *comparison) done() { c.busy.Unlock() }

// find returns which of the sockets looked for a descriptor is, 0 for none.
func (c *comparison) find(pid, fd int) (uint32, unix.Errno) {
	low, high := 0, len(c.refs)
	for low < high {
		mid := (low + high) / 2
		order, errno := kcmpFiles(c.refs[mid], pid, fd)
		switch {
		case errno != 0:
			return 0, errno
		case order == 0:
			return c.refs[mid].inode, 0
		case order < 0:
			low = mid + 1
		default:
			high = mid
		}
	}
	return 0, 0
}

// holds reports whether the references are still what they were. One that was
// closed meanwhile, or is another file, was compared with in vain.
func (c *comparison) holds(w *walk) bool {
	r := newFDReader(&w.stopped)
	for _, ref := range c.refs {
		dir, err := w.openFDs(ref.pid)
		if err != nil {
			return false
		}
		inode, errno := r.readLink(dir, ref.fd)
		unix.Close(dir)
		if errno != 0 || inode != ref.inode {
			return false
		}
	}
	return true
}

// kcmpFiles compares r with descriptor fd of process pid: 0 for the same open
// file, else their order.
func kcmpFiles(r reference, pid, fd int) (order int, errno unix.Errno) {
	const kcmpFile = 0 // KCMP_FILE (linux/kcmp.h)
	v, _, errno := unix.RawSyscall6(unix.SYS_KCMP, uintptr(r.pid), uintptr(pid), kcmpFile, uintptr(r.fd), uintptr(fd), 0)
	switch {
	case errno != 0:
		return 0, errno
	case v == 1:
		return -1, 0
	case v == 2:
		return 1, 0
	case v != 0:
		return 0, unix.EINVAL // not equal, in no order
	}
	return 0, 0
}
