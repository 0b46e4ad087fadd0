package lessons

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"labo/lessons/bench"
	"labo/probe/probetest"
)

// world is what a scene may find around it. make prepares it for a port: the
// process that somebody else then has there, 0 for none, and what changes in how
// the scene is played. It ends with the test.
type world struct {
	make func(t *testing.T, port string) (pid int, change func(*exec.Cmd))
	// alters: an answer may be another one here than where nobody is. Where it
	// may not, it is held to what the free world answers.
	alters bool
	check  func(t *testing.T, o outcome)
}

func changing(change func(*exec.Cmd)) func(*testing.T, string) (int, func(*exec.Cmd)) {
	return func(*testing.T, string) (int, func(*exec.Cmd)) { return 0, change }
}

func withEnv(vars ...string) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) { cmd.Env = append(cmd.Environ(), vars...) }
}

// prepared makes what a scene finds on its port.
func prepared(prepare func(t *testing.T, at netip.AddrPort)) func(*testing.T, string) (int, func(*exec.Cmd)) {
	return func(t *testing.T, port string) (int, func(*exec.Cmd)) {
		prepare(t, netip.MustParseAddrPort("127.0.0.1:"+port))
		return 0, func(*exec.Cmd) {}
	}
}

// worlds returns all worlds, by name: those of the intruders too.
func worlds() map[string]world {
	all := map[string]world{
		"a memory (TIME-WAIT)":            {make: prepared(leftMemory), alters: true},
		"an orphan (FIN-WAIT-2)":          {make: orphaned, alters: true},
		"packets are dropped":             {make: silenced, alters: true},
		"a slow machine":                  {make: slowed},
		"no Python":                       {make: changing(withEnv("PATH=" + os.DevNull)), alters: true},
		"a system that hides owners":      {make: changing(withEnv(hides + "=1")), alters: true},
		"files named as Python's modules": {make: shadowed},
		"a terminal of 60 columns": {make: changing(withEnv(narrow + "=60")), check: func(t *testing.T, o outcome) {
			if o.Widest > 60 {
				t.Errorf("a line has %d cells:\n%s", o.Widest, o.Page)
			}
		}},
	}
	for way := range intrusions {
		all[way] = world{make: func(t *testing.T, port string) (int, func(*exec.Cmd)) {
			pid, end := intruder(t, way, port)
			t.Cleanup(end)
			return pid, func(*exec.Cmd) {}
		}}
	}
	return all
}

// Each scene is played in each world. It ends, or stops and says in French why; no
// sentence contradicts the rows then on screen; a foreign program is named where
// it keeps a question from being answered, and no answer is false; no word of Go
// or of the system is shown; nothing is left behind. Each run plays a dozen pairs,
// LABO_LONG=1 all; LABO_WORLDS_SEED plays again what a test has logged.
func TestWorlds(t *testing.T) {
	if testing.Short() {
		probetest.Missing(t, "a dozen scenes are played twice")
	}
	type pair struct {
		step  int
		scene bench.Scene
		world string
	}
	all := worlds()
	var pairs []pair
	for _, step := range Steps() {
		for _, sc := range step.Scenes {
			for _, name := range slices.Sorted(maps.Keys(all)) {
				pairs = append(pairs, pair{step.Number, sc, name})
			}
		}
	}
	seed, err := strconv.ParseUint(os.Getenv("LABO_WORLDS_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("LABO_WORLDS_SEED=%d", seed)
	if !long() {
		draw := rand.New(rand.NewPCG(seed, 0))
		draw.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		pairs = pairs[:12]
	}
	free, tally := map[string]outcome{}, map[string]int{}
	for _, p := range pairs {
		w := all[p.world]
		quiet := func() outcome {
			o, played := free[p.scene.ID]
			if !played {
				o = play(t, p.step, p.scene.ID, freePort(t))
				free[p.scene.ID] = o
				if o.Failed || len(o.False) > 0 {
					t.Errorf("with nobody there: failed %v, false %q\n%s", o.Failed, o.False, o.Page)
				}
			}
			return o
		}
		t.Run(fmt.Sprintf("%d-%s/%s", p.step, p.scene.ID, p.world), func(t *testing.T) {
			port := freePort(t)
			pid, change := w.make(t, port)
			got := play(t, p.step, p.scene.ID, port, change)
			judgeWorld(t, got, quiet, w, p.world, pid)
			tally[fmt.Sprintf("%s: failed %v, answered %d of %d", p.world, got.Failed, len(got.Right), got.Asked)]++
		})
	}
	for _, line := range slices.Sorted(maps.Keys(tally)) {
		t.Logf("%3d × %s", tally[line], line)
	}
}

func judgeWorld(t *testing.T, got outcome, quiet func() outcome, w world, name string, pid int) {
	t.Helper()
	for _, said := range got.False {
		t.Errorf("false: %s\n%s", said, got.Page)
	}
	if strings.Contains(got.Page, "pare-feu") && name != "packets are dropped" {
		t.Errorf("it blames a firewall:\n%s", got.Page)
	}
	if got.Failed && (!strings.Contains(got.Page, "La scène s'arrête ici ✗ ") || !strings.Contains(got.Page, " pour rejouer")) {
		t.Errorf("it does not say why it stops, and what to do:\n%s", got.Page)
	}
	if w.check != nil {
		w.check(t, got)
	}
	if pid != 0 {
		judgeIntruded(t, got, quiet, name, pid)
		return
	}
	if got.Left != "" {
		t.Errorf("it left %s", got.Left)
	}
	if word := englishIn(got.Page); word != "" {
		t.Errorf("%q was shown:\n%s", word, got.Page)
	}
	if w.alters {
		return
	}
	alone := quiet()
	if got.Failed {
		t.Errorf("it fails:\n%s", got.Page)
	}
	if strings.Contains(got.Page, "c'est une course") { // its answers may differ, and it says so
		return
	}
	for i, right := range got.Right {
		if len(got.Right) == len(alone.Right) && right != "" && alone.Right[i] != "" && right != alone.Right[i] {
			t.Errorf("answer %d is %q, and %q in a free world:\n%s", i+1, right, alone.Right[i], got.Page)
		}
	}
}

// orphaned has a server that closed first and whose client stays: nobody listens,
// and the kernel keeps the port (FIN-WAIT-2).
func orphaned(t *testing.T, port string) (pid int, change func(*exec.Cmd)) {
	l, err := net.Listen("tcp4", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	l.Close()
	return os.Getpid(), func(*exec.Cmd) {}
}

// silenced has every packet for the port dropped, without a word, in a network of
// the scene's own.
func silenced(t *testing.T, port string) (pid int, change func(*exec.Cmd)) {
	probetest.Need(t, "ip")
	if os.Getuid() != 0 {
		probetest.Elsewhere(t, "only root drops packets")
	}
	return 0, func(cmd *exec.Cmd) {
		const prepare = `ip link set lo up && echo 0 >/proc/sys/net/ipv4/conf/lo/disable_policy && echo 0 >/proc/sys/net/ipv4/conf/lo/disable_xfrm &&
ip xfrm policy add dir in src 127.0.0.1/32 dst 127.0.0.1/32 proto tcp dport %s action block && exec "$@"`
		cmd.Args = append([]string{"sh", "-c", fmt.Sprintf(prepare, port), "sh", cmd.Path}, cmd.Args[1:]...)
		cmd.Path = "/bin/sh"
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	}
}

// slowed has other programs compute on every core, and the scene come last.
func slowed(t *testing.T, _ string) (pid int, change func(*exec.Cmd)) {
	for range 2 * runtime.NumCPU() {
		busy := exec.Command("/bin/sh", "-c", "while :; do :; done")
		busy.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := busy.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { busy.Process.Kill(); busy.Wait() })
	}
	return 0, func(cmd *exec.Cmd) {
		cmd.Args = append([]string{"nice", "-n", "19", cmd.Path}, cmd.Args[1:]...)
		cmd.Path = probetest.Need(t, "nice")
	}
}

// shadowed has the scene played in a folder where files have the names of modules
// that labo's demonstrations import, or that Python does when it starts. None
// of them runs.
func shadowed(t *testing.T, _ string) (pid int, change func(*exec.Cmd)) {
	dir, mark := t.TempDir(), filepath.Join(t.TempDir(), "ran")
	shadow(t, dir, mark)
	t.Cleanup(func() {
		if ran, err := os.ReadFile(mark); err == nil {
			t.Errorf("files of the reader's folder ran:\n%s", ran)
		}
	})
	return 0, func(cmd *exec.Cmd) {
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "PYTHONPATH="+dir, "PYTHONSTARTUP="+filepath.Join(dir, "os.py"))
	}
}
