package syscalls

import (
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"labo/probe/files"
)

// journalFile is where a Python program tells its calls: a file that is read
// as it grows, and removed at the end.
type journalFile struct {
	*os.File
	path  string
	temp  *files.Temp
	ended atomic.Bool
}

func newJournalFile() (*journalFile, error) {
	temp, err := files.NewTemp()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(temp.Dir, "journal")
	f, err := os.Create(path)
	if err != nil {
		temp.Close()
		return nil, err
	}
	return &journalFile{File: f, path: path, temp: temp}, nil
}

// journalPoll is how often a file that has not grown is looked at again.
const journalPoll = 20 * time.Millisecond

// Read returns io.EOF only once the program has ended.
func (j *journalFile) Read(b []byte) (int, error) {
	for {
		ended := j.ended.Load()
		n, err := j.File.Read(b)
		if n > 0 || err != nil && err != io.EOF || ended {
			return n, err
		}
		time.Sleep(journalPoll)
	}
}

func (j *journalFile) end() { j.ended.Store(true) }

func (j *journalFile) close() {
	j.File.Close()
	j.temp.Close()
}

func terminalAttr(bool) *syscall.SysProcAttr { return nil }

func signalName(s syscall.Signal) string { return s.String() }
