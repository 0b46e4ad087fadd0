package probe

import (
	"fmt"
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
		if got := socketInode([]byte(link)); got != want {
			t.Errorf("%q: %d, want %d", link, got, want)
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
		if err := eachNumber(dir, make([]byte, size), func(n int) { pids = append(pids, n) }); err != nil {
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

// Every descriptor is found, in tables without holes, with small ones and with
// large ones.
func TestFDReader(t *testing.T) {
	for _, hole := range []int{0, 1, 2, 40, 500} {
		t.Run(fmt.Sprint("holes of ", hole), func(t *testing.T) {
			var want []uint32
			low := 0
			for range 20 {
				fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
				if err != nil {
					t.Fatal(err)
				}
				high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, low+hole)
				if err != nil {
					t.Fatal(err)
				}
				unix.Close(fd)
				defer unix.Close(high)
				low = high + 1
				if low+hole > 900 {
					low = 0 // a small limit of descriptors is 1024
				}
				var st unix.Stat_t
				if err := unix.Fstat(high, &st); err != nil {
					t.Fatal(err)
				}
				want = append(want, uint32(st.Ino))
			}
			dir, err := unix.Open("/proc/self/fd", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer unix.Close(dir)
			names, err := readNames("/proc/self/fd")
			if err != nil {
				t.Fatal(err)
			}
			open := len(names) - 1 // readNames has its own directory open
			r := newFDReader(new(atomic.Bool))
			fds, err := r.read(dir)
			if fds != open || err != nil {
				t.Errorf("%d descriptors, want %d; %v", fds, open, err)
			}
			var found, links []uint32
			for _, s := range r.found {
				found = append(found, s.inode)
			}
			for _, inode := range want {
				if n := count(found, inode); n != 1 {
					t.Errorf("socket %d was found %d times", inode, n)
				}
			}
			for _, name := range names {
				link, _ := os.Readlink("/proc/self/fd/" + name)
				if inode := socketInode([]byte(link)); inode != 0 {
					links = append(links, inode)
				}
			}
			slices.Sort(links)
			if slices.Sort(found); !slices.Equal(links, found) {
				t.Errorf("sockets %v, os.Readlink gives %v", found, links)
			}
		})
	}
}

func count(all []uint32, one uint32) (n int) {
	for _, v := range all {
		if v == one {
			n++
		}
	}
	return n
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
	w := newWalk()
	if err := w.list(); err != nil {
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
	r := newFDReader(new(atomic.Bool))
	r.stopped.Store(true)
	if _, err := r.read(dir); err != unix.ECANCELED {
		t.Errorf("error %v", err)
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
