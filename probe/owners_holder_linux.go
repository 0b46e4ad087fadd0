package probe

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxCommand bounds what is kept of a command line, in bytes. The kernel allows
// 2 MiB and more, of which no screen shows the end.
const maxCommand = 32 << 10

// holderReader reads who processes are. One goroutine uses it.
type holderReader struct {
	dir  int // /proc
	path []byte
	buf  []byte
}

func newHolderReader(proc int) *holderReader {
	return &holderReader{dir: proc, path: make([]byte, 0, 32), buf: make([]byte, 4<<10)}
}

// read returns the holder of process p: name and threads from /proc/PID/stat,
// command line from /proc/PID/cmdline. It returns nil when the process has
// ended.
func (r *holderReader) read(p walked) *Holder {
	h := &Holder{PID: p.pid, FDs: Known(p.fds)}
	stat, err := r.file(p.pid, "/stat")
	if gone(err) {
		return nil
	}
	if st, err := parseProcStat(stat); err == nil {
		h.Name, h.Threads = st.Name, Known(st.Threads)
	}
	if cmdline, err := r.file(p.pid, "/cmdline"); err == nil {
		h.Command = commandLine(cmdline)
	}
	return h
}

// mayHold reports whether a process can have open descriptors, as far as its
// /proc/PID/stat tells, which everyone may read but under hidepid.
func (r *holderReader) mayHold(pid int) bool {
	row, err := r.file(pid, "/stat")
	if err != nil {
		return !gone(err)
	}
	st, err := parseProcStat(row)
	life := lifeOf(st)
	return err != nil || st.Flags&pfKthread == 0 && life != Zombie
}

// file reads /proc/PID/name into the reader's buffer, which the next call
// overwrites, up to [maxCommand].
func (r *holderReader) file(pid int, name string) ([]byte, error) {
	r.path = append(append(strconv.AppendInt(r.path[:0], int64(pid), 10), name...), 0)
	fd, err := openat(r.dir, r.path, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	for n := 0; ; {
		m, err := unix.Read(fd, r.buf[n:])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return nil, err
		}
		if n += m; m == 0 || n >= maxCommand {
			return r.buf[:n], nil
		}
		if n == len(r.buf) {
			r.buf = append(r.buf, make([]byte, len(r.buf))...)
		}
	}
}

// commandLine turns /proc/PID/cmdline, arguments that end with a NUL each,
// into one line. Whatever follows the last argument in the area that a process
// may overwrite (setproctitle) is NULs too.
func commandLine(b []byte) string {
	return strings.ReplaceAll(string(bytes.TrimRight(b, "\x00")), "\x00", " ")
}

// openat opens path, which ends with a NUL, for reading. Unlike unix.Openat it
// does not allocate.
func openat(dir int, path []byte, flags int) (int, error) {
	for {
		fd, _, errno := unix.Syscall6(unix.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(&path[0])),
			uintptr(flags|unix.O_RDONLY|unix.O_CLOEXEC), 0, 0, 0)
		switch errno {
		case 0:
			return int(fd), nil
		case unix.EINTR:
		default:
			return -1, errno
		}
	}
}

// countOwnFDs sets the number of our own descriptors, once the walk has closed
// those that it had open itself.
func (l *look) countOwnFDs() {
	for _, h := range l.named {
		if h != nil && h.PID == os.Getpid() {
			h.FDs = ownFDs(l.walk.sized)
		}
	}
}

// ownFDs counts our open descriptors, by the size of the directory where that
// is their number. Listing it, the directory is one of them.
func ownFDs(sized bool) Maybe[int] {
	const path = "/proc/self/fd"
	if sized {
		var st unix.Stat_t
		err := unix.Stat(path, &st)
		return knownIf(int(st.Size), err)
	}
	dir, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return Maybe[int]{}
	}
	defer unix.Close(dir)
	n := -1
	err = eachNumber(dir, make([]byte, 4<<10), func(int) { n++ })
	return knownIf(n, err)
}
