package probe

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

func init() { whoIs = linuxWho }

// maxAncestors bounds how far back a process is followed.
const maxAncestors = 12

// linuxWho reads /proc. Whatever may not be read stays unknown: hidepid hides
// all of it (proc(5)), other users' exe and ns need PTRACE_MODE_READ.
func linuxWho(ctx context.Context, w *Who, known *acquaintances) error {
	dir, err := unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(dir)
	r := newHolderReader(dir)
	self, st, err := r.kin(w.PID)
	switch {
	case gone(err) && !existsHidden(w.PID):
		return &NoSuchProcessError{PID: w.PID}
	case err != nil:
		return nil
	}
	w.Program, w.Life = self.program, lifeOf(st)
	w.Threads, w.StartedAt = Known(st.Threads), startedAt(st.Start)
	w.Terminal = Known(terminalName(st.TTY))
	if st.StopSignal != 0 {
		w.StopSignal = Known(st.StopSignal)
	}
	switch {
	case st.TTY == 0:
	case st.Group == st.Foreground:
		w.Job = Foreground
	default:
		w.Job = Background
	}
	w.status(r, known)
	w.links(dir)
	w.family(ctx, r, self, known)
	return nil
}

// lifeOf reads the letter of proc_pid_stat(5): that of the first thread.
func lifeOf(st procStat) Life {
	switch st.State {
	case "T":
		return Stopped
	case "t":
		return Traced
	case "Z", "X":
		if st.Threads > 1 {
			return Headless
		}
		return Zombie
	case "R", "S", "D", "I":
		return Alive
	}
	return LifeUnknown
}

// kin reads the name of a process and whom it descends from.
func (r *holderReader) kin(pid int) (kin, procStat, error) {
	row, err := r.file(pid, "/stat")
	if err != nil {
		return kin{}, procStat{}, err
	}
	st, err := parseProcStat(row)
	if err != nil {
		return kin{}, procStat{}, err
	}
	k := kin{name: st.Name, program: st.Name, parent: st.Parent, group: st.Group, session: st.Session}
	if args, err := r.file(pid, "/cmdline"); err == nil {
		k.program = programName(strings.Split(string(bytes.TrimRight(args, "\x00")), "\x00"), st.Name)
	}
	return k, st, nil
}

// status reads /proc/PID/status: the user, the signals it ignores, and in how
// many pid namespaces below that of /proc it has a number (proc_pid_status(5)).
func (w *Who) status(r *holderReader, known *acquaintances) {
	b, err := r.file(w.PID, "/status")
	if err != nil {
		return
	}
	for line := range bytes.Lines(b) {
		switch key, rest, _ := bytes.Cut(line, []byte(":")); string(key) {
		case "Uid": // real, effective, saved, file system
			if f := bytes.Fields(rest); len(f) == 4 {
				if uid, err := strconv.Atoi(string(f[1])); err == nil {
					w.UID, w.User = Known(uid), known.user(uid)
				}
			}
		case "SigIgn":
			if set, err := strconv.ParseUint(string(bytes.TrimSpace(rest)), 16, 64); err == nil {
				w.Deaf = Known(set&(1<<(syscall.SIGINT-1)) != 0)
			}
		case "NSpid":
			if f := bytes.Fields(rest); len(f) > 1 {
				w.OtherPIDs = Known(true)
				w.First = string(f[len(f)-1]) == "1"
			}
		}
	}
}

// ownNamespaces are the namespaces of this program, which it never leaves.
var ownNamespaces = sync.OnceValue(func() (ns [3]string) {
	for i, kind := range namespaces {
		ns[i], _ = os.Readlink("/proc/self/ns/" + kind)
	}
	return ns
})

var namespaces = [3]string{"net", "pid", "user"}

// links reads where the links of /proc/PID lead.
func (w *Who) links(dir int) {
	base := strconv.Itoa(w.PID)
	var buf [128]byte
	for i, other := range []*Maybe[bool]{&w.OtherNetwork, &w.OtherPIDs, &w.OtherUsers} {
		n, err := unix.Readlinkat(dir, base+"/ns/"+namespaces[i], buf[:])
		if own := ownNamespaces()[i]; err == nil && own != "" {
			*other = Known(string(buf[:n]) != own)
		}
	}
	var exe unix.Stat_t
	if unix.Fstatat(dir, base+"/exe", &exe, 0) == nil {
		w.Replaced = Known(exe.Nlink == 0)
	}
}

// shells are the programs whose fg brings a job back, and that adopt nobody.
var shells = []string{"bash", "zsh", "fish", "sh", "dash", "ksh", "ash", "tcsh", "csh", "busybox"}

// family follows the parents, and says what the process is to the shell among
// them: a job is a group of processes (setpgid(2)), which the shell that made
// it is not of.
func (w *Who) family(ctx context.Context, r *holderReader, self kin, known *acquaintances) {
	job := true // so far, ancestors are of the same job
	seen := []int{w.PID}
	for pid := self.parent; pid > 0 && len(w.Ancestors) < maxAncestors && !slices.Contains(seen, pid) && ctx.Err() == nil; {
		k, cached := known.ancestors[pid]
		if !cached {
			var err error
			if k, _, err = r.kin(pid); err != nil {
				return
			}
			known.ancestors[pid] = k
		}
		if len(w.Ancestors) == 0 {
			// A child is born into its parent's session. One that leads none
			// was born into another than that of process 1.
			moved := self.session != w.PID && self.session != k.session
			w.Adopted = moved && pid == 1
			w.Launched = !moved && pid != 1 && slices.Contains(shells, k.name)
		}
		if job && k.group != self.group {
			job = false
			if w.Job == Background && k.session == self.session && slices.Contains(shells, k.name) {
				w.Job = Resumable
			}
		}
		w.Ancestors = append(w.Ancestors, Ancestor{PID: pid, Program: k.program})
		seen = append(seen, pid)
		pid = k.parent
	}
}
