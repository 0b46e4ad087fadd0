//go:build bench && linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// These measure whole processes, from start to exit, against ss doing the same
// on the same machine:
//
//	go test -tags bench -run 'TestBench' -v ./cmd/labo
//
// They print and judge nothing: a busy machine is no failure. Only the ratios
// mean something, and only on a machine at rest. They need python3 and ss.

const benchRuns = 20

// load starts charge.py, which runs until the test is over, and returns the
// port of its server, or of one of them.
func load(t *testing.T, processes, sockets int, more ...string) (port string) {
	t.Helper()
	args := append([]string{"testdata/bench/charge.py", strconv.Itoa(processes), strconv.Itoa(sockets)}, more...)
	cmd := exec.CommandContext(t.Context(), "python3", args...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); _ = cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal("charge.py did not start: ", err)
	}
	return strings.TrimSpace(line)
}

// buildLabo builds labo as it is handed out: docs/mainteneurs.md.
func buildLabo(t *testing.T) string {
	t.Helper()
	labo := filepath.Join(t.TempDir(), "labo")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", labo, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return labo
}

// once runs a command whose output is read through a pipe and thrown away.
func once(t *testing.T, args ...string) (wall time.Duration, peakKiB int64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return time.Since(start), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
}

// compare runs two commands in turn and prints the medians and the ratio.
func compare(t *testing.T, target float64, a, b []string) {
	t.Helper()
	var as, bs []time.Duration
	var ratios []float64
	var peak int64
	once(t, a...)
	once(t, b...)
	for range benchRuns {
		x, kib := once(t, a...)
		y, _ := once(t, b...)
		as, bs, ratios, peak = append(as, x), append(bs, y), append(ratios, float64(x)/float64(y)), max(peak, kib)
	}
	slices.Sort(as)
	slices.Sort(bs)
	slices.Sort(ratios)
	mid := benchRuns / 2
	t.Logf("%-28s %7.1f ms   %-34s %7.1f ms   ratio %.2f (%.2f–%.2f), aim ≤ %.2f   peak %.1f MiB, aim ≤ 40",
		strings.Join(a[1:], " "), ms(as[mid]), strings.Join(b, " "), ms(bs[mid]),
		ratios[mid], ratios[0], ratios[benchRuns-1], target, float64(peak)/1024)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func TestBenchSondeAgainstSS(t *testing.T) {
	labo := buildLabo(t)
	for _, b := range []struct {
		name string
		more []string
	}{{"10 000 sockets on one port", nil}, {"50 servers, 200 sockets each", []string{"apart"}}} {
		t.Run(b.name, func(t *testing.T) {
			port := load(t, 50, 200, b.more...)
			_, lone := listen(t)
			compare(t, 0.5, []string{labo, "sonde", "--json"}, []string{"ss", "-tanp"})
			compare(t, 0.5, []string{labo, "sonde"}, []string{"ss", "-tanp"})
			for _, p := range []string{lone, port} {
				compare(t, 0.3, []string{labo, "sonde", p}, []string{"ss", "-tanp", "sport = :" + p})
			}
		})
	}
}

// TestBenchSondeLive prints the share of one core that the live view takes.
func TestBenchSondeLive(t *testing.T) {
	labo := buildLabo(t)
	load(t, 100, 2)
	const settle, measure = 2 * time.Second, 20 * time.Second
	for _, args := range [][]string{{"sonde", "--suivre=250ms"}, {"sonde", "--suivre=1m"}} {
		cmd := exec.CommandContext(t.Context(), labo, args...)
		cmd.Env = append(os.Environ(), "TERM=xterm-256color")
		master, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 120})
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = io.Copy(io.Discard, master) }()
		time.Sleep(settle) // a measure over time has no other way
		before := cpuTicks(t, cmd.Process.Pid)
		start := time.Now()
		time.Sleep(measure)
		used := time.Duration(cpuTicks(t, cmd.Process.Pid)-before) * time.Second / 100
		t.Logf("labo %-22s %.1f %% of one core, aim ≤ 3 %%", strings.Join(args, " "), 100*used.Seconds()/time.Since(start).Seconds())
		fmt.Fprint(master, "q")
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
		master.Close()
	}
}

// cpuTicks is user and system time in hundredths of a second (proc_pid_stat(5)).
func cpuTicks(t *testing.T, pid int) int {
	t.Helper()
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return user + system
}
