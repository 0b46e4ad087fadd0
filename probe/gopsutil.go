package probe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"runtime"
	"slices"
	"syscall"

	gnet "github.com/shirou/gopsutil/v3/net"
)

func init() { newGopsutil = func() source { return gopsutilSource{} } }

// gopsutilSource lists sockets through gopsutil, on every system. What it
// cannot say stays unknown:
//
//   - queues, timers and inodes: never given (every snapshot has a [NoteNoQueues]);
//   - BOUND sockets: not in /proc/net/tcp;
//   - owners: the first process only on Linux. A row without a pid is
//     [OwnerKernel] in TIME-WAIT, where no process can have it, and
//     [OwnerHidden] elsewhere: gopsutil swallows the errors, so a connection
//     that waits for accept() looks like one of a process it may not read;
//   - two listeners on one address: one row on Linux (no inode to tell them
//     apart).
type gopsutilSource struct{}

// What differs between systems, set by the init of their files.
var (
	// listTCP returns the TCP rows of the process pid, of all for 0.
	listTCP = func(ctx context.Context, pid int32) ([]gnet.ConnectionStat, error) {
		return gnet.ConnectionsPidWithContext(ctx, "tcp", pid)
	}
	// listsAll: the rows of one process cost as much as those of all, which are
	// then asked for once.
	listsAll bool
	// countForbidden returns how many of pids (of all processes, when empty)
	// do not let us read their descriptors; nil where that cannot be known.
	countForbidden func(ctx context.Context, pids []int) int
	// unownedRows returns the rows of all users, without owners, where listTCP
	// does not list them; nil elsewhere.
	unownedRows func(ctx context.Context) ([]gnet.ConnectionStat, error)
	// countThreads counts the OS threads of several processes at once; nil where
	// each is asked for by [osThreads].
	countThreads func(ctx context.Context, pids []int) map[int]int
)

// rowPerSocket: the system gives one row for each socket, as Windows does. The
// other ones may give a socket once for each descriptor.
const rowPerSocket = runtime.GOOS == "windows"

func (gopsutilSource) sockets(ctx context.Context, f *Filter) (*Snapshot, error) {
	for _, pid := range f.PIDs {
		if ok, err := pidExists(ctx, pid); err == nil && !ok {
			return nil, &NoSuchProcessError{PID: pid}
		}
	}
	rows, err := gopsutilRows(ctx, f.PIDs)
	if err != nil {
		return nil, err
	}
	snap := &Snapshot{Source: Gopsutil, Notes: []Note{{Kind: NoteNoQueues}}}
	if unownedRows != nil && len(f.PIDs) == 0 {
		all, err := unownedRows(ctx)
		if err != nil {
			snap.Notes = append(snap.Notes, Note{Kind: NoteOwnOnly, Err: err})
		}
		rows = addUnowned(rows, all)
	}
	merge := newRowMerge(ctx, *f)
	unreadable := 0
	for _, row := range rows {
		if err := merge.add(row); err != nil {
			unreadable++
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	snap.Sockets = merge.socks
	merge.nameThreads()
	if unreadable > 0 {
		snap.Notes = append(snap.Notes, Note{Kind: NoteTruncated, N: unreadable})
	}
	if countForbidden != nil && (merge.hidden || len(f.PIDs) > 0) {
		kind := NoteForbidden
		if len(f.PIDs) > 0 {
			kind = NoteAskedForbidden
		}
		if n := countForbidden(ctx, f.PIDs); n > 0 {
			snap.Notes = append(snap.Notes, forbidden(kind, n))
		}
	}
	return snap, ctx.Err()
}

// gopsutilRows returns the rows of every process, or of pids alone. Asking by
// pid finds a socket that several processes share under each of them, where
// Linux's whole list names the first only.
func gopsutilRows(ctx context.Context, pids []int) ([]gnet.ConnectionStat, error) {
	if len(pids) == 0 || listsAll {
		return listTCPAgain(ctx, 0)
	}
	var all []gnet.ConnectionStat
	for _, pid := range pids {
		rows, err := listTCPAgain(ctx, int32(pid))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// listTCPAgain is listTCP, tried again when a process that ended meanwhile
// made the whole list fail (gopsutil knows ENOENT, not ESRCH). The context is
// looked at between tries; gopsutil itself ignores it on Linux and Windows,
// and on macOS takes an lsof killed by it for an empty answer.
func listTCPAgain(ctx context.Context, pid int32) ([]gnet.ConnectionStat, error) {
	const tries = 5
	var err error
	for range tries {
		var rows []gnet.ConnectionStat
		rows, err = listTCP(ctx, pid)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			return rows, nil
		}
		if !errors.Is(err, syscall.ESRCH) {
			break
		}
	}
	return nil, &SourceError{Source: Gopsutil, Err: err}
}

// rowMerge turns rows into sockets: one socket for the several descriptors or
// processes that a system lists it under.
type rowMerge struct {
	ctx     context.Context
	filter  Filter // without PIDs
	pids    []int
	socks   []Socket
	index   map[rowKey]int // into socks
	holders map[int]*Holder
	hidden  bool // a socket has OwnerHidden
}

// rowKey is what makes rows one socket. The four numbers of a connection name
// it alone. Two sockets without peer may share their address (SO_REUSEPORT):
// rows of different processes are left apart, as the system shows them.
type rowKey struct {
	family        Family
	local, remote netip.AddrPort
	pid           int // 0 for a connection
}

func newRowMerge(ctx context.Context, f Filter) *rowMerge {
	m := &rowMerge{ctx: ctx, pids: f.PIDs, index: map[rowKey]int{}, holders: map[int]*Holder{}}
	f.PIDs = nil
	m.filter = f
	return m
}

// add takes one row. It returns an error for a row that is no TCP socket.
func (m *rowMerge) add(row gnet.ConnectionStat) error {
	s, err := gopsutilSocket(row)
	if err != nil {
		return err
	}
	if !m.filter.Match(&s) {
		return nil
	}
	pid := int(row.Pid)
	s.Owner = m.owner(pid, s.State)
	if len(m.pids) > 0 && !(&Filter{PIDs: m.pids}).Match(&s) {
		return nil
	}
	key := rowKey{s.Family, s.Local, s.Remote, 0}
	if !s.Remote.IsValid() {
		key.pid = pid
	}
	if i, seen := m.index[key]; seen && !rowPerSocket {
		m.socks[i].Owner = joinOwners(m.socks[i].Owner, s.Owner)
		return nil
	}
	m.hidden = m.hidden || s.Owner.Kind == OwnerHidden
	m.index[key] = len(m.socks)
	m.socks = append(m.socks, s)
	return nil
}

// owner says who pid is, for a socket in state st.
func (m *rowMerge) owner(pid int, st State) Owner {
	switch {
	case pid <= 0 && st == TimeWait:
		return Owner{Kind: OwnerKernel}
	case pid <= 0:
		return Owner{Kind: OwnerHidden}
	}
	h, seen := m.holders[pid]
	if !seen {
		h = gopsutilHolder(m.ctx, pid)
		m.holders[pid] = h
	}
	if h == nil {
		return Owner{Kind: OwnerGone}
	}
	return Owner{Kind: OwnerProcess, Holders: []*Holder{h}}
}

// nameThreads counts the threads of all holders at once, where that is better.
func (m *rowMerge) nameThreads() {
	if countThreads == nil || len(m.holders) == 0 {
		return
	}
	count := countThreads(m.ctx, slices.Collect(maps.Keys(m.holders)))
	for pid, h := range m.holders {
		if n := count[pid]; h != nil && n > 0 {
			h.Threads = Known(n)
		}
	}
}

// joinOwners returns the owner of a socket listed twice, holders by pid.
func joinOwners(a, b Owner) Owner {
	if b.Kind != OwnerProcess {
		return a
	}
	if a.Kind != OwnerProcess {
		return b
	}
	for _, h := range b.Holders {
		i := 0
		for i < len(a.Holders) && a.Holders[i].PID < h.PID {
			i++
		}
		if i == len(a.Holders) || a.Holders[i].PID != h.PID {
			a.Holders = append(a.Holders[:i:i], append([]*Holder{h}, a.Holders[i:]...)...)
		}
	}
	return a
}

// gopsutilSocket reads one row, without its owner.
func gopsutilSocket(row gnet.ConnectionStat) (Socket, error) {
	s := Socket{State: gopsutilState(row.Status)}
	switch row.Family {
	case syscall.AF_INET:
		s.Family = TCP4
	case syscall.AF_INET6:
		s.Family = TCP6
	default:
		return Socket{}, fmt.Errorf("address family %d is not TCP over IP", row.Family)
	}
	var err error
	if s.Local, err = gopsutilAddr(s.Family, row.Laddr); err != nil {
		return Socket{}, err
	}
	// A listener has no peer: Linux writes 0.0.0.0:0, lsof nothing, Windows
	// anything.
	if row.Raddr.Port != 0 && s.State != Listen {
		if s.Remote, err = gopsutilAddr(s.Family, row.Raddr); err != nil {
			return Socket{}, err
		}
	}
	return s, nil
}

// gopsutilState reads the spellings of net_linux.go, net_windows.go and lsof.
func gopsutilState(status string) State {
	if status == "DELETE" { // MIB_TCP_STATE_DELETE_TCB
		return Closed
	}
	st, _ := ParseState(status)
	return st
}

// gopsutilAddr reads an address: "*" is lsof's any address, and an IPv4-mapped
// IPv6 address comes written as plain IPv4 (net.IP.String).
func gopsutilAddr(fam Family, a gnet.Addr) (netip.AddrPort, error) {
	if a.Port > 0xffff {
		return netip.AddrPort{}, fmt.Errorf("port %d is not a port", a.Port)
	}
	var ip netip.Addr
	switch {
	case a.IP == "*" && fam == TCP4:
		ip = netip.IPv4Unspecified()
	case a.IP == "*":
		ip = netip.IPv6Unspecified()
	default:
		var err error
		if ip, err = netip.ParseAddr(a.IP); err != nil {
			return netip.AddrPort{}, err
		}
	}
	if fam == TCP4 {
		ip = ip.Unmap()
	} else if ip.Is4() {
		ip = netip.AddrFrom16(ip.As16())
	}
	if ip.Is4() != (fam == TCP4) {
		return netip.AddrPort{}, fmt.Errorf("address %s is not of family %s", ip, fam)
	}
	return netip.AddrPortFrom(ip, uint16(a.Port)), nil
}
