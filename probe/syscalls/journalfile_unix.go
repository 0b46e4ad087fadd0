//go:build unix

package syscalls

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// journalFile is where a Python program tells its calls: a named pipe, so that
// a program that calls without end waits for us and fills no disk.
type journalFile struct {
	*os.File
	path string
}

func newJournalFile() (*journalFile, error) {
	dir, err := installModule(journalModule)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, fmt.Sprintf("pipe-%d-%d", os.Getpid(), journalCount.Add(1)))
	os.Remove(path) // of a labo that was killed, and had our pid
	if err := unix.Mkfifo(path, 0o600); err != nil {
		return nil, &os.PathError{Op: "mkfifo", Path: path, Err: err}
	}
	// Both ways: opening does not wait for the other side, and reading does not
	// end when it leaves.
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0)
	if err != nil {
		os.Remove(path)
		return nil, err
	}
	return &journalFile{f, path}, nil
}

func (j *journalFile) end() { j.File.WriteString("\n" + journalEnd) }

func (j *journalFile) close() {
	j.File.Close()
	os.Remove(j.path)
}

func terminalAttr(terminal bool) *syscall.SysProcAttr {
	if !terminal {
		return nil
	}
	return &syscall.SysProcAttr{Setsid: true, Setctty: true}
}

func signalName(s syscall.Signal) string { return unix.SignalName(s) }
