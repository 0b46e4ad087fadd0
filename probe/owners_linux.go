package probe

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sight is what the walk could see of a process.
type sight uint8

const (
	sightNone      sight = iota // not looked at
	sightRead                   // its descriptors were read
	sightForbidden              // EACCES or EPERM
	sightVanished               // it ended meanwhile
)

// walked is a process of [walk].
type walked struct {
	pid     int
	fds     int // open descriptors, when read
	sight   sight
	sockets []fdSocket // for [walkMemory] alone
}

// openSocket is a socket in the descriptors of a process.
type openSocket struct {
	inode uint32
	proc  int32 // index in walk.procs
	fd    int32
}

// walk reads /proc/PID/fd of every process: which inode is open where. Any
// number of goroutines may work on it; each takes the next process until none
// is left.
type walk struct {
	around bool         // networks are asked for
	memory *walkMemory  // nil: none
	anew   bool         // memory is written, and not believed
	list   func() error // opens /proc and lists the processes, the first time
	dir    int          // /proc, -1 before
	sized  bool         // see sizedFDs
	procs  []walked     // newest first: sockets are mostly asked about soon after they were opened

	// networks are read with the list, on the walk's processor: the kernel takes
	// longer to tell the sockets.
	networks *networks

	next    atomic.Int32 // process to take
	stopped atomic.Bool
	workers sync.WaitGroup

	mu     sync.Mutex
	shares []*jointRead
	open   []openSocket
	err    error // the first failure that is neither a refusal nor a process's end
}

// newWalk returns a walk that has not begun.
func newWalk() *walk {
	w := &walk{dir: -1}
	w.list = sync.OnceValue(w.listProcesses)
	return w
}

// listProcesses is what list does. An error says that owners cannot be looked
// for at all.
func (w *walk) listProcesses() (err error) {
	w.dir, err = unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: "/proc", Err: err}
	}
	w.procs = make([]walked, 0, 256)
	err = eachNumber(w.dir, make([]byte, 16<<10), func(pid int) {
		w.procs = append(w.procs, walked{pid: pid})
	})
	if err != nil {
		return &os.PathError{Op: "read", Path: "/proc", Err: err}
	}
	slices.Reverse(w.procs)
	w.sized = sizedFDs(w.dir)
	if w.around {
		all := networksOf(w.dir, func(yield func(int) bool) {
			for i := range w.procs {
				yield(w.procs[i].pid)
			}
		})
		w.networks = &all
	}
	return nil
}

// start begins the walk on all processors but one, the caller's.
func (w *walk) start() {
	for range processors(maxWorkers) - 1 {
		w.workers.Go(w.work)
	}
}

// begun returns how many processes were taken so far, the first ones.
func (w *walk) begun() int { return int(w.next.Load()) }

// finish joins in and waits for the end of the walk, or of the context. Its
// error is the context's or that of list.
func (w *walk) finish(ctx context.Context) error {
	defer context.AfterFunc(ctx, w.stop)()
	defer w.remember()
	w.work()
	w.workers.Wait()
	for _, s := range w.shares {
		w.procs[s.proc].fds = int(s.fds.Load())
	}
	return cmp.Or(ctx.Err(), w.list())
}

// stop ends the walk before its time: the goroutines in work return.
func (w *walk) stop() { w.stopped.Store(true) }

// close ends the walk if it still goes on, and frees what it holds.
func (w *walk) close() {
	w.stop()
	w.workers.Wait()
	if w.dir >= 0 {
		unix.Close(w.dir)
	}
}

// match says which process has which row of the index open, once the walk is
// over.
func (w *walk) match(index *inodeIndex) *holders {
	h := newHolders(len(index.inodes))
	for _, o := range w.open {
		index.each(o.inode, func(row int32) { h.add(row, o.proc, o.fd) })
	}
	return h
}

// sizedFDs reports whether the size of a directory /proc/PID/fd is the number
// of descriptors, as in Linux since 6.2. Before, it is 0, and our own table is
// never empty.
func sizedFDs(proc int) bool {
	n, err := countFDs(proc, []byte("self/fd\x00"))
	return err == nil && n > 0
}

// countFDs returns the size of the directory path, which ends with a NUL. It
// does not allocate, and anybody may ask it of any process.
func countFDs(proc int, path []byte) (int, error) {
	var st unix.Statx_t
	_, _, errno := unix.RawSyscall6(unix.SYS_STATX, uintptr(proc), uintptr(unsafe.Pointer(&path[0])),
		0, unix.STATX_SIZE, uintptr(unsafe.Pointer(&st)), 0)
	if errno != 0 {
		return 0, errno
	}
	return int(st.Size), nil
}

// work takes processes until none is left or the walk is stopped.
func (w *walk) work() {
	if w.stopped.Load() || w.list() != nil {
		return
	}
	r := newFDReader(&w.stopped)
	var open []openSocket
	var failure error
	take := func(proc int32, found []fdSocket) {
		open = slices.Grow(open, len(found))
		for _, s := range found {
			open = append(open, openSocket{s.inode, proc, s.fd})
		}
	}
	for !w.stopped.Load() {
		i := w.next.Add(1) - 1
		if int(i) >= len(w.procs) {
			failure = cmp.Or(failure, w.help(r, take))
			break
		}
		p := &w.procs[i]
		err := w.readProcess(r, i)
		if p.sight = sightOf(err); p.sight == sightNone && failure == nil {
			failure = err
		}
		if w.memory != nil && p.sockets == nil {
			p.sockets = append(p.sockets, r.found...)
		}
		take(i, r.found)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = append(w.open, open...)
	if w.err == nil {
		w.err = failure
	}
}

// readProcess puts in r.found the sockets of a process: all of them, but for
// those that [walk.help] reads. Threads of the kernel, of which a machine has hundreds, are not
// even opened.
func (w *walk) readProcess(r *fdReader, i int32) error {
	p := &w.procs[i]
	r.found = r.found[:0]
	size := 0
	if w.sized {
		n, err := countFDs(w.dir, fdPath(&r.path, p.pid))
		if err != nil || n == 0 {
			return err
		}
		if w.recalls(p, n) {
			r.found = append(r.found, p.sockets...)
			return nil
		}
		size = n
	}
	dir, err := openat(w.dir, fdPath(&r.path, p.pid), unix.O_DIRECTORY)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	if s := w.shared(i, size); s != nil {
		r.found = r.found[:0]
		return r.readShare(dir, s)
	}
	p.fds, err = r.read(dir)
	return err
}

// openFDs opens the directory /proc/PID/fd.
func (w *walk) openFDs(pid int) (int, error) {
	return openat(w.dir, fdPath(new([32]byte), pid), unix.O_DIRECTORY)
}

// fdPath writes "PID/fd" and a NUL.
func fdPath(buf *[32]byte, pid int) []byte {
	return append(strconv.AppendInt(buf[:0], int64(pid), 10), "/fd\x00"...)
}

// sightOf classes the error of reading a process's descriptors; sightNone
// stands for an error of ours (no descriptor left, for example).
func sightOf(err error) sight {
	switch err {
	case nil:
		return sightRead
	case unix.EACCES, unix.EPERM:
		return sightForbidden
	case unix.ENOENT, unix.ESRCH:
		return sightVanished
	}
	return sightNone
}

// forbidden counts the processes that may not be read, the kernel's own
// threads and the dead aside: they hold nothing. It reports hides where /proc
// does not even list all processes (hidepid=2, see proc(5)): pid 1 always
// lives.
func (w *walk) forbidden() (n int, hides bool) {
	r := newHolderReader(w.dir)
	hides = true
	for _, p := range w.procs {
		if p.pid == 1 {
			hides = false
		}
		if p.sight == sightForbidden && r.mayHold(p.pid) {
			n++
		}
	}
	return n, hides
}
