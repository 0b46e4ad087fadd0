package syscalls

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// straceOfFins is put together from what strace 6.1 wrote of testdata/fins.c.
// Of the four threads that were late, one came to its exit (13790), two were
// killed at the door of it, of which strace says that it does not know the call
// (13791) or that it is exit_group (13788), and one on the way to it (13787).
const straceOfFins = `
13781 execve("./fins", ["./fins"], 0x7ffc /* 13 vars */) = 0
13781 pipe2([3, 4], 0)                  = 0
13781 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0} => {parent_tid=[13784]}, 88) = 13784
13784 exit(0)                           = ?
13784 +++ exited with 0 +++
13781 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0} => {parent_tid=[13785]}, 88) = 13785
13781 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0} => {parent_tid=[13787]}, 88) = 13787
13785 read(3,  <unfinished ...>
13781 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0} => {parent_tid=[13788]}, 88) = 13788
13781 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0} => {parent_tid=[13790]}, 88) = 13790
13781 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0} => {parent_tid=[13791]}, 88) = 13791
13790 exit(0 <unfinished ...>
13781 exit_group(0 <unfinished ...>
13788 exit_group(0 <unfinished ...>
13790 <... exit resumed>)               = ?
13791 ???( <unfinished ...>
13781 <... exit_group resumed>)         = ?
13785 <... read resumed> <unfinished ...>) = ?
13790 +++ exited with 0 +++
13791 <... ??? resumed>)                = ?
13791 +++ exited with 0 +++
13785 +++ exited with 0 +++
13788 +++ exited with 0 +++
13787 +++ exited with 0 +++
13781 +++ exited with 0 +++
`

func readTold(t *testing.T, log string) (*tree, error) {
	t.Helper()
	return parseStrace(t, strings.NewReader(strings.TrimPrefix(log, "\n"))).tree()
}

func TestEndsThatStraceTells(t *testing.T) {
	exit := func() *tree { return &tree{Calls: []seen{{"exit", "", "?"}}, End: endCalled} }
	cut := func() *tree { return &tree{End: endCut} }
	clone := seen{"clone3", "", "child"}
	want := &tree{
		Calls:    []seen{{"pipe2", "", "0"}, clone, clone, clone, clone, clone, clone, {"exit_group", "", "?"}},
		Children: []*tree{exit(), cut(), cut(), cut(), exit(), cut()},
		End:      endCalled,
	}
	got, err := readTold(t, straceOfFins)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
}

// A thread's exit may only be missing when its process was ended before it.
func TestExitThatIsNotTold(t *testing.T) {
	for _, c := range []struct{ name, without, want string }{
		{"of the thread that is waited for", "13784 exit(0)                           = ?\n", "thread 13784 ended after \"\": its exit was not told"},
		{"of the process", "13781 exit_group(0 <unfinished ...>\n13781 <... exit_group resumed>)         = ?\n13788 exit_group(0 <unfinished ...>\n",
			"thread 13781 ended after \"clone3\": its exit was not told"},
		{"end of a thread", "13790 +++ exited with 0 +++\n", "the end of thread 13790 was not told, its last call is \"exit\""},
		{"one that is late", "13790 exit(0 <unfinished ...>\n13790 <... exit resumed>)               = ?\n", ""},
	} {
		log := straceOfFins
		for line := range strings.Lines(c.without) {
			log = strings.Replace(log, line, "", 1)
		}
		_, err := readTold(t, log)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// Only the exit of a thread that was ended before it in the other run is
// settled; any other difference stays.
func TestSettle(t *testing.T) {
	closed, exit, group := seen{"close", "3", "0"}, seen{"exit", "", "?"}, seen{"exit_group", "", "?"}
	ended := func(e end, calls ...seen) tree { return tree{Calls: calls, End: e} }
	child := func(n tree) *tree { return &tree{Children: []*tree{&n}} }
	for _, c := range []struct {
		name    string
		a, b    tree
		settled int
		same    bool
	}{
		{"exit in one", ended(endCalled, closed, exit), ended(endCut, closed), 1, true},
		{"exit in both", ended(endCalled, closed, exit), ended(endCalled, closed, exit), 0, true},
		{"exit in none", ended(endCut, closed), ended(endCut, closed), 0, true},
		{"another call lost", ended(endCalled, closed, exit), ended(endCut), 1, false},
		{"killed by a signal", ended(endCalled, closed, exit), ended(endKilled, closed), 0, false},
		{"the process's own end", ended(endCalled, closed, group), ended(endCut, closed), 0, false},
	} {
		for _, swapped := range []bool{false, true} {
			a, b := child(c.a), child(c.b)
			if swapped {
				a, b = b, a
			}
			if n := settle(a, b); n != c.settled {
				t.Errorf("%s: %d settled, want %d", c.name, n, c.settled)
			}
			if same := cmp.Equal(a, b, cmpopts.EquateEmpty()); same != c.same {
				t.Errorf("%s: the same is %t", c.name, same)
			}
		}
	}
}
