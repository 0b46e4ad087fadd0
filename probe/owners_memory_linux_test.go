package probe

import (
	"net"
	"slices"
	"testing"
)

// A process is read again when its descriptors are more or fewer, when the
// memory is not believed, and when it is asked about; else it is remembered.
func TestAWalkRemembers(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c := startChild(t, "wait", inheriting(file))
	pid := c.Process.Pid
	const mark = 7 // an inode that the child has not: what is remembered shows it
	m := newWalkMemory(nil)
	see := func(anew bool) (inodes []uint32) {
		w := newWalk()
		defer w.close()
		w.memory, w.anew = m, anew
		if err := w.finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, o := range w.open {
			if w.procs[o.proc].pid == pid {
				inodes = append(inodes, o.inode)
			}
		}
		return inodes
	}
	read := see(false)
	if len(read) == 0 {
		t.Fatal("the child's listener is not seen")
	}
	forge := func(fds int) {
		before := m.procs[pid]
		before.sockets, before.fds = []fdSocket{{3, mark}}, before.fds+fds
		m.procs[pid] = before
	}
	forge(0)
	if got := see(false); sized(t) && !slices.Equal(got, []uint32{mark}) {
		t.Errorf("a process that has as many descriptors is read again: %v", got)
	}
	forge(1)
	if got := see(false); !slices.Equal(got, read) {
		t.Errorf("a process that has fewer descriptors is not read again: %v, want %v", got, read)
	}
	forge(0)
	if got := see(true); !slices.Equal(got, read) {
		t.Errorf("a memory that is not believed tells %v, want %v", got, read)
	}
	forge(0)
	m.never = append(m.never, pid)
	if got := see(false); !slices.Equal(got, read) {
		t.Errorf("of the process that is asked about, a memory tells %v, want %v", got, read)
	}
}

// sized reports whether this kernel counts descriptors.
func sized(t *testing.T) bool {
	w := newWalk()
	defer w.close()
	if err := w.list(); err != nil {
		t.Fatal(err)
	}
	return w.sized
}

// The kernel's counters move with a listener and with a connection.
func TestWhatStirs(t *testing.T) {
	before, ok := stirred()
	if !ok {
		t.Fatal("/proc tells nothing")
	}
	moves := func(what string) {
		t.Helper()
		eventually(t, what+" stirs", func() bool { now, _ := stirred(); return now != before })
		before, _ = stirred()
	}
	l := listen(t, "127.0.0.1:0")
	moves("listen()")
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	moves("connect()")
	c.Close()
	moves("close()")
}
