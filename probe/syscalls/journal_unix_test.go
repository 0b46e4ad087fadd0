//go:build unix

package syscalls

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// Where Go does not poll a named pipe, as on darwin, a program that tells more
// than a pipe holds still comes to its end, and all is heard.
func TestJournalWithoutPolling(t *testing.T) {
	python := probetest.Need(t, "python3")
	defer func(was func(string, int, os.FileMode) (*os.File, error)) { openPipe = was }(openPipe)
	openPipe = func(path string, flags int, _ os.FileMode) (*os.File, error) {
		fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil, err
		}
		if flags&unix.O_NONBLOCK != 0 {
			t.Error("the pipe does not block: without polling, EAGAIN would end the reading")
		}
		return os.NewFile(uintptr(fd), path), nil // a blocking descriptor, so not polled
	}
	const calls = 2000 // of some 500 bytes each: many pipes full
	dir := t.TempDir()
	script := filepath.Join(dir, "bavard.py")
	if err := os.WriteFile(script, []byte("import socket\nfor _ in range(1000):\n    socket.socket().close()\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := StartJournal(Program{Path: python, Args: []string{"python3", script}, Dir: dir}, []string{dir}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-j.Done():
	case <-time.After(2 * time.Minute):
		j.Stop()
		t.Fatal("the program has not ended: nobody reads what it tells")
	}
	result, err := j.Wait(t.Context(), 0)
	if err != nil || result.Status.Code != 0 || result.Calls != calls {
		t.Errorf("%d calls of %d, status %+v: %v", result.Calls, calls, result.Status, err)
	}
}
