//go:build record

package syscalls

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// keeper keeps what is read of a program's memory.
type keeper struct {
	memory
	kept map[string]string
}

func (k keeper) read(addr uint64, n int) []byte {
	b := k.memory.read(addr, n)
	k.kept[fmt.Sprintf("%x+%d", addr, n)] = hex.EncodeToString(b)
	return b
}

// TestRecord makes the recordings of this processor anew: each name once or
// twice, of a C program that makes most of them. It is no test, and built with
// -tags record only.
func TestRecord(t *testing.T) {
	var all []recording
	seen := map[string]int{}
	inside := map[int]*recording{}
	watchCall = func(th *thread, info *syscallInfo) {
		if info.op == unix.PTRACE_SYSCALL_INFO_SECCOMP {
			r := &recording{Number: int(info.value), Args: info.args, Before: map[string]string{}, After: map[string]string{}}
			decodeEntry(native.callName(r.Number), r.Args, keeper{processMemory(th.tid), r.Before})
			inside[th.tid] = r
			return
		}
		r := inside[th.tid]
		if r == nil {
			return
		}
		delete(inside, th.tid)
		name := native.callName(r.Number)
		r.Ret = int64(info.value)
		if info.failed() {
			r.Errno = int(-r.Ret)
			r.Error = unix.ErrnoName(unix.Errno(r.Errno))
		}
		c := decodeEntry(name, r.Args, recorded(r.Before))
		decodeReturn(c, r.Args, r.Ret, r.Errno, r.Error, keeper{processMemory(th.tid), r.After})
		if seen[name]++; seen[name] <= 2 {
			all = append(all, *r)
		}
	}
	defer func() { watchCall = nil }()
	for _, argv := range [][]string{{compileC(t, "fils.c")}, {realPython(t), "testdata/familles.py", "seul"}} {
		trace, _ := start(t, argv...)
		wait(t, trace)
	}
	var b bytes.Buffer
	for e, i := json.NewEncoder(&b), 0; i < len(all); i++ { // one call a line
		if err := e.Encode(all[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join("testdata", "calls-"+native.Name+".jsonl"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
