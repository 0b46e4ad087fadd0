package projection

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/lessons/scene"
)

// role, in the environment, makes this test program a projector that lives
// until its input ends, or is killed.
const role = "LABO_TEST_PROJECTOR"

func TestMain(m *testing.M) {
	if os.Getenv(role) != "" {
		p := New(os.Getenv)
		fmt.Printf("told%s\n", p.Tell(status("ecouter", 3)))
		bufio.NewReader(os.Stdin).ReadString('\n')
		p.Close()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// startProjector returns another process that projects.
func startProjector(t *testing.T, home string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), role+"=1", "LABO_HOME="+home)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "told\n" {
		t.Fatalf("the other projector says %q, %v", line, err)
	}
	return cmd
}

// in returns an environment whose files are in home.
func in(home string) func(string) string {
	return func(name string) string {
		if name == "LABO_HOME" {
			return home
		}
		return ""
	}
}

// started is when the lesson of this process began.
var started = time.Now().Round(0)

// status is a scene of step 1 that begins now.
func status(id string, index int) Status {
	return Status{Head: scene.Head{Step: 1, StepTitle: "Un serveur simple", Index: index, Total: 9, ID: id, Title: "Scène " + id},
		Port: 4321, Started: started, Begun: time.Now().Round(0)}
}

// only returns the one projection that goes on.
func only(t *testing.T, s Sight) *State {
	t.Helper()
	if len(s.Live) != 1 || len(s.Killed) != 0 || s.Err != nil {
		t.Fatalf("seen: %+v", s)
	}
	return s.Live[0]
}

// nothing holds that nothing is projected and nothing was left.
func nothing(t *testing.T, home string) {
	t.Helper()
	if s := Look(t.Context(), in(home)); len(s.Live)+len(s.Killed) != 0 || s.Err != nil {
		t.Errorf("seen: %+v", s)
	}
	if entries, _ := os.ReadDir(home); len(entries) != 0 {
		t.Errorf("left: %v", entries)
	}
}
