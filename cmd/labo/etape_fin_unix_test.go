//go:build unix

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"labo/probe/probetest"
)

// moment is one of a scene, and how a reader comes there.
type moment struct {
	name  string
	step  string
	scene string
	comes func(t *testing.T, v *viewer)
}

// reach starts labo and comes to the moment, beside other tests.
func (w moment) reach(t *testing.T) (v *viewer, port string) {
	t.Helper()
	if w.name == withChild {
		needChildren(t)
	}
	t.Parallel()
	port = somePort(t)
	v = bySight(t, "labo", begunHome(t), "etape", w.step, "--port", port, "--scene", w.scene)
	w.comes(t, v)
	return v, port
}

const withChild = "acting, with a child"

// waits are moments of every kind.
var waits = []moment{
	{"ask", "1", "port-libre", func(t *testing.T, v *viewer) { v.sees(opening(t, 1, "port-libre", "prediction")) }},
	{"ask, answered", "1", "port-libre", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "port-libre", "prediction"))
		v.presses("2")
		v.sees("▸ 2")
	}},
	{"pause", "1", "port-libre", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "port-libre", "prediction"))
		v.presses("1\r")
		v.sees(opening(t, 1, "port-libre", "explication"))
	}},
	{"input", "2", "vos-messages", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 2, "vos-messages", "prediction"))
		v.presses("1\r")
		v.sees(opening(t, 2, "vos-messages", "saisie"))
		v.presses("bonjour")
		v.sees("› bonjour")
	}},
	{"input put aside", "2", "vos-messages", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 2, "vos-messages", "prediction"))
		v.presses("1\r")
		v.sees(opening(t, 2, "vos-messages", "saisie"))
		v.presses("\x1b")
		v.until("keys are commands", func(lines []string) bool { return strings.Contains(lines[len(lines)-1], " q ") })
	}},
	{"watch", "1", "votre-navigateur", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "votre-navigateur", "prediction"))
		v.presses("1\r")
		v.sees(opening(t, 1, "votre-navigateur", "a-vous"))
		v.sees("LISTEN")
	}},
	{"list", "1", "port-libre", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "port-libre", "prediction"))
		v.presses("s")
		v.sees("listen(1) : ouvrir le port")
	}},
	{"help", "1", "port-libre", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "port-libre", "prediction"))
		v.presses("?")
		v.sees("Ctrl+Z")
	}},
	{"acting", "1", "attendre-un-client", func(t *testing.T, v *viewer) { // it measures for a second
		v.sees(opening(t, 1, "attendre-un-client", "prediction"))
		v.presses("1\r")
	}},
	{withChild, "2", "partir-sans-exit", func(t *testing.T, v *viewer) { // Python runs for two seconds
		v.sees(opening(t, 2, "partir-sans-exit", "prediction"))
		v.presses("1\r")
		v.until("the child runs", func([]string) bool { return len(v.marked()) > 1 })
	}},
}

// marked returns the processes of this labo.
func (v *viewer) marked() (pids []string) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range environments {
		if env, err := os.ReadFile(file); err == nil && slices.Contains(strings.Split(string(env), "\x00"), v.mark) {
			pids = append(pids, filepath.Base(filepath.Dir(file)))
		}
	}
	return pids
}

// Ctrl+C at any moment ends labo at once, leaves nothing, and says how to come
// back.
func TestCtrlCAtAnyMomentOnScreen(t *testing.T) {
	for _, w := range waits {
		t.Run(w.name, func(t *testing.T) {
			v, port := w.reach(t)
			v.pressesAtOnce("\x03")
			v.leaves(130, port)
			v.sees("Pour reprendre")
		})
	}
}

// needChildren skips where the processes of a labo cannot be found, or where
// there is no Python for them.
func needChildren(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "written for /proc")
	}
	probetest.Need(t, "python3")
}

// The same in projection, before and after a vote.
func TestCtrlCInProjection(t *testing.T) {
	for name, votes := range map[string]string{"vote": "", "closed": "3\r5\r1\r", "answer": "3\r5\r1\r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port, home := somePort(t), t.TempDir()
			v := bySight(t, "labo", home, "etape", "1", "--port", port, "--projection")
			v.sees("Un port libre")
			v.presses("\r")
			v.sees(opening(t, 1, "port-libre", "prediction"))
			switch v.presses(votes); name {
			case "closed":
				v.sees("9 voix, cachées")
			case "answer":
				v.presses("\r") // not the bounce of the one before
				v.sees("CE QUE VOIT LE NOYAU")
			}
			v.pressesAtOnce("\x03")
			v.leaves(130, port)
			if kept, err := os.ReadDir(home); err != nil || len(kept) > 0 {
				t.Errorf("projection keeps %v (%v)", kept, err)
			}
		})
	}
}

// kill -TERM and kill -HUP end labo as Ctrl+C does, at a wait and while a scene
// acts.
func TestSignalsOnScreen(t *testing.T) {
	for _, w := range waits {
		for signal, exit := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
			if w.name != "pause" && w.name != "watch" && w.name != "acting" && w.name != "input" {
				continue
			}
			t.Run(w.name+"/"+signal.String(), func(t *testing.T) {
				v, port := w.reach(t)
				if err := v.cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				v.leaves(exit, port)
			})
		}
	}
}

// A closed window ends labo, and what it has started.
func TestClosedTerminalOnScreen(t *testing.T) {
	for _, w := range waits {
		t.Run(w.name, func(t *testing.T) {
			v, port := w.reach(t)
			v.master.Close()
			v.exits(129)
			v.leftNothing(port)
		})
	}
}

// After a mistake in a scene, or in what draws it, the terminal is given back
// before anything is told of it.
func TestMistakesOnScreen(t *testing.T) {
	for kind, exit := range map[string]int{"scene": 2, "vue": 1} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			v := bySight(t, "labo-panne", begunHome(t), "panne", kind)
			if kind == "scene" {
				v.sees("Un port libre")
				v.presses("\r")
			}
			v.leaves(exit, "")
			all := v.all()
			back := strings.LastIndex(all, "\x1b[?1049l")
			if back < 0 || strings.Contains(all[:back], wanted) || strings.Contains(all[:back], "goroutine ") {
				t.Errorf("the mistake is told on the screen:\n%q", all)
			}
			if back > 0 && !strings.Contains(strings.Join(strings.Fields(all[back:]), " "), wanted) {
				t.Errorf("nothing is told of the mistake:\n%s", v.screen.Text())
			}
		})
	}
}
