package notebook

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// childRole names in the environment what this test program is to do instead
// of its tests: some need a second process, to be killed.
const childRole = "LABO_TEST_ROLE"

var roles = map[string]func(){
	"write": writeForEver, // kill_test.go
}

func TestMain(m *testing.M) {
	if name := os.Getenv(childRole); name != "" {
		role, ok := roles[name]
		if !ok {
			fmt.Fprintln(os.Stderr, "no role", name)
			os.Exit(2)
		}
		role()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// child returns this program in a role, with its notebook in home.
func child(t *testing.T, role, home string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childRole+"="+role, "LABO_HOME="+home)
	cmd.Stderr = os.Stderr
	return cmd
}

// in returns an environment whose notebook is in home.
func in(home string) func(string) string {
	return func(name string) string {
		if name == "LABO_HOME" {
			return home
		}
		return ""
	}
}

// said collects what a session tells.
type said []string

func (s *said) tell(sentence string) { *s = append(*s, sentence) }

func (s said) String() string { return strings.Join(s, "\n") }
