package probe

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// needKcmp skips where files cannot be compared.
func needKcmp(t *testing.T) {
	t.Helper()
	us := reference{pid: os.Getpid(), fd: 0}
	if order, errno := kcmpFiles(us, us.pid, 0); order != 0 || errno != 0 {
		probetest.Missing(t, "kcmp says %d, %v of a file and itself", order, errno)
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

// inheritance is three sockets and four processes: ourselves, with two
// descriptors of each socket in a table with holes, children that inherited
// some, and one that has none.
type inheritance struct {
	rows                          []Socket // one for each socket
	us, firstAndLast, last, other int      // pids; last holds the last socket three times
}

func newInheritance(t *testing.T) inheritance {
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
	first, last := files[0], files[maxCompared-1]
	return inheritance{
		rows:         rows,
		us:           os.Getpid(),
		firstAndLast: startChild(t, "wait", inheriting(first), inheriting(last)).Process.Pid,
		last:         startChild(t, "wait", inheriting(last), inheriting(last), inheriting(last)).Process.Pid,
		other:        startChild(t, "wait").Process.Pid,
	}
}

// holders returns the pids that hold each of the last n sockets.
func (h inheritance) holders(n int) [][]int {
	all := [][]int{{h.us, h.firstAndLast}, {h.us}, {h.us, h.firstAndLast, h.last}}
	for _, pids := range all {
		slices.Sort(pids)
	}
	return all[len(all)-n:]
}

// One goroutine that looks at four processes in a given order compares all
// those that come after the last socket was found, whatever else runs on the
// machine, and finds the holders that reading does.
func TestCompareFindsWhatReadingDoes(t *testing.T) {
	needKcmp(t)
	h := newInheritance(t)
	read := walkOf(t, []int{h.us, h.firstAndLast, h.last, h.other})
	if got, want := holdersIn(t, read, h.rows), h.holders(maxCompared); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("by reading %v, really %v", got, want)
	}
	for _, c := range []struct {
		name     string
		pids     []int
		told     bool                 // our descriptors are known as references before
		compared [maxCompared + 1]int // processes, by the number of sockets looked for
	}{
		{"found first", []int{h.us, h.firstAndLast, h.last, h.other}, false, [...]int{1: 3, 2: 3, 3: 3}},
		{"found on the way", []int{h.other, h.firstAndLast, h.us, h.last}, false, [...]int{1: 2, 2: 1, 3: 1}},
		{"found last", []int{h.other, h.last, h.firstAndLast, h.us}, false, [...]int{1: 2, 2: 0, 3: 0}},
		{"known before", []int{h.other, h.last, h.firstAndLast, h.us}, true, [...]int{1: 4, 2: 4, 3: 4}},
	} {
		for n := 1; n <= maxCompared; n++ {
			t.Run(fmt.Sprintf("%s/%d sockets", c.name, n), func(t *testing.T) {
				rows := h.rows[maxCompared-n:]
				w := walkOf(t, c.pids)
				w.expect(newInodeIndex(rows))
				if c.told {
					tellOurs(t, w.compare.Load(), h.us)
				}
				if got, want := holdersIn(t, w, rows), h.holders(n); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("by comparing %v, really %v", got, want)
				}
				comparison := w.compare.Load()
				if comparison == nil {
					t.Fatal("the references were given up")
				}
				if got := int(comparison.compared.Load()); got != c.compared[n] {
					t.Errorf("%d processes were compared, want %d", got, c.compared[n])
				}
			})
		}
	}
}

// walkOf returns a walk that has not begun, of these processes alone.
func walkOf(t *testing.T, pids []int) *walk {
	t.Helper()
	w := newWalk()
	t.Cleanup(w.close)
	if err := w.list(); err != nil {
		t.Fatal(err)
	}
	w.procs = w.procs[:0]
	for _, pid := range pids {
		w.procs = append(w.procs, walked{pid: pid})
	}
	return w
}

// tellOurs reads the sockets of process us as c's references.
func tellOurs(t *testing.T, c *comparison, us int) {
	t.Helper()
	w := walkOf(t, []int{us})
	if err := w.finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, o := range w.open {
		c.note(reference{o.inode, us, int(o.fd)})
	}
	if !c.ready.Load() {
		t.Fatalf("references %v for sockets %v", c.refs, c.inodes)
	}
}

// Walks of the whole machine on all processors find them too, whichever
// goroutine comes upon a socket first, and whether anything is left to compare.
func TestCompareConcurrently(t *testing.T) {
	needKcmp(t)
	h := newInheritance(t)
	for n := 1; n <= maxCompared; n++ {
		for _, few := range []bool{false, true} {
			for range 10 {
				w := newWalk()
				w.few = few
				w.start()
				w.expect(newInodeIndex(h.rows[maxCompared-n:]))
				got, want := holdersIn(t, w, h.rows[maxCompared-n:]), h.holders(n)
				w.close()
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%d sockets, few %t: by comparing %v, really %v", n, few, got, want)
				}
			}
		}
	}
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
	us, inode := os.Getpid(), uint32(st.Ino)
	for name, stale := range map[string]reference{
		"another file": {inode, us, other},
		"closed":       {inode, us, 1 << 20},
		"no process":   {inode, 1 << 30, fd},
	} {
		w := newWalk()
		defer w.close()
		w.expect(newInodeIndex(rows))
		c := w.compare.Load()
		c.refs = []reference{stale}
		c.ready.Store(true)
		if got := holdersIn(t, w, rows); fmt.Sprint(got) != fmt.Sprint([][]int{{us}}) {
			t.Errorf("%s: holders %v", name, got)
		}
		// Of a process that has ended nothing can be said: nothing was compared.
		compared := name != "no process"
		if (c.compared.Load() > 0) != compared {
			t.Errorf("%s: %d processes were compared", name, c.compared.Load())
		}
		if compared && w.compare.Load() != nil {
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
