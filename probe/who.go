package probe

import (
	"context"
	"net/netip"
	"os/user"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	gproc "github.com/shirou/gopsutil/v3/process"
)

// Who is what a person wants to know of a process beside its number. What may
// not be read, or this system does not tell, stays unknown. Names are hostile
// text.
type Who struct {
	PID     int
	TakenAt time.Time
	Program string // what it runs: "serveur.py", "python3 -m http.server", "nginx"
	Life    Life
	// StopSignal is the signal that stopped it (signal(7) of this system),
	// unknown too once its shell has taken note.
	StopSignal Maybe[int]
	// Terminal is the terminal it was started in, "pts/3"; "" for none.
	Terminal Maybe[string]
	Job      Job
	// Deaf: Ctrl+C does nothing, the process ignores SIGINT.
	Deaf      Maybe[bool]
	Threads   Maybe[int]
	Role      Role       // on the rows of a snapshot, see [Snapshot.SetRoles]
	Ancestors []Ancestor // its parent first; as far as they may be seen
	// Adopted: its parent is not who started it, but process 1, to which the
	// kernel gave it when that one ended. False is unknown.
	Adopted bool
	// Launched: its parent is who started it: of its session, a shell, and not
	// process 1. Any other one may have adopted it, and the kernel does not tell
	// (PR_SET_CHILD_SUBREAPER of prctl(2)). False is unknown.
	Launched  bool
	StartedAt Maybe[time.Time]
	UID       Maybe[int] // effective
	User      Maybe[string]
	// Whether it lives in another namespace of that kind than this program
	// (namespaces(7)): a container, mostly.
	OtherNetwork, OtherPIDs, OtherUsers Maybe[bool]
	// First: it is process 1 of its pid namespace, whom from outside only SIGKILL
	// is sure to end (pid_namespaces(7)). False is unknown.
	First bool
	// Replaced: the file of its program was deleted or written anew since.
	Replaced Maybe[bool]
}

// Ancestor is a process that another descends from.
type Ancestor struct {
	PID     int
	Program string // as [Who.Program]
}

// Life is how far a process is from its end.
type Life uint8

const (
	LifeUnknown Life = iota
	Alive
	Stopped  // by a signal: Ctrl+Z, mostly
	Traced   // stopped by a debugger
	Zombie   // ended; its parent has not taken note
	Headless // its first thread ended, others live
)

// String returns the word used in JSON, "" for [LifeUnknown].
func (l Life) String() string {
	return [...]string{"", "alive", "stopped", "traced", "zombie", "headless"}[l]
}

// Job is what a process is to the shell of its terminal.
type Job uint8

const (
	JobUnknown Job = iota
	Foreground     // it gets what is typed, and Ctrl+C
	Background     // it does not
	// Resumable: in the background, started by an interactive shell that still
	// waits in that terminal: its `fg` brings it back.
	Resumable
)

// whoIs fills what this system tells of w.PID, and returns a
// *NoSuchProcessError where there is none. Set by the init of systems that have
// something better than gopsutil.
var whoIs = gopsutilWho

// gopsutilWho asks gopsutil, one question at a time: each may be refused.
func gopsutilWho(ctx context.Context, w *Who, _ *acquaintances) error {
	p := &gproc.Process{Pid: int32(w.PID)}
	name, _ := p.NameWithContext(ctx)
	args, _ := p.CmdlineSliceWithContext(ctx)
	w.Program = programName(args, name)
	if status, err := p.StatusWithContext(ctx); err == nil && len(status) > 0 {
		w.Life = gopsutilLife(status[0])
	}
	if user, err := p.UsernameWithContext(ctx); err == nil && user != "" {
		w.User = Known(user)
	}
	if uids, err := p.UidsWithContext(ctx); err == nil && len(uids) > 1 {
		w.UID = Known(int(uids[1]))
	}
	if ms, err := p.CreateTimeWithContext(ctx); err == nil && ms > 0 {
		w.StartedAt = Known(time.UnixMilli(ms))
	}
	w.Threads = osThreads(ctx, w.PID)
	if parent, err := p.PpidWithContext(ctx); err == nil && parent > 0 && int(parent) != w.PID {
		if name, _, err := nameProcess(ctx, int(parent)); err == nil {
			w.Ancestors = []Ancestor{{PID: int(parent), Program: name}}
			w.Launched = runtime.GOOS == "darwin" && parent != 1 // launchd alone adopts there
		}
	}
	return nil
}

func gopsutilLife(status string) Life {
	switch status {
	case gproc.Stop:
		return Stopped
	case gproc.Zombie:
		return Zombie
	case gproc.Running, gproc.Sleep, gproc.Idle, gproc.Blocked, gproc.Wait, gproc.Lock:
		return Alive
	}
	return LifeUnknown
}

// kin is what is read of a process and of each of its ancestors.
type kin struct {
	name, program          string
	parent, group, session int
}

// acquaintances are what several processes have in common: looked up once.
type acquaintances struct {
	users     map[int]Maybe[string]
	ancestors map[int]kin // Linux
}

func newAcquaintances() *acquaintances {
	return &acquaintances{users: map[int]Maybe[string]{}, ancestors: map[int]kin{}}
}

// user returns the name of a user of this machine; a number that has none is
// unknown.
func (a *acquaintances) user(uid int) Maybe[string] {
	name, seen := a.users[uid]
	if !seen {
		name = UserName(uid)
		a.users[uid] = name
	}
	return name
}

// UserName returns the name of a user of this machine, by its number.
func UserName(uid int) Maybe[string] {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil && u.Username != "" {
		return Known(u.Username)
	}
	return Maybe[string]{}
}

// WhoIs returns who the process pid is.
//
// On Linux it reads /proc/PID/stat, status, cmdline, exe and ns (proc(5)), and
// the stat and cmdline of its ancestors; elsewhere it asks gopsutil. Errors: a
// [*NoSuchProcessError], and the context's.
func WhoIs(ctx context.Context, pid int) (Who, error) {
	if ok, err := pidExists(ctx, pid); err != nil {
		return Who{}, err
	} else if !ok {
		return Who{}, &NoSuchProcessError{PID: pid}
	}
	w := Who{PID: pid, TakenAt: time.Now()}
	if err := whoIs(ctx, &w, newAcquaintances()); err != nil {
		return Who{}, err
	}
	return w, ctx.Err()
}

// Introduce sets Who of the holders of s, most of them at the most: first those
// who listen. One that ended meanwhile stays without.
func (s *Snapshot) Introduce(ctx context.Context, most int) {
	var chosen []*Holder
	seen := make(map[*Holder]bool)
	choose := func(holders []*Holder) {
		for _, h := range holders {
			if len(chosen) < most && !seen[h] {
				seen[h] = true
				chosen = append(chosen, h)
			}
		}
	}
	for i := range s.Sockets {
		if s.Sockets[i].State == Listen {
			choose(s.Sockets[i].Owner.Holders)
		}
	}
	choose(s.Holders)
	const share = 8 // processes that are worth a goroutine
	var wg sync.WaitGroup
	for part := range slices.Chunk(chosen, max(share, (len(chosen)+1)/runtime.GOMAXPROCS(0))) {
		wg.Go(func() { introduce(ctx, part) })
	}
	wg.Wait()
}

func introduce(ctx context.Context, holders []*Holder) {
	known := newAcquaintances()
	for _, h := range holders {
		if ctx.Err() != nil {
			return
		}
		w := Who{PID: h.PID, TakenAt: time.Now()}
		if whoIs(ctx, &w, known) == nil {
			h.Who = &w
		}
	}
}

// SetRoles says of the holders that were introduced what they are on the rows
// of s.
func (s *Snapshot) SetRoles() {
	for _, h := range s.Holders {
		if h.Who != nil {
			h.Who.Role = RoleOf(h.PID, s.Sockets)
		}
	}
}

// Role is what a process is on the connections of a snapshot: both for one that
// talks to itself.
type Role uint8

const (
	Server Role = 1 << iota // it has a listener, or the accepted end of a connection
	Client                  // it has the end that called
)

// RoleOf returns the role that rows show of a process. Of a connection whose
// listener is not among them nobody can tell which end called: then it is 0.
func RoleOf(pid int, rows []Socket) Role {
	var listeners []netip.AddrPort
	for i := range rows {
		if rows[i].State == Listen {
			listeners = append(listeners, rows[i].Local)
		}
	}
	listens := func(a netip.AddrPort) bool {
		return slices.ContainsFunc(listeners, func(l netip.AddrPort) bool {
			return l.Port() == a.Port() && (l.Addr().IsUnspecified() || l.Addr().Unmap() == a.Addr().Unmap())
		})
	}
	var r Role
	for i := range rows {
		s := &rows[i]
		switch {
		case r == Server|Client:
			return r
		case !s.HeldBy(pid):
		case s.State == Listen:
			r |= Server
		case !s.Remote.IsValid():
		case listens(s.Local):
			r |= Server
		case listens(s.Remote):
			r |= Client
		}
	}
	return r
}
