package probe

import (
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

func TestSocketInode(t *testing.T) {
	for link, want := range map[string]uint32{
		"socket:[12345]":       12345,
		"socket:[4294967295]":  4294967295,
		"socket:[1]":           1,
		"socket:[0]":           0,
		"socket:[4294967296]":  0,
		"socket:[]":            0,
		"socket:[":             0,
		"socket:[12":           0,
		"socket:[1x2]":         0,
		"socket:[-12]":         0,
		"pipe:[12345]":         0,
		"/tmp/socket:[12345]":  0,
		"anon_inode:[eventfd]": 0,
		"":                     0,
	} {
		got, ok := socketInode([]byte(link))
		if ok != (want != 0) || ok && got != want {
			t.Errorf("%q: %d, %v; want %d", link, got, ok, want)
		}
	}
}

func TestDirentNumber(t *testing.T) {
	for name, want := range map[string]int{
		"0\x00": 0, "7\x00": 7, "12345\x00\x00\x00": 12345,
		"\x00": -1, ".\x00": -1, "self\x00": -1, "1a\x00": -1, "12": -1, "": -1,
	} {
		got, ok := direntNumber([]byte(name))
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", name, got, want)
		}
	}
}

// A buffer that holds a few entries only gives every pid as one that holds all.
func TestEachNumber(t *testing.T) {
	read := func(size int) (pids []int) {
		dir, err := unix.Open("/proc/self/task", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(dir)
		if err := eachNumber(dir, make([]byte, size), func(n int) error { pids = append(pids, n); return nil }); err != nil {
			t.Fatal(err)
		}
		return pids
	}
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	var want []int
	for _, e := range entries {
		n, err := strconv.Atoi(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, n)
	}
	slices.Sort(want)
	eventually(t, "the threads stay the same", func() bool {
		return slices.Equal(read(64), read(4096))
	})
	for _, tid := range want {
		if !slices.Contains(read(64), tid) && threadLives(tid) {
			t.Errorf("thread %d is missing", tid)
		}
	}
}

func threadLives(tid int) bool {
	_, err := os.Stat("/proc/self/task/" + strconv.Itoa(tid))
	return err == nil
}

// The names tried one by one find what the listed ones do, in a table without
// holes, with some, and with so many that trying gives up.
func TestFDsDenseAndListed(t *testing.T) {
	open := func() int {
		dir, err := unix.Open("/proc/self/fd", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		return dir
	}
	read := func(dir int, sized bool) (inodes []uint32, fds int) {
		r := fdReader{sized: sized, stopped: new(atomic.Bool)}
		fds, err := r.read(dir)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(r.inodes)
		return r.inodes, fds
	}
	// Whoever started us may have left a descriptor far up: fill the table.
	for range 400 {
		fd, err := unix.Open(os.DevNull, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
	}
	for _, c := range []struct {
		name  string
		holes int // to the highest descriptor
		dense bool
	}{
		{"few holes", 0, true},
		{"some holes", 20, true},
		{"many holes", 500, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var inode uint32
			for range 5 {
				fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
				if err != nil {
					t.Fatal(err)
				}
				high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, fd+c.holes)
				if err != nil {
					t.Fatal(err)
				}
				defer unix.Close(fd)
				defer unix.Close(high)
				var st unix.Stat_t
				if err := unix.Fstat(high, &st); err != nil {
					t.Fatal(err)
				}
				inode = uint32(st.Ino)
			}
			dir := open()
			defer unix.Close(dir)
			listed, n := read(dir, false)
			if !slices.Contains(listed, inode) {
				t.Fatalf("our socket %d is not among %v", inode, listed)
			}
			entries, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				t.Fatal(err)
			}
			if n != len(entries)-1 { // ReadDir has its own directory open
				t.Errorf("%d descriptors are listed, os.ReadDir gives %d", n, len(entries)-1)
			}
			w, err := newWalk(nil, false)
			if err != nil {
				t.Fatal(err)
			}
			sized := w.sized
			w.close()
			if !sized {
				t.Skip("this kernel does not tell the number of descriptors (Linux 6.2 does)")
			}
			tried, m := read(dir, true)
			if !slices.Equal(tried, listed) || m != n {
				t.Errorf("tried: %d descriptors, sockets %v\nlisted: %d, %v", m, tried, n, listed)
			}
			r := fdReader{stopped: new(atomic.Bool)}
			if _, complete, err := r.readDense(dir); complete != c.dense || err != nil {
				t.Errorf("trying alone is complete: %v, want %v; %v", complete, c.dense, err)
			}
		})
	}
}

func TestOwnFDs(t *testing.T) {
	names, err := readNames("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	want := Known(len(names) - 1) // the directory is one of them
	if got := ownFDs(false); got != want {
		t.Errorf("listed: %+v, want %+v", got, want)
	}
	w, err := newWalk(nil, false)
	if err != nil {
		t.Fatal(err)
	}
	w.close()
	if got := ownFDs(w.sized); got != want {
		t.Errorf("by the size of the directory: %+v, want %+v", got, want)
	}
}

func TestFDsStopped(t *testing.T) {
	dir, err := unix.Open("/proc/self/fd", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(dir)
	for _, sized := range []bool{true, false} {
		r := fdReader{sized: sized, stopped: new(atomic.Bool)}
		r.stopped.Store(true)
		if _, err := r.read(dir); err != unix.ECANCELED {
			t.Errorf("sized %v: error %v", sized, err)
		}
	}
}

func TestSightOf(t *testing.T) {
	for err, want := range map[error]sight{
		nil: sightRead, unix.EACCES: sightForbidden, unix.EPERM: sightForbidden,
		unix.ENOENT: sightVanished, unix.ESRCH: sightVanished, unix.EMFILE: sightNone,
	} {
		if got := sightOf(err); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
}

func TestCommandLine(t *testing.T) {
	for raw, want := range map[string]string{
		"":                          "",
		"cat\x00":                   "cat",
		"python3\x00-m\x00x y\x00":  "python3 -m x y",
		"sh\x00-c\x00\x00":          "sh -c",
		"nginx: worker\x00\x00\x00": "nginx: worker",
	} {
		if got := commandLine([]byte(raw)); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}
