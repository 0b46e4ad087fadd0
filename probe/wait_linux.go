package probe

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func init() { listWaits = linuxWaits }

// waitReader reads what the threads of one process wait for.
type waitReader struct {
	pid   int
	dir   string // /proc/PID
	calls func(nr int) string
	tids  []int
	rows  []Socket
}

// linuxWaits reads the threads of pid. One that ends meanwhile is left out.
func linuxWaits(ctx context.Context, pid int, rows []Socket) []Wait {
	r := waitReader{pid: pid, dir: procPath(pid, ""), rows: rows}
	r.calls = callsOf(header(r.dir + "exe"))
	tasks := readTasks(ctx, pid)
	for _, t := range tasks {
		r.tids = append(r.tids, t.TID)
	}
	waits := make([]Wait, 0, len(tasks))
	for _, t := range tasks {
		if ctx.Err() != nil {
			break
		}
		if w, ok := r.wait(t); ok {
			waits = append(waits, w)
		}
	}
	return waits
}

// header returns the first bytes of a file, none where it may not be read.
func header(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, 20)
	n, _ := io.ReadFull(f, b)
	return b[:n]
}

// wait returns what a thread waits for; false when it ended meanwhile.
func (r *waitReader) wait(t Thread) (Wait, bool) {
	w := Wait{TID: t.TID, Name: t.Name, State: t.State}
	if t.State == "Z" || t.State == "X" {
		w.For = WaitEnded
		return w, true
	}
	task := r.dir + "task/" + strconv.Itoa(t.TID)
	row, err := os.ReadFile(task + "/syscall")
	if gone(err) {
		return w, false
	}
	if c, err2 := parseInCall(row); err == nil && err2 == nil {
		told := c.tell(r.calls, r.memory(t.TID), r.tids)
		w.For, w.Call, w.Joins = told.what, told.call, told.tid
		w.Timed, w.Within = told.timed, told.left()
		for _, fd := range r.expand(task, told) {
			w.On = append(w.On, r.descriptor(task, fd))
		}
		if len(w.On) == 1 && w.On[0].Kind == DescriptorSocket {
			w.For = onSocket(w.For)
		}
	}
	if w.For == WaitUnknown {
		r.byKernel(&w, t)
	}
	return w, true
}

// left is how long the wait lasts from now, 0 where that is not told.
func (t told) left() time.Duration {
	var now unix.Timespec
	if t.until == 0 || unix.ClockGettime(t.clock, &now) != nil {
		return t.within
	}
	return max(t.until-time.Duration(now.Nano()), 0)
}

// memory reads the memory of a thread's program.
func (r *waitReader) memory(tid int) readMemory {
	return func(addr uint64, n int) []byte {
		if n == 0 {
			return nil
		}
		b := make([]byte, n)
		here := unix.Iovec{Base: &b[0]}
		here.SetLen(n)
		n, err := unix.ProcessVMReadv(tid, []unix.Iovec{here}, []unix.RemoteIovec{{Base: uintptr(addr), Len: n}}, 0)
		if err != nil {
			return nil
		}
		return b[:n]
	}
}

// expand returns the descriptors that a call waits on: of epoll(7), those that
// its own lists.
func (r *waitReader) expand(task string, t told) []int {
	if !strings.HasPrefix(t.call, "epoll") || len(t.fds) != 1 {
		return t.fds
	}
	info, err := os.ReadFile(task + "/fdinfo/" + strconv.Itoa(t.fds[0]))
	if err != nil {
		return nil
	}
	return parseEpollInfo(info)
}

// parseEpollInfo reads the descriptors in /proc/PID/fdinfo/N of an epoll
// instance: "tfd: 5 events: …" (proc_pid_fdinfo(5)).
func parseEpollInfo(info []byte) (fds []int) {
	for line := range bytes.Lines(info) {
		if f := bytes.Fields(line); len(f) > 1 && string(f[0]) == "tfd:" {
			if fd, err := strconv.Atoi(string(f[1])); err == nil {
				fds = append(fds, fd)
			}
		}
	}
	slices.Sort(fds)
	return fds
}

// descriptor says what a descriptor of a thread leads to.
func (r *waitReader) descriptor(task string, fd int) Descriptor {
	d := Descriptor{FD: fd}
	path := task + "/fd/" + strconv.Itoa(fd)
	link, err := os.Readlink(path)
	if err != nil {
		return d
	}
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return d
	}
	switch dev := uint32(st.Rdev); st.Mode & unix.S_IFMT {
	case unix.S_IFSOCK:
		d.Kind = DescriptorSocket
		d.Socket = r.row(socketInode([]byte(link)))
		var name [32]byte
		if n, err := unix.Getxattr(path, "system.sockprotoname", name[:]); err == nil {
			d.Name = string(bytes.TrimRight(name[:n], "\x00"))
		}
	case unix.S_IFIFO:
		d.Kind = DescriptorPipe
	case unix.S_IFCHR:
		d.Kind, d.Name = DescriptorFile, link
		if isTerminal(dev) {
			d.Kind, d.Name = DescriptorTerminal, terminalName(dev)
		}
	case unix.S_IFREG, unix.S_IFDIR, unix.S_IFBLK:
		d.Kind, d.Name = DescriptorFile, link
	default:
		d.Kind, d.Name = DescriptorOther, link
	}
	return d
}

// row returns the row of a socket, nil where it is not among those given.
func (r *waitReader) row(inode uint32) *Socket {
	if inode == 0 {
		return nil
	}
	i := slices.IndexFunc(r.rows, func(s Socket) bool { return s.Inode.Value == inode })
	if i < 0 {
		return nil
	}
	return &r.rows[i]
}

// byKernel says what the kernel's function tells, and on which socket where
// the process has only one that it can be.
func (r *waitReader) byKernel(w *Wait, t Thread) {
	w.Kernel = t.Wait.Value
	if w.For = kernelWait(w.Kernel); w.For == WaitUnknown && w.State == "R" {
		w.For = WaitNothing
	}
	if w.For != WaitAccept {
		return
	}
	var only *Socket
	for i := range r.rows {
		switch s := &r.rows[i]; {
		case s.State != Listen || !s.HeldBy(r.pid):
		case only != nil && only.Inode != s.Inode:
			return
		default:
			only = s
		}
	}
	if only != nil {
		w.On = []Descriptor{{FD: -1, Kind: DescriptorSocket, Socket: only}}
	}
}
