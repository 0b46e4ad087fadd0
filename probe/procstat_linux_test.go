package probe

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Fields 4 on of a real row (Linux 6.18, a python3).
const statTail = "19834 19834 7528 0 -1 4194304 2841 6493 5 1 4 1 5 1 20 0 1 0 162459 16961536 3351 18446744073709551615 94672368062464 94672368062805 140722199621984 0 0 0 0 16781312 2 0 0 0 17 1 0 0 0 0 0 94672368074160 94672368074776 94673262964736 140722199627977 140722199628020 140722199628020 140722199629775 0\n"

// Rows as the kernel wrote them, with the names that processes really took.
var statRows = []struct {
	what string
	row  string
	want procStat
}{
	{"process 1", "1 (process_api) S 0 0 0 0 -1 4194560 40851 354815 0 146 268 1591 791 487 10 -10 13 0 23 52662272 4946 18446744073709551615 1 1 0 0 0 0 0 4096 1256 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0",
		procStat{PID: 1, Name: "process_api", State: "S", Foreground: -1, Flags: 4194560, CPU: 18590 * time.Millisecond, Threads: 13, Start: 230 * time.Millisecond}},
	{"kernel thread", "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 23 0 0 18446744073709551615 0 0 0 0 0 0 0 2147483647 0 1 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0",
		procStat{PID: 2, Name: "kthreadd", State: "S", Foreground: -1, Flags: 2129984, Threads: 1, Start: 230 * time.Millisecond}},
	{"zombie", "11332 (python3) Z 11291 11282 7528 0 -1 4227148 221 0 0 0 0 0 0 0 20 0 1 0 114946 0 0 18446744073709551615 0 0 0 0 0 0 0 16781312 2 1 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		procStat{PID: 11332, Name: "python3", State: "Z", Parent: 11291, Group: 11282, Session: 7528, Foreground: -1, Flags: 4227148, Threads: 1, Start: 1149460 * time.Millisecond}},
	{"stopped by SIGTSTP, its parent not told", "11636 (sleep) T 11595 11591 5758 34819 11636 4194304 76 0 1 0 0 0 0 0 20 0 1 0 45452 2990080 407 18446744073709551615 94270042624000 94270042641929 140727024480672 0 0 0 0 0 0 1 0 0 17 1 0 0 0 0 0 94270042656016 94270042657280 94270572335104 140727024482380 140727024482390 140727024482390 140727024484329 20",
		procStat{PID: 11636, Name: "sleep", State: "T", Parent: 11595, Group: 11591, Session: 5758, TTY: 34819, Foreground: 11636,
			Flags: 4194304, Threads: 1, Start: 454520 * time.Millisecond, StopSignal: 20}},
	{"a name that closes and opens", "19844 (a) R (b\nc) R " + statTail, tailStat("a) R (b\nc")},
	{"a line feed", "19844 (\n) R " + statTail, tailStat("\n")},
	{"spaces", "19844 (  ) R " + statTail, tailStat("  ")},
	{"opening parentheses", "19844 (((((((((((((((() R " + statTail, tailStat("(((((((((((((((")},
	{"a closing parenthesis", "19844 ()) R " + statTail, tailStat(")")},
	{"no name", "19844 () R " + statTail, tailStat("")},
	{"escapes and no UTF-8", "19844 (\xc3\xa9\xff\x1b[31m) R " + statTail, tailStat("\xc3\xa9\xff\x1b[31m")},
}

// tailStat is what statTail says.
func tailStat(name string) procStat {
	return procStat{PID: 19844, Name: name, State: "R", Parent: 19834, Group: 19834, Session: 7528, Foreground: -1, Flags: 4194304,
		CPU: 50 * time.Millisecond, Threads: 1, Start: 1624590 * time.Millisecond}
}

func TestParseProcStat(t *testing.T) {
	for _, c := range statRows {
		t.Run(c.what, func(t *testing.T) {
			got, err := parseProcStat([]byte(c.row))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestParseProcStatFaults(t *testing.T) {
	whole := statRows[0].row
	faults := map[string]string{
		"empty":                 "",
		"no name":               "1 S 0 0 0",
		"name not closed":       "1 (init S 0 0 0",
		"name closed first":     "1 )init( S 0 0 0",
		"nothing after":         "1 (init)",
		"no pid":                strings.TrimPrefix(whole, "1 "),
		"pid no number":         "x" + whole,
		"pid too great":         "99999999999" + whole,
		"state of two letters":  strings.Replace(whole, " S ", " SS ", 1),
		"ppid negative":         strings.Replace(whole, " S 0 ", " S -1 ", 1),
		"cut before start time": whole[:strings.Index(whole, " 23 52662272")],
		"ticks beyond a life":   strings.Replace(whole, " 268 ", " 999999999999999 ", 1),
	}
	for what, row := range faults {
		if st, err := parseProcStat([]byte(row)); !errors.Is(err, errProcStat) {
			t.Errorf("%s: %q gives %+v, error %v", what, row, st, err)
		}
	}
}

func FuzzParseProcStat(f *testing.F) {
	if len(statRows) == 0 {
		f.Fatal("no seeds")
	}
	for _, c := range statRows {
		f.Add([]byte(c.row))
		f.Add([]byte(c.row[:len(c.row)/2]))
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		st, err := parseProcStat(row)
		if err != nil {
			if !errors.Is(err, errProcStat) || st != (procStat{}) {
				t.Fatalf("%+v with error %v", st, err)
			}
			return
		}
		if st.PID < 0 || st.Parent < 0 || st.Threads < 0 || st.CPU < 0 || st.Start < 0 || len(st.State) != 1 {
			t.Fatalf("%q read as %+v", row, st)
		}
		// What was read, written again as the kernel does, reads the same.
		again := fmt.Sprintf("%d (%s) %s %d %d %d %d %d %d 0 0 0 0 %d 0 0 0 20 0 %d 0 %d 0", st.PID, st.Name, st.State,
			st.Parent, st.Group, st.Session, int32(st.TTY), st.Foreground, st.Flags, st.CPU/procTick, st.Threads, st.Start/procTick)
		st.StopSignal = 0 // the row that was written ends before it
		if st.CPU/procTick < 1<<tickBits {
			if st2, err := parseProcStat([]byte(again)); err != nil || st2 != st {
				t.Fatalf("%+v written as %q read as %+v, %v", st, again, st2, err)
			}
		}
	})
}

func TestTgid(t *testing.T) {
	const status = "Name:\tpython3\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t19844\nNgid:\t0\nPid:\t19850\n"
	for in, want := range map[string]int{status: 19844, "": 0, "Tgid:": 0, "Name:\tTgid: 7\n": 0, "Tgid:\t12": 12} {
		if got := tgid([]byte(in)); got != want {
			t.Errorf("tgid(%q) = %d, want %d", in, got, want)
		}
	}
}
