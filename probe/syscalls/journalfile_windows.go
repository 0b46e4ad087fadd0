package syscalls

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// journalFile is where a Python program tells its calls: a file that is read
// as it grows, and removed at the end.
type journalFile struct {
	*os.File
	path  string
	ended atomic.Bool
}

func newJournalFile() (*journalFile, error) {
	dir, err := installModule(journalModule)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, fmt.Sprintf("journal-%d-%d", os.Getpid(), journalCount.Add(1)))
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &journalFile{File: f, path: path}, nil
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
	os.Remove(j.path)
}

func terminalAttr(bool) *syscall.SysProcAttr { return nil }

func signalName(s syscall.Signal) string { return s.String() }
