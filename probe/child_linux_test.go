package probe

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"labo/probe/probetest"
)

// childArgsEnv holds the arguments of a child's role.
const childArgsEnv = "LABO_PROBE_CHILD_ARGS"

// answer is how a child's role tells v to [askAsNobody].
func answer[T any](v T, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stderr).Encode(v)
}

// askAsNobody runs a child's role as an ordinary user and returns its answer.
func askAsNobody[T any](t *testing.T, role string, args ...string) (v T) {
	t.Helper()
	if os.Geteuid() != 0 {
		probetest.Missing(t, "not root: cannot drop rights")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	startChild(t, role, asNobody(t), func(cmd *exec.Cmd) {
		cmd.Stderr = w
		cmd.Env = append(cmd.Env, childArgsEnv+"="+strings.Join(args, " "))
	})
	w.Close()
	if err := json.NewDecoder(r).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// asNobody runs a child as the user nobody, from a copy of this binary that
// nobody may execute.
func asNobody(t *testing.T) func(*exec.Cmd) {
	t.Helper()
	dir, err := os.MkdirTemp("", "labo-nobody")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return func(cmd *exec.Cmd) {
		path := filepath.Join(dir, "probe.test")
		if err := errors.Join(os.Chmod(dir, 0o755), copyFile(path, cmd.Path)); err != nil {
			t.Fatal(err)
		}
		cmd.Path, cmd.Dir = path, dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
}

// inheriting gives a child one more descriptor.
func inheriting(f *os.File) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) { cmd.ExtraFiles = append(cmd.ExtraFiles, f) }
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
