package probe

import (
	"context"
	"strconv"

	"golang.org/x/sys/unix"
)

// walkThreads looks for the holders of the lost rows in the threads that have a
// descriptor table of their own: after unshare(CLONE_FILES), or once the first
// thread of the process ended. /proc/PID/fd shows the first thread's table
// alone. pids are the processes to look into.
//
// It costs a microsecond for each thread of the machine, and is for rows that
// nothing else explains.
func (l *look) walkThreads(ctx context.Context, lost, pids []int) error {
	if len(lost) == 0 {
		return nil
	}
	var tables []table
	buf := make([]byte, 4<<10)
	for _, pid := range pids {
		if err := ctx.Err(); err != nil {
			return err
		}
		tables = l.walk.ownTables(pid, tables, buf)
	}
	if len(tables) == 0 {
		return nil
	}
	socks := make([]Socket, len(lost))
	for i, row := range lost {
		socks[i] = l.socks[row]
	}
	index := newInodeIndex(socks)
	r := newFDReader(&l.walk.stopped)
	for _, t := range tables {
		l.readTable(r, t, index, lost)
	}
	return ctx.Err()
}

// table is the descriptor table of a thread.
type table struct{ pid, tid int }

// readTable notes which of the lost rows a table holds. One that may not be
// read, or whose thread ended, holds none that could be told.
func (l *look) readTable(r *fdReader, t table, index *inodeIndex, lost []int) {
	path := strconv.Itoa(t.pid) + "/task/" + strconv.Itoa(t.tid) + "/fd\x00"
	dir, err := openat(l.walk.dir, []byte(path), unix.O_DIRECTORY)
	if err != nil {
		return
	}
	defer unix.Close(dir)
	fds, err := r.read(dir)
	if err != nil {
		return
	}
	proc := int32(-1)
	for _, s := range r.found {
		index.each(s.inode, func(i int32) {
			proc = l.walk.adopt(walked{pid: t.pid, sight: sightRead})
			l.holders.add(int32(lost[i]), proc, s.fd)
		})
	}
	if proc >= 0 {
		l.walk.procs[proc].fds += fds
	}
}

// ownTables appends the tables of the threads of pid, the first aside, that do
// not share its own; of several that share another, each.
func (w *walk) ownTables(pid int, tables []table, buf []byte) []table {
	const kcmpFiles = 2 // KCMP_FILES (linux/kcmp.h): the whole table
	task := strconv.Itoa(pid) + "/task"
	var st unix.Stat_t
	// A directory has a link from each directory in it, and two of its own.
	if unix.Fstatat(w.dir, task, &st, 0) != nil || st.Nlink <= 3 {
		return tables
	}
	dir, err := openat(w.dir, []byte(task+"\x00"), unix.O_DIRECTORY)
	if err != nil {
		return tables
	}
	defer unix.Close(dir)
	_ = eachNumber(dir, buf, func(tid int) {
		if tid == pid {
			return
		}
		order, _, errno := unix.RawSyscall6(unix.SYS_KCMP, uintptr(pid), uintptr(tid), kcmpFiles, 0, 0, 0)
		if errno != 0 || order != 0 {
			tables = append(tables, table{pid, tid})
		}
	})
	return tables
}

// allPIDs returns the processes that a walk listed.
func (w *walk) allPIDs() []int {
	pids := make([]int, len(w.procs))
	for i, p := range w.procs {
		pids[i] = p.pid
	}
	return pids
}

// rows returns the number of each row, none without a walk.
func (l *look) rows() []int {
	if l.walk == nil {
		return nil
	}
	all := make([]int, len(l.socks))
	for i := range all {
		all[i] = i
	}
	return all
}
