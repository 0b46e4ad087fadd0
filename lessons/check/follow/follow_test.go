package follow

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// calls counts the calls of a watch.
type calls struct {
	n    atomic.Int32
	came chan struct{}
}

func (c *calls) wait(t *testing.T, n int32) {
	t.Helper()
	over := time.After(20 * time.Second)
	for c.n.Load() < n {
		select {
		case <-c.came:
		case <-over:
			t.Fatalf("%d calls, waited for %d", c.n.Load(), n)
		}
	}
}

func TestEverySaveIsSeenOnce(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "serveur.py")
	// One write, of a file that only grows: an empty one in between would be
	// seen where the test is held up there.
	write := func(path, content string) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.WriteString(content)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	write(file, "un")
	ctx, cancel := context.WithCancel(context.Background())
	c := &calls{came: make(chan struct{}, 100)}
	ended := make(chan error, 1)
	go func() {
		ended <- Watch(ctx, []string{file}, func(context.Context) {
			c.n.Add(1)
			c.came <- struct{}{}
		})
	}()
	c.wait(t, 1) // at the start
	write(file, "un, puis deux")
	c.wait(t, 2)
	// As editors do: another file takes its place, after a backup.
	next := filepath.Join(dir, ".serveur.py.swp")
	write(next, "encore autre chose")
	if err := os.Rename(file, file+"~"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, file); err != nil {
		t.Fatal(err)
	}
	c.wait(t, 3)
	write(file, "et le suivant est vu aussi")
	c.wait(t, 4)
	// Another file of the folder is none of our business.
	write(filepath.Join(dir, "autre.py"), "x")
	write(file, "un dernier, qui est plus long que le suivant")
	c.wait(t, 5)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := c.n.Load(); n != 5 {
		t.Errorf("%d calls for 4 saves and the start", n)
	}
}

// A save while the file is being judged ends that judgement.
func TestASaveEndsTheRunBefore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "serveur.py")
	if err := os.WriteFile(file, []byte("un"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := &calls{came: make(chan struct{}, 10)}
	ended := make(chan error, 1)
	go func() {
		ended <- Watch(ctx, []string{file}, func(ctx context.Context) {
			c.n.Add(1)
			c.came <- struct{}{}
			<-ctx.Done() // as long as nobody saves
		})
	}()
	c.wait(t, 1)
	if err := os.WriteFile(file, []byte("et deux"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.wait(t, 2)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWatchSaysWhatItCannotWatch(t *testing.T) {
	err := Watch(context.Background(), []string{filepath.Join(t.TempDir(), "absent", "serveur.py")}, func(context.Context) {})
	if err == nil {
		t.Error("a folder that is not there is watched")
	}
}
