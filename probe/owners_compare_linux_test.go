package probe

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"labo/probe/strict"
)

// needKcmp skips where files cannot be compared.
func needKcmp(t *testing.T) {
	t.Helper()
	us := reference{pid: os.Getpid(), fd: 0}
	if order, errno := kcmpFiles(us, us.pid, 0); order != 0 || errno != 0 {
		strict.Skip(t, "kcmp says %d, %v of a file and itself", order, errno)
	}
}

// holdersIn returns the pids that hold each row, by a walk.
func holdersIn(t *testing.T, w *walk, rows []Socket) (pids [][]int) {
	t.Helper()
	if err := w.finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := w.match(newInodeIndex(rows))
	shared := h.byRow()
	for i := range rows {
		var of []int
		if procs := shared[int32(i)]; procs != nil {
			for _, p := range procs {
				of = append(of, w.procs[p].pid)
			}
		} else if h.known(i) {
			of = []int{w.procs[h.first[i]-1].pid}
		}
		slices.Sort(of)
		pids = append(pids, of)
	}
	return pids
}

// Comparing finds the holders that reading does: ourselves, with two
// descriptors of one socket, and children that inherited some, beside tables
// with holes.
func TestCompareFindsWhatReadingDoes(t *testing.T) {
	needKcmp(t)
	s := newStage(t)
	var rows []Socket
	var files []*os.File
	for range maxCompared {
		fd := s.socket()
		var st unix.Stat_t
		s.must(unix.Fstat(fd, &st))
		rows = append(rows, Socket{Inode: Known(uint32(st.Ino))})
		high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 300+100*len(rows))
		s.must(err)
		f := os.NewFile(uintptr(high), "socket")
		t.Cleanup(func() { f.Close() })
		files = append(files, f)
	}
	startChild(t, "wait", inheriting(files[0]), inheriting(files[2]))
	startChild(t, "wait", inheriting(files[2]), func(c *exec.Cmd) {
		c.ExtraFiles = append(c.ExtraFiles, files[2], files[2])
	})
	startChild(t, "wait")
	for n := 1; n <= maxCompared; n++ {
		t.Run(fmt.Sprint(n, " sockets"), func(t *testing.T) {
			rows := rows[maxCompared-n:]
			read := newWalk()
			defer read.close()
			want := holdersIn(t, read, rows)
			if last := want[n-1]; len(last) != 3 || !slices.Contains(last, os.Getpid()) {
				t.Fatalf("the last socket is held by %v", last)
			}
			// On a machine with few processes, the other goroutines may have read
			// them all before the holders were known: then it is tried again.
			for try := 1; ; try++ {
				compared := compareOnce(t, rows, want)
				if compared >= 2 {
					return
				}
				if try == 200 {
					t.Fatalf("%d processes were compared at the last of %d tries", compared, try)
				}
			}
		})
	}
}

// compareOnce walks with comparing allowed, checks what it finds, and returns
// how many processes were compared.
func compareOnce(t *testing.T, rows []Socket, want [][]int) int32 {
	t.Helper()
	w := newWalk()
	defer w.close()
	w.expect(newInodeIndex(rows))
	got := holdersIn(t, w, rows)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("by comparing %v, by reading %v", got, want)
	}
	if c := w.compare.Load(); c != nil {
		return c.compared.Load()
	}
	return 0
}

// A reference that became another file makes the walk read everything.
func TestCompareStaleReference(t *testing.T) {
	needKcmp(t)
	s := newStage(t)
	fd, other := s.socket(), s.socket()
	var st unix.Stat_t
	s.must(unix.Fstat(fd, &st))
	rows := []Socket{{Inode: Known(uint32(st.Ino))}}
	startChild(t, "wait") // somebody to compare with
	for name, stale := range map[string]reference{
		"another file": {uint32(st.Ino), os.Getpid(), other},
		"closed":       {uint32(st.Ino), os.Getpid(), 1 << 20},
		"no process":   {uint32(st.Ino), 1 << 30, fd},
	} {
		w := newWalk()
		defer w.close()
		w.expect(newInodeIndex(rows))
		c := w.compare.Load()
		c.refs = []reference{stale}
		c.ready.Store(true)
		if got := holdersIn(t, w, rows); fmt.Sprint(got) != fmt.Sprint([][]int{{os.Getpid()}}) {
			t.Errorf("%s: holders %v", name, got)
		}
		if c.compared.Load() > 0 && w.compare.Load() != nil {
			t.Errorf("%s: the walk stands by what it compared", name)
		}
	}
}

// Comparing is left alone where it does not pay or cannot be done.
func TestCompareDeclined(t *testing.T) {
	rows := func(inodes ...uint32) *inodeIndex {
		var socks []Socket
		for _, inode := range inodes {
			socks = append(socks, Socket{Inode: Known(inode)})
		}
		return newInodeIndex(socks)
	}
	for _, c := range []struct {
		index *inodeIndex
		want  []uint32 // nil: declined
	}{
		{rows(), nil},
		{rows(0, 0), nil},
		{rows(7), []uint32{7}},
		{rows(9, 0, 7, 9), []uint32{7, 9}},
		{rows(1, 2, 3), []uint32{1, 2, 3}},
		{rows(1, 2, 3, 4), nil},
		{rows(make([]uint32, 2000)...), nil},
	} {
		got := newComparison(c.index)
		if (got == nil) != (c.want == nil) || got != nil && !slices.Equal(got.inodes, c.want) {
			t.Errorf("%v: %+v, want %v", c.index.inodes, got, c.want)
		}
	}
	c := newComparison(rows(7))
	if (*comparison)(nil).try() || c.try() {
		t.Error("compares without a reference")
	}
	c.note(reference{8, os.Getpid(), 0})
	if c.try() {
		t.Error("compares with another socket's reference")
	}
	c.note(reference{7, os.Getpid(), 0})
	if !c.try() {
		t.Fatal("does not compare with a reference")
	}
	if c.try() {
		t.Error("two goroutines compare at once")
	}
	c.done()
	if _, errno := c.find(1<<30, 0); errno != unix.ESRCH {
		t.Errorf("a process that is not there: %v", errno)
	}
	if _, errno := c.find(os.Getpid(), 1<<20); !noSuchFD(errno) {
		t.Errorf("a descriptor that is not there: %v", errno)
	}
}
