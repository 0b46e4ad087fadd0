//go:build bench && linux

package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// These measure the full screen of a real labo, on a terminal of its own:
//
//	go test -tags bench -run 'TestBenchScreen' -v ./cmd/labo
//
// They print and judge nothing, as those of labo sonde.

// playing starts labo etape on a terminal, at a scene.
func playing(t *testing.T, step, scene string, more ...string) *viewer {
	t.Helper()
	args := append([]string{"etape", step, "--port", somePort(t), "--scene", scene}, more...)
	cmd := exec.CommandContext(t.Context(), buildLabo(t), args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=fr_FR.UTF-8", "LC_ALL=", "LABO_HOME="+begunHome(t))
	return watch(t, cmd, "")
}

// cpuTime is what a process has used of the processors, in ticks of 10 ms
// (utime and stime of proc_pid_stat(5)).
func cpuTime(t *testing.T, pid int) int {
	t.Helper()
	row, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(row[strings.LastIndexByte(string(row), ')')+2:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return user + system
}

// What the full screen costs while the reader reads, with the live panel, in
// percent of one core.
func TestBenchScreenIdle(t *testing.T) {
	const lasting = 10 * time.Second
	for name, start := range map[string]func() *viewer{
		"pause": func() *viewer {
			v := playing(t, "1", "octets-en-attente")
			v.sees(opening(t, 1, "octets-en-attente", "prediction"))
			v.presses("2\r")
			v.sees("ESTABLISHED")
			return v
		},
		"question": func() *viewer {
			v := playing(t, "1", "port-libre")
			v.sees(opening(t, 1, "port-libre", "prediction"))
			return v
		},
		"watch": func() *viewer {
			v := playing(t, "1", "votre-navigateur")
			v.sees(opening(t, 1, "votre-navigateur", "prediction"))
			v.presses("1\r")
			v.sees("LISTEN")
			return v
		},
		"projection": func() *viewer {
			v := playing(t, "1", "port-libre", "--projection", "--auto=1h")
			v.sees("Un port libre")
			return v
		},
	} {
		v := start()
		time.Sleep(2 * time.Second) // what the start itself cost
		before, at := cpuTime(t, v.cmd.Process.Pid), time.Now()
		time.Sleep(lasting)
		used := float64(cpuTime(t, v.cmd.Process.Pid)-before) * 10 // ms
		t.Logf("%-10s %.1f %% of one core over %v", name, 100*used/float64(time.Since(at).Milliseconds()), lasting)
		v.pressesAtOnce("\x03")
		v.exits(130)
	}
}

// How long a key takes to change the screen, from the write to the first
// changed byte: median, 95th of 100, longest of 200.
func TestBenchScreenLatency(t *testing.T) {
	const keys = 200
	for name, c := range map[string]struct {
		width, height int
		begin, keys   []string
	}{
		"list of scenes":  {80, 24, []string{"s"}, []string{"\x1b[B", "\x1b[A"}},
		"answer":          {80, 24, nil, []string{"1", "2"}},
		"answer, 120x40":  {120, 40, nil, []string{"1", "2"}},
		"views, 120x40":   {120, 40, []string{"2\r"}, []string{"\t"}},
		"scroll at pause": {80, 24, []string{"2\r", "\x1b[5~"}, []string{"\x1b[B", "\x1b[A"}},
	} {
		v := playing(t, "1", "octets-en-attente")
		v.sees(opening(t, 1, "octets-en-attente", "prediction"))
		v.resizes(pty.Winsize{Rows: uint16(c.height), Cols: uint16(c.width)})
		for _, k := range c.begin {
			v.presses(k)
		}
		time.Sleep(time.Second)
		var took []time.Duration
		for i := range keys {
			time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond) // wherever in a frame
			took = append(took, v.latency(c.keys[i%len(c.keys)]))
		}
		slices.Sort(took)
		t.Logf("%-16s median %v, 95 %% under %v, longest %v", name, took[keys/2].Round(100*time.Microsecond),
			took[keys*95/100].Round(100*time.Microsecond), took[keys-1].Round(100*time.Microsecond))
		v.pressesAtOnce("\x03")
		v.exits(130)
	}
}

// latency presses a key and returns how long the screen took to change.
func (v *viewer) latency(key string) time.Duration {
	v.t.Helper()
	before := v.screen.Text()
	select {
	case <-v.news:
	default:
	}
	pressed := time.Now()
	v.pressesAtOnce(key)
	for limit := time.After(5 * time.Second); ; {
		select {
		case <-v.news:
			at := time.Now()
			if v.screen.Text() != before {
				return at.Sub(pressed)
			}
		case <-limit:
			v.t.Fatalf("%q changes nothing:\n%s", key, before)
		}
	}
}

// The same with 200 sockets of the lesson's port in the live panel: what rest
// costs, and how soon the help covers the screen or leaves it. So that only the
// key is measured, the words of the help are looked for.
func TestBenchScreenCrowd(t *testing.T) {
	for _, size := range [][2]uint16{{80, 24}, {120, 40}} {
		port := somePort(t)
		v := playing(t, "1", "octets-en-attente", "--port", port)
		v.sees(opening(t, 1, "octets-en-attente", "prediction"))
		v.resizes(pty.Winsize{Cols: size[0], Rows: size[1]})
		v.presses("2\r")
		v.sees("ESTABLISHED")
		crowd(t, "127.0.0.2:"+port, 100)
		v.sees("de plus")
		v.measures(fmt.Sprintf("etape, 200 sockets, %dx%d", size[0], size[1]), "LES TOUCHES")
		v.pressesAtOnce("\x03")
		v.exits(130)
	}
}

// And the same for labo sonde --suivre.
func TestBenchSondeCrowd(t *testing.T) {
	port := somePort(t)
	crowd(t, "127.0.0.2:"+port, 100)
	cmd := exec.CommandContext(t.Context(), buildLabo(t), "sonde", "--suivre=250ms", port)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=fr_FR.UTF-8", "LC_ALL=", "LABO_HOME="+begunHome(t))
	v := watch(t, cmd, "")
	v.sees("ESTABLISHED")
	v.measures("sonde --suivre=250ms, 200 sockets, 80x24", "Une touche ferme")
	v.pressesAtOnce("\x03")
	v.exits(130)
}

// crowd keeps so many connections to an address open until the test is over:
// two sockets each.
func crowd(t *testing.T, address string, connections int) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for range connections {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		s, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close(); s.Close() })
	}
}

// measures prints what rest costs, then how long the help takes to come and to
// go: median, 99 of 100, longest.
func (v *viewer) measures(what, help string) {
	v.t.Helper()
	const lasting, keys = 10 * time.Second, 500
	time.Sleep(3 * time.Second) // marks fade
	before, at := cpuTime(v.t, v.cmd.Process.Pid), time.Now()
	time.Sleep(lasting)
	used := float64(cpuTime(v.t, v.cmd.Process.Pid)-before) * 10 // ms
	v.t.Logf("%-40s at rest %.1f %% of one core over %v", what, 100*used/float64(time.Since(at).Milliseconds()), lasting)
	var took []time.Duration
	for i := range keys {
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond) // wherever in a frame, and around measurements
		pressed := time.Now()
		v.pressesAtOnce("?")
		for limit := time.After(5 * time.Second); shown(v.screen.Lines(), help) != (i%2 == 0); {
			select {
			case <-v.news:
			case <-limit:
				v.t.Fatalf("? changes nothing:\n%s", v.screen.Text())
			}
		}
		took = append(took, time.Since(pressed))
	}
	slices.Sort(took)
	v.t.Logf("%-40s a key shows in %.1f ms (median), %.1f ms (99 of 100), %.1f ms (longest of %d)", what,
		ms(took[keys/2]), ms(took[keys*99/100]), ms(took[keys-1]), keys)
}
