package probe

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// procStat is what we use of /proc/PID/stat and /proc/PID/task/TID/stat
// (proc_pid_stat(5); the number of each field is the manual's).
type procStat struct {
	PID        int
	Name       string        // 2: comm, any bytes but NUL: hostile text
	State      string        // 3: one letter
	Parent     int           // 4: ppid
	Group      int           // 5: pgrp
	Session    int           // 6: session
	TTY        uint32        // 7: tty_nr, 0 for none
	Foreground int           // 8: tpgid, the group that its terminal obeys; -1 for none
	Flags      uint64        // 9: PF_* of include/linux/sched.h
	CPU        time.Duration // 14 + 15: utime + stime
	Threads    int           // 20: num_threads
	Start      time.Duration // 22: starttime, since boot
	// 52: exit_code, of a stopped process the signal that did it, until its
	// parent was told (Linux 5.17); else 0.
	StopSignal int
}

// userHZ is the unit of times in /proc: USER_HZ is 100 on every architecture
// that Go runs on (sysconf(_SC_CLK_TCK)).
const userHZ = 100

const procTick = time.Second / userHZ

// tickBits bounds a number of ticks, to 87 years: two of them still fit in a
// time.Duration.
const tickBits = 38

// pfKthread marks a thread of the kernel's own (PF_KTHREAD).
const pfKthread = 0x00200000

var errProcStat = errors.New("not a line of /proc/PID/stat")

// parseProcStat reads one line of /proc/PID/stat. The name stands between the
// first "(" and the last ")": it may hold spaces, parentheses and line feeds.
func parseProcStat(row []byte) (procStat, error) {
	open, shut := bytes.IndexByte(row, '('), bytes.LastIndexByte(row, ')')
	if open < 1 || shut < open {
		return procStat{}, errProcStat
	}
	// rest[0] is field 3.
	rest := bytes.Fields(row[shut+1:])
	if len(rest) < 20 || len(rest[0]) != 1 {
		return procStat{}, errProcStat
	}
	st := procStat{Name: string(row[open+1 : shut]), State: string(rest[0])}
	var err error
	num := func(b []byte, bits int) uint64 {
		n, e := strconv.ParseUint(string(b), 10, bits)
		if e != nil && err == nil {
			err = fmt.Errorf("%w: %w", errProcStat, e)
		}
		return n
	}
	signed := func(n int) int64 {
		v, e := strconv.ParseInt(string(rest[n-3]), 10, 32)
		if e != nil && err == nil {
			err = fmt.Errorf("%w: %w", errProcStat, e)
		}
		return v
	}
	field := func(n, bits int) uint64 { return num(rest[n-3], bits) }
	ticks := func(n int) time.Duration { return time.Duration(field(n, tickBits)) * procTick }
	st.PID = int(num(bytes.TrimSpace(row[:open]), 31))
	st.Parent = int(field(4, 31))
	st.Group = int(signed(5)) // -1 of one that ends
	st.Session = int(signed(6))
	st.TTY = uint32(signed(7))
	st.Foreground = int(signed(8))
	st.Flags = field(9, 64)
	st.CPU = ticks(14) + ticks(15)
	st.Threads = int(field(20, 31))
	st.Start = ticks(22)
	if st.State == "T" && len(rest) >= 50 {
		st.StopSignal = int(signed(52))
	}
	if err != nil {
		return procStat{}, err
	}
	return st, nil
}
