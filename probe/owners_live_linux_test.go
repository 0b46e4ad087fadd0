package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// A socket that a child inherits has both as holders, each with its numbers,
// in one *Holder for all of its sockets.
func TestOwnersShared(t *testing.T) {
	s := newStage(t)
	fd, port := s.listener(2)
	s.connect(port)
	dup, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0) // the same socket twice here
	s.must(err)
	f := os.NewFile(uintptr(dup), "listener")
	defer f.Close()
	c := startChild(t, "wait", inheriting(f))
	s.compareWithSS(port)
	snap := s.lookAt(port)
	want := []int{os.Getpid(), c.Process.Pid}
	slices.Sort(want)
	var got []int
	for _, h := range snap.Sockets[0].Owner.Holders {
		got = append(got, h.PID)
		if h.Name == "" || !strings.Contains(h.Command, "test") || !h.Threads.Known || !h.FDs.Known {
			t.Errorf("holder %+v", h)
		}
		entries, err := os.ReadDir(procPath(h.PID, "fd"))
		if err != nil {
			t.Fatal(err)
		}
		open := len(entries)
		if h.PID == os.Getpid() {
			open-- // the directory that ReadDir has open
		}
		if h.FDs.Value != open {
			t.Errorf("pid %d has %d descriptors open, the snapshot says %d", h.PID, open, h.FDs.Value)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the listener is held by %v, want %v", got, want)
	}
	for i := range snap.Sockets[1:] {
		for _, h := range snap.Sockets[i+1].Owner.Holders {
			if !slices.Contains(snap.Holders, h) {
				t.Errorf("holder %+v is not one of the snapshot's %+v", h, snap.Holders)
			}
		}
	}
	var open []string // each descriptor that the snapshot tells, as /proc has it
	for _, o := range snap.Sockets[0].Owner.Open {
		name, err := os.Readlink(procPath(o.PID, "fd/"+strconv.Itoa(o.FD)))
		if err != nil || name != fmt.Sprintf("socket:[%d]", snap.Sockets[0].Inode.Value) {
			t.Errorf("descriptor %d of %d is %q, %v", o.FD, o.PID, name, err)
		}
		open = append(open, fmt.Sprint(o.PID, o.FD))
	}
	if len(open) != 3 || !slices.Contains(open, fmt.Sprint(os.Getpid(), fd)) || !slices.Contains(open, fmt.Sprint(os.Getpid(), dup)) {
		t.Errorf("open by %v, want ours %d and %d, and the child's", open, fd, dup)
	}
	if len(snap.Holders) != 2 {
		t.Errorf("%d holders, want 2", len(snap.Holders))
	}
	// Asked for one of them, the other is still told.
	for _, pid := range want {
		byPID := s.look(Filter{Ports: []uint16{port}, PIDs: []int{pid}})
		if !slices.ContainsFunc(byPID.Sockets, func(s Socket) bool {
			return s.State == Listen && len(s.Owner.Holders) == 2
		}) {
			t.Errorf("by pid %d: %+v", pid, byPID.Sockets)
		}
		for i := range byPID.Sockets {
			if !byPID.Sockets[i].HeldBy(pid) {
				t.Errorf("by pid %d: %+v", pid, byPID.Sockets[i])
			}
		}
	}
	c.end()
	eventually(t, "one holder left", func() bool {
		return len(s.lookAt(port).Holders) == 1
	})
}

// Two SO_REUSEPORT listeners are two rows, each with its own inode and holder.
func TestOwnersReuseport(t *testing.T) {
	s := newStage(t)
	port := uint16(0)
	for range 2 {
		fd := s.socket()
		s.must(unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1))
		s.must(unix.Bind(fd, s.sockaddr(port)))
		s.must(unix.Listen(fd, 3))
		sa, err := unix.Getsockname(fd)
		s.must(err)
		port = uint16(sa.(*unix.SockaddrInet4).Port)
	}
	s.compareWithSS(port)
	snap := s.lookAt(port)
	if len(snap.Sockets) != 2 || snap.Sockets[0].Inode == snap.Sockets[1].Inode {
		t.Fatalf("sockets %+v", snap.Sockets)
	}
	for i := range snap.Sockets {
		if !snap.Sockets[i].HeldBy(os.Getpid()) {
			t.Errorf("not ours: %+v", snap.Sockets[i])
		}
	}
}

// A Go listener is an MPTCP one, with a TCP socket inside that has its inode.
func TestOwnersMPTCP(t *testing.T) {
	s := newStage(t)
	l := listen(t, netip.AddrPortFrom(s.addr, 0).String())
	d := net.Dialer{}
	d.SetMultipathTCP(true)
	c, err := d.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	a, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	port := addrPort(t, l.Addr())
	s.compareWithSS(port)
	snap := s.lookAt(port)
	if len(snap.Sockets) != 3 {
		t.Fatalf("sockets %+v", snap.Sockets)
	}
	for i := range snap.Sockets {
		if !snap.Sockets[i].HeldBy(os.Getpid()) {
			t.Errorf("not ours: %+v", snap.Sockets[i])
		}
	}
}

func TestOwnersNoSuchProcess(t *testing.T) {
	c := startChild(t, "wait")
	pid := c.Process.Pid
	c.end()
	for _, pid := range []int{pid, 0, -1, 1 << 40} {
		_, err := Sockets(t.Context(), Filter{Source: SockDiag, PIDs: []int{os.Getpid(), pid}})
		var no *NoSuchProcessError
		if !errors.As(err, &no) || no.PID != pid {
			t.Errorf("pid %d: error %v", pid, err)
		}
	}
}

// A socket whose process has ended is gone; one that is still open somewhere
// is forbidden or hidden; one that came too late for the walk is found.
func TestOwnersLost(t *testing.T) {
	s := newStage(t)
	_, port := s.listener(1)
	ours := s.lookAt(port).Sockets
	for i := range ours {
		ours[i].Owner = Owner{UID: ours[i].Owner.UID}
	}
	// A look at a socket of that inode, whose walk has not seen this process.
	blind := func(inode uint32, early int) *look {
		l := &look{socks: slices.Clone(ours), early: early, earlyListen: early}
		l.socks[0].Inode = Known(inode)
		w := newWalk()
		s.must(w.list())
		t.Cleanup(w.close)
		i := slices.IndexFunc(w.procs, func(p walked) bool { return p.pid == os.Getpid() })
		w.procs[0], w.procs[i] = w.procs[i], w.procs[0]
		w.next.Store(1)
		s.must(w.finish(t.Context()))
		l.walk, l.holders = w, w.match(newInodeIndex(l.socks))
		if l.holders.known(0) {
			t.Fatal("the walk has seen this process")
		}
		return l
	}
	real := sockDiag{dial: dialSockDiag}

	l := blind(ours[0].Inode.Value, 1)
	s.must(real.settle(t.Context(), l))
	s.must(l.name(t.Context()))
	if !l.socks[0].HeldBy(os.Getpid()) {
		t.Errorf("read before the dump, and once more: %+v", l.socks[0].Owner)
	}

	l = blind(ours[0].Inode.Value, 1)
	l.walk.procs = l.walk.procs[1:] // it began after /proc was listed
	s.must(l.walkAgain(t.Context(), []int{0}, 0))
	s.must(l.name(t.Context()))
	if !l.socks[0].HeldBy(os.Getpid()) {
		t.Errorf("a new process: %+v", l.socks[0].Owner)
	}

	l = blind(ours[0].Inode.Value, 0)
	s.must(l.walkAgain(t.Context(), []int{0}, 0))
	if l.holders.known(0) {
		t.Error("a process was read again that was read after the dump")
	}

	// An inode that no table of the kernel's has: closed.
	const never = 4294967295
	l = blind(never, 0)
	s.must(real.settle(t.Context(), l))
	if o := l.socks[0].Owner; o.Kind != OwnerGone {
		t.Errorf("a socket that is no longer open: %+v", o)
	}

	// The same, and the kernel goes on saying that it is open.
	row := kernelBytes(t, rowListen)
	copy(row[offInode:], []byte{255, 255, 255, 255})
	open := sockDiag{dial: (&dumps{list: []answers{rows(unchanged, row)}}).dial}
	l = blind(never, 0)
	s.must(open.settle(t.Context(), l))
	want := OwnerHidden
	if n, hides := l.walk.forbidden(); n > 0 || hides {
		want = OwnerForbidden // as in a container whose root may not read all
	}
	if o := l.socks[0].Owner; o.Kind != want {
		t.Errorf("a socket that is open in no process: %+v, want %s", o, want)
	}
}

// A holder that ended before it could be named leaves its socket ownerless.
func TestOwnersHolderEnded(t *testing.T) {
	c := startChild(t, "wait")
	pid := c.Process.Pid
	l := &look{socks: make([]Socket, 2), holders: newHolders(2)}
	w := newWalk()
	if err := w.list(); err != nil {
		t.Fatal(err)
	}
	defer w.close()
	l.walk = w
	dead, us := w.adopt(walked{pid: pid}), w.adopt(walked{pid: os.Getpid()})
	c.end()
	l.holders.add(0, dead, 3)
	l.holders.add(1, dead, 3)
	l.holders.add(1, us, 3)
	if err := l.name(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o := l.socks[0].Owner; o.Kind != OwnerGone || len(o.Holders) != 0 {
		t.Errorf("held by a dead process: %+v", o)
	}
	if o := l.socks[1].Owner; o.Kind != OwnerProcess || len(o.Holders) != 1 || o.Holders[0].PID != os.Getpid() {
		t.Errorf("held by a dead process and by us: %+v", o)
	}
}

// Sockets that nobody can have are told without a walk.
func TestOwnersNoWalk(t *testing.T) {
	row := kernelBytes(t, rowTimeWait)
	s := sockDiag{dial: (&dumps{list: []answers{rows(unchanged, row)}}).dial}
	l, err := s.look(t.Context(), &Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if l.walk != nil || len(l.socks) != 1 {
		t.Errorf("walk %v for %+v", l.walk, l.socks)
	}
}

// Sockets ends soon after its context, wherever it was, and leaves nothing.
func TestSocketsCancelled(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s := newStage(t)
	_, port := s.listener(1)
	before, err := os.ReadDir("/proc/self/fd")
	s.must(err)
	cancelled := 0
	for i := range 200 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*50*time.Microsecond)
		f := Filter{Source: SockDiag}
		if i%2 == 0 {
			f.Ports = []uint16{port}
		}
		_, err := Sockets(ctx, f)
		if err != nil {
			cancelled++
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		}
		cancel()
	}
	if cancelled == 0 {
		t.Error("nothing was cancelled")
	}
	after, err := os.ReadDir("/proc/self/fd")
	s.must(err)
	if len(after) != len(before) {
		var links []string
		for _, e := range after {
			l, _ := os.Readlink(filepath.Join("/proc/self/fd", e.Name()))
			links = append(links, l)
		}
		t.Errorf("%d descriptors before, %d after: %q", len(before), len(after), links)
	}
}

// A dump that fails for good is an error of the source, not an empty list.
func TestSocketsDialFails(t *testing.T) {
	s := sockDiag{dial: func() (diagConn, error) { return nil, unix.EACCES }}
	var refused *SourceError
	if _, err := s.sockets(t.Context(), &Filter{}); !errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
}
