package check

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/syscalls"
)

//go:embed fils.py
var threadsModule []byte

// askSignal asks a thread for its line: one of the real-time signals, which no
// program of a beginner's has a use for.
const askSignal = unix.Signal(60)

func init() { newLedger = linuxLedger }

func linuxLedger(kept string) *ledger {
	memory, path, err := ledgerMemory(kept)
	if err != nil {
		return nil
	}
	modules, err := syscalls.ModulePath(os.Environ(), threadsModule)
	if err != nil {
		memory.Close()
		return nil
	}
	l := &ledger{path: path, free: func() { memory.Close() }, ask: askThreads}
	l.env = []string{"PYTHONPATH=" + modules, "LABO_FILS=" + l.path, "LABO_FILS_SIGNAL=" + strconv.Itoa(int(askSignal))}
	l.size = func() int64 {
		info, err := memory.Stat()
		if err != nil {
			return 0
		}
		return info.Size()
	}
	l.read = func(from int64) string {
		b, _ := io.ReadAll(io.NewSectionReader(memory, from, 1<<20))
		return string(b)
	}
	return l
}

// ledgerMemory is a file of no folder, or, as a program that is kept to a folder
// may not open those of labo, one beside it.
func ledgerMemory(kept string) (memory *os.File, path string, err error) {
	if kept != "" {
		memory, err = os.CreateTemp(filepath.Dir(kept), "fils")
		if err != nil {
			return nil, "", err
		}
		return memory, memory.Name(), nil
	}
	fd, err := unix.MemfdCreate("labo-fils", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, "", err
	}
	return os.NewFile(uintptr(fd), "labo-fils"), fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), fd), nil
}

const (
	answerStep  = 2 * time.Millisecond
	answerBound = 400 * time.Millisecond // for all threads of a program that is let run
	answerMost  = 10 * time.Second       // where the machine does not let it
)

// askThreads asks the threads of a process one after the other, so that each answer is
// known to be its own. One that does not handle the signal is left alone; when
// one has not answered, no other is asked.
func askThreads(l *ledger, pid int, tids []int) map[int][]frame {
	found := make(map[int][]frame)
	start := time.Now()
	for _, tid := range tids {
		from := l.size()
		if handles, _ := signalled(pid, tid); !handles || unix.Tgkill(pid, tid, askSignal) != nil {
			continue
		}
		for over := false; !whole(found[tid]); {
			if over {
				return found
			}
			time.Sleep(answerStep) // the time of its answer
			_, busy := signalled(pid, tid)
			late := time.Since(start)
			over = late > answerMost || late > answerBound && !busy // then all that it says is written
			found[tid] = parseStack(l.read(from))
		}
	}
	return found
}

// signalled reports whether a thread catches the signal, which would end one that
// does not, and whether it has still to take it, or runs: SigCgt, SigPnd (bit 0 is
// signal 1) and State of proc_pid_status(5).
func signalled(pid, tid int) (handles, busy bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/status", pid, tid))
	if err != nil {
		return false, false
	}
	for line := range bytes.Lines(status) {
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(":\t"))
		mask, _ := strconv.ParseUint(string(value), 16, 64)
		in := mask&(1<<(askSignal-1)) != 0
		switch string(name) {
		case "State":
			busy = bytes.HasPrefix(value, []byte("R"))
		case "SigPnd":
			busy = busy || in
		case "SigCgt":
			handles = in
		}
	}
	return handles, busy
}
