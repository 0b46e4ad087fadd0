package probe

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// A process that several goroutines read is read whole, and nothing of it twice.
func TestAReadingIsShared(t *testing.T) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	want := []int32{int32(socket)}
	for n, low := 0, 200; n < 600 && uint64(low) < min(limit.Cur, 20000); n++ { // dense, then holes of all widths
		fd, err := unix.FcntlInt(uintptr(socket), unix.F_DUPFD_CLOEXEC, low)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		want = append(want, int32(fd))
		if low = fd + 1; n >= 550 {
			low += (n - 550) * 50
		}
	}
	var st unix.Stat_t
	if err := unix.Fstat(socket, &st); err != nil {
		t.Fatal(err)
	}
	for _, readers := range []int{1, 2, 5} {
		var found []int32
		var mu sync.Mutex
		var all sync.WaitGroup
		joint := &jointRead{}
		for range readers {
			all.Go(func() {
				dir, err := unix.Open("/proc/self/fd", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
				if err != nil {
					t.Error(err)
					return
				}
				defer unix.Close(dir)
				r := newFDReader(new(atomic.Bool))
				if err := r.readShare(dir, joint); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, s := range r.found {
					if s.inode == uint32(st.Ino) {
						found = append(found, s.fd)
					}
				}
			})
		}
		all.Wait()
		slices.Sort(found)
		if slices.Sort(want); !slices.Equal(found, want) {
			t.Errorf("%d readers found %v, not %v", readers, found, want)
		}
		if n := int(joint.fds.Load()); n < len(want) {
			t.Errorf("%d readers counted %d descriptors, of %d or more", readers, n, len(want))
		}
	}
}

// Whoever comes when all processes are taken helps, and the process has all of its
// descriptors.
func TestHelpIsNotCountedTwice(t *testing.T) {
	w := newWalk()
	defer w.close()
	if err := w.list(); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(w.procs, func(p walked) bool { return p.pid == unix.Getpid() })
	if i < 0 {
		t.Fatal("this process is not listed")
	}
	w.procs = w.procs[i : i+1]
	if s := w.shared(0, 2*sharePart); s == nil {
		t.Fatal("a large process is not shared")
	}
	if s := w.shared(0, sharePart); s != nil {
		t.Error("a small process is shared")
	}
	var found []fdSocket
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	if err := w.help(newFDReader(&w.stopped), func(_ int32, all []fdSocket) { found = append(found, all...) }); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(found, func(s fdSocket) bool { return int(s.fd) == socket }) {
		t.Errorf("who helps finds %v, not descriptor %d", found, socket)
	}
	if err := w.help(newFDReader(&w.stopped), func(int32, []fdSocket) { t.Error("nothing was left to help with") }); err != nil {
		t.Fatal(err)
	}
}
