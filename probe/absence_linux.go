package probe

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

func init() { explainAbsence = linuxAbsence }

// firstPIDs is the pid namespace that the machine starts with
// (PROC_PID_INIT_INO of linux/proc_ns.h).
const firstPIDs = "pid:[4026531836]"

// linuxAbsence reads /proc: who may not be read, and the queues of those who
// may. It returns nil where the context ended.
func linuxAbsence(ctx context.Context, uid Maybe[int]) *Absence {
	own := ownNamespaces()[1]
	a := &Absence{Hidden: true, Nested: own != "" && own != firstPIDs}
	dir, err := unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return a
	}
	defer unix.Close(dir)
	r := newHolderReader(dir)
	var readable []int
	_ = eachNumber(dir, make([]byte, 16<<10), func(pid int) {
		a.Hidden = a.Hidden && pid != 1 // it always lives
		switch err := r.mayRead(pid); {
		case err == nil:
			readable = append(readable, pid)
		case sightOf(err) == sightForbidden && r.mayHold(pid):
			a.Forbidden++
			a.SameUser = a.SameUser || uid.Known && r.of(pid, uid.Value)
		}
	})
	if a.SameUser && uid != Known(os.Geteuid()) {
		return a // our own queues would hardly say more, and take long
	}
	slices.Sort(readable)
	seen := map[uint32]bool{}
	for _, pid := range readable {
		if ctx.Err() != nil {
			return nil
		}
		if n := r.flying(pid, seen); n > 0 {
			f := Flying{PID: pid, N: n}
			if k, _, err := r.kin(pid); err == nil {
				f.Program = k.program
			}
			a.Flying = append(a.Flying, f)
		}
	}
	return a
}

// mayRead says why the descriptors of a process may not be read: the directory
// may be open to one to whom its links are not.
func (r *holderReader) mayRead(pid int) error {
	dir, err := openat(r.dir, fdPath(new([32]byte), pid), unix.O_DIRECTORY)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	var link [1]byte
	if _, err := unix.Readlinkat(dir, "0", link[:]); err != unix.ENOENT {
		return err
	}
	return nil
}

// of reports whether a process is a user's: by the owner of its directory, then
// by its status, for the directory of one that may not be dumped is root's.
func (r *holderReader) of(pid, uid int) bool {
	var st unix.Stat_t
	if unix.Fstatat(r.dir, strconv.Itoa(pid), &st, 0) != nil || int(st.Uid) != uid {
		return false
	}
	w := Who{PID: pid}
	w.status(r, newAcquaintances())
	return w.UID == Known(uid)
}

// flying counts the descriptors that wait in the queues of the sockets of pid
// that were not seen yet: "scm_fds" in /proc/PID/fdinfo/N, of unix sockets alone
// (Linux 5.6).
func (r *holderReader) flying(pid int, seen map[uint32]bool) (n int) {
	fds, err := readNames(procPath(pid, "fd"))
	if err != nil {
		return 0
	}
	path := strconv.Itoa(pid) + "/fd/"
	var link [64]byte
	for _, fd := range fds {
		m, err := unix.Readlinkat(r.dir, path+fd, link[:])
		if err != nil {
			continue
		}
		inode := socketInode(link[:m])
		if inode == 0 || seen[inode] {
			continue
		}
		seen[inode] = true
		info, err := r.file(pid, "/fdinfo/"+fd)
		if err != nil {
			continue
		}
		_, rest, _ := bytes.Cut(info, []byte("scm_fds:"))
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		k, _ := strconv.Atoi(string(bytes.TrimSpace(line)))
		n += k
	}
	return n
}
