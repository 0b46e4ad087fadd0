//go:build unix

package syscalls

import (
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"labo/probe/files"
)

// journalFile is where a Python program tells its calls: a named pipe, so that
// a program that calls without end waits for us and fills no disk.
type journalFile struct {
	*os.File
	path string
	temp *files.Temp
}

// openPipe opens a named pipe both ways: that does not wait for the other side, and
// reading does not end when it leaves. Not O_NONBLOCK: where Go does not poll named
// pipes (darwin), reading would return EAGAIN instead of waiting.
var openPipe = os.OpenFile

func newJournalFile() (*journalFile, error) {
	temp, err := files.NewTemp()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(temp.Dir, "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		temp.Close()
		return nil, &os.PathError{Op: "mkfifo", Path: path, Err: err}
	}
	f, err := openPipe(path, os.O_RDWR, 0)
	if err != nil {
		temp.Close()
		return nil, err
	}
	return &journalFile{f, path, temp}, nil
}

func (j *journalFile) end() { j.File.WriteString("\n" + journalEnd) }

func (j *journalFile) close() {
	j.File.Close()
	j.temp.Close()
}

func terminalAttr(terminal bool) *syscall.SysProcAttr {
	if !terminal {
		return nil
	}
	return &syscall.SysProcAttr{Setsid: true, Setctty: true}
}

func signalName(s syscall.Signal) string { return unix.SignalName(s) }
