//go:build unix

package lessons

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"labo/lessons/bench"
	"labo/probe"
	"labo/probe/probetest"
)

// What goes wrong in a scene that is played by [play], by environment variables.
const (
	narrow   = "LABO_TEST_WIDTH" // cells of the terminal
	hides    = "LABO_TEST_HIDES" // the system says of no socket whose it is
	failsAt  = "LABO_TEST_FAILS" // "sockets 2": the second answer of the probe is an error
	lostSelf = "LABO_TEST_SELF"  // what is started in place of this program
)

// injected is an error as Go makes them.
var injected = &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("injected", errors.New("injected by a test"))}

// failingSystem is [bench.TheSystem] with the failure that the environment
// asks for.
func failingSystem() *bench.System {
	what, count, _ := strings.Cut(os.Getenv(failsAt), " ")
	at, _ := strconv.Atoi(count)
	fails := func(kind string) bool {
		if kind == what {
			at--
		}
		return kind == what && at == 0
	}
	return &bench.System{
		Sockets: func(ctx context.Context, f probe.Filter) (*probe.Snapshot, error) {
			if fails("sockets") {
				return nil, injected
			}
			s, err := probe.Sockets(ctx, f)
			for i := 0; err == nil && os.Getenv(hides) != "" && i < len(s.Sockets); i++ {
				s.Sockets[i].Owner = probe.Owner{Kind: probe.OwnerForbidden}
			}
			return s, err
		},
		Process: func(ctx context.Context, pid int) (probe.ProcessInfo, error) {
			if fails("process") {
				return probe.ProcessInfo{}, injected
			}
			return probe.Process(ctx, pid)
		},
	}
}

// breakages are what can go wrong under a scene, as changes to the command that
// plays it.
func breakages(t *testing.T) map[string]func(*exec.Cmd) {
	with := func(env ...string) func(*exec.Cmd) {
		return func(cmd *exec.Cmd) { cmd.Env = append(cmd.Environ(), env...) }
	}
	bin := t.TempDir()
	program := func(name, script string) string {
		path := filepath.Join(bin, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	crash := program("crash", "echo 'panic: runtime error: injected' >&2\nexit 2\n")
	program("python3", `case "$*" in *version_info*) echo "3 11 `+filepath.Join(bin, "python3")+`"; exit;; esac
echo 'Traceback (most recent call last):' >&2
echo 'OSError: [Errno 98] Address already in use' >&2
exit 1
`)
	all := map[string]func(*exec.Cmd){
		"labo cannot start itself":      with(lostSelf + "=" + filepath.Join(bin, "nothing")),
		"labo's child crashes":          with(lostSelf + "=" + crash),
		"Python breaks":                 with("PATH=" + bin + ":/usr/bin:/bin"),
		"no folder may be written":      with("TMPDIR=/dev/null", "HOME=/dev/null", "XDG_CACHE_HOME=/dev/null"),
		"there are few descriptors":     limited("ulimit -n 12"),
		"there is nearly no descriptor": limited("ulimit -n 9"),
	}
	for _, at := range []string{"sockets 2", "sockets 3", "sockets 5", "process 1", "process 2"} {
		all["the probe fails: "+at] = with(failsAt + "=" + at)
	}
	return all
}

// limited has the shell set a limit before it becomes the command.
func limited(limit string) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		cmd.Args = append([]string{"sh", "-c", limit + ` && exec "$@"`, "sh", cmd.Path}, cmd.Args[1:]...)
		cmd.Path = "/bin/sh"
	}
}

// Whatever fails under a scene, it ends, and no word of Go, of the system or of
// what it started reaches its page. Each run tries a quarter, in turn; LABO_LONG=1
// tries all.
func TestEachSceneFailsInFrench(t *testing.T) {
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "it breaks things with sh and ulimit")
	}
	if testing.Short() {
		probetest.Missing(t, "each scene is played a dozen times")
	}
	all := breakages(t)
	for i, what := range slices.Sorted(maps.Keys(all)) {
		t.Run(what, func(t *testing.T) {
			breakIt, turn, failed := all[what], time.Now().YearDay()+i, 0
			for _, step := range Steps() {
				for _, sc := range step.Scenes {
					if turn++; !long() && turn%4 != 0 {
						continue
					}
					o := play(t, step.Number, sc.ID, freePort(t), breakIt)
					if word := englishIn(o.Page); word != "" {
						t.Errorf("step %d, %s: %q was shown:\n%s", step.Number, sc.ID, word, o.Page)
					}
					if o.Left != "" {
						t.Errorf("step %d, %s: it left %s", step.Number, sc.ID, o.Left)
					}
					if o.Failed {
						failed++
						if !strings.Contains(o.Page, "La scène s'arrête ici ✗ ") {
							t.Errorf("step %d, %s: it does not say why:\n%s", step.Number, sc.ID, o.Page)
						}
					}
					for _, said := range disturbance.FindAllString(o.Page, -1) {
						t.Logf("%d/%s: %s", step.Number, sc.ID, said)
					}
				}
			}
			if failed == 0 && long() {
				t.Error("no scene failed: nothing was broken")
			}
			t.Log(fmt.Sprint(failed, " scenes failed"))
		})
	}
}
