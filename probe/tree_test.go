package probe

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDescendants(t *testing.T) {
	all := map[int]int{1: 0, 10: 1, 11: 10, 12: 11, 20: 1, 30: 31, 31: 30}
	for root, want := range map[int][]int{10: {10, 11, 12}, 12: {12}, 99: nil, 30: {30, 31}} {
		if diff := cmp.Diff(want, descendants(all, root)); diff != "" {
			t.Errorf("descendants of %d (-want +got):\n%s", root, diff)
		}
	}
}

// A real child is found under us, and not once it has ended.
func TestTreeFindsAChild(t *testing.T) {
	if os.Getenv("LABO_TREE_CHILD") != "" { // we are the child
		os.Stdin.Read(make([]byte, 1)) // until the parent closes it
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestTreeFindsAChild$")
	child.Env = append(os.Environ(), "LABO_TREE_CHILD=1")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	tree, err := Tree(context.Background(), os.Getpid())
	if err != nil || !slices.Contains(tree, child.Process.Pid) || !slices.Contains(tree, os.Getpid()) {
		t.Errorf("Tree(%d) = %v, %v; want it to hold child %d", os.Getpid(), tree, err, child.Process.Pid)
	}
	in.Close()
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	tree, err = Tree(context.Background(), os.Getpid())
	if err != nil || slices.Contains(tree, child.Process.Pid) {
		t.Errorf("Tree(%d) = %v, %v; child %d has ended", os.Getpid(), tree, err, child.Process.Pid)
	}
}
