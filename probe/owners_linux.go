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
	pid   int
	fds   int // open descriptors, when read
	sight sight
}

// openSocket is a socket in the descriptors of a process.
type openSocket struct {
	inode uint32
	proc  int32 // index in walk.procs
	fd    int32 // -1 where it was not noted
}

// walk reads /proc/PID/fd of every process: which inode is open where. Any
// number of goroutines may work on it; each takes the next process until none
// is left.
type walk struct {
	list  func() error // opens /proc and lists the processes, the first time
	dir   int          // /proc, -1 before
	sized bool
	procs []walked // newest first: sockets are mostly asked about soon after they were opened

	next    atomic.Int32 // process to take
	stopped atomic.Bool
	workers sync.WaitGroup

	compare atomic.Pointer[comparison] // nil: read everything

	mu   sync.Mutex
	open []openSocket
	err  error // the first failure that is neither a refusal nor a process's end
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
	return nil
}

// start begins the walk on all processors but one, the caller's.
func (w *walk) start() {
	for range processors(maxWorkers) - 1 {
		w.workers.Go(w.work)
	}
}

// expect tells which inodes will be asked for, as soon as that is known.
func (w *walk) expect(index *inodeIndex) {
	if w.list() == nil && w.sized {
		w.compare.Store(newComparison(index))
	}
}

// begun returns how many processes were taken so far, the first ones.
func (w *walk) begun() int { return int(w.next.Load()) }

// finish joins in and waits for the end of the walk, or of the context. Its
// error is the context's or that of list.
func (w *walk) finish(ctx context.Context) error {
	defer context.AfterFunc(ctx, w.stop)()
	w.work()
	w.workers.Wait()
	if c := w.compare.Load(); c != nil && c.compared.Load() > 0 && !c.holds(w.dir) {
		w.compare.Store(nil)
		w.open = nil
		w.next.Store(0)
		w.start()
		w.work()
		w.workers.Wait()
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
		index.each(o.inode, func(row int32) { h.add(row, o.proc) })
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
	r := fdReader{stopped: &w.stopped}
	open := make([]openSocket, 0, 1024)
	noted := 0
	path := make([]byte, 0, 32)
	var failure error
	for !w.stopped.Load() {
		i := w.next.Add(1) - 1
		if int(i) >= len(w.procs) {
			break
		}
		c := w.compare.Load()
		if c != nil {
			for ; noted < len(open); noted++ {
				c.note(reference{open[noted].inode, w.procs[open[noted].proc].pid, int(open[noted].fd)})
			}
		}
		p := &w.procs[i]
		path = append(append(strconv.AppendInt(path[:0], int64(p.pid), 10), "/fd"...), 0)
		var err error
		open, err = w.readProcess(&r, c, path, i, open)
		if p.sight = sightOf(err); p.sight == sightNone && failure == nil {
			failure = err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = append(w.open, open...)
	if w.err == nil {
		w.err = failure
	}
}

// readProcess appends to open the sockets of process i, whose descriptors are
// under path, "PID/fd" and a NUL: all of them, or those that c looks for.
// Threads of the kernel, of which a machine has hundreds, are not even opened.
func (w *walk) readProcess(r *fdReader, c *comparison, path []byte, i int32, open []openSocket) ([]openSocket, error) {
	p, want := &w.procs[i], -1
	if w.sized {
		var err error
		if want, err = countFDs(w.dir, path); want == 0 {
			return open, err
		}
	}
	if c != nil && c.try(p.pid, want, func(inode uint32) { open = append(open, openSocket{inode, i, -1}) }) {
		p.fds = want
		return open, nil
	}
	dir, err := openat(w.dir, path, unix.O_DIRECTORY)
	if err != nil {
		return open, err
	}
	defer unix.Close(dir)
	r.inodes, r.fds = r.inodes[:0], r.fds[:0]
	p.fds, err = r.read(dir, want)
	for k, inode := range r.inodes {
		open = append(open, openSocket{inode, i, r.fds[k]})
	}
	return open, err
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
