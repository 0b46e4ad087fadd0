package notebook

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// holdLock is a child that opens the notebook and keeps it until its input ends.
func holdLock() {
	s := Open(Options{Getenv: os.Getenv})
	fmt.Println(s.Err() == nil)
	bufio.NewReader(os.Stdin).ReadString('\n')
}

// startHolder returns a child that has the lock.
func startHolder(t *testing.T, home string) *exec.Cmd {
	t.Helper()
	cmd := child(t, "hold", home)
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
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "true\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	return cmd
}

func TestASecondLaboGoesOnWithoutSaving(t *testing.T) {
	home := t.TempDir()
	first := open(t, home, &said{})
	first.Begun(head("bind"))
	first.Close()
	before, _ := os.ReadFile(filepath.Join(home, fileName))

	holder := startHolder(t, home)
	var told said
	second := open(t, home, &told)
	second.Begun(head("listen"))
	second.Answered("listen", "prediction", answer(0, 1))
	second.Done("listen")
	locked, ok := errors.AsType[*LockedError](second.Err())
	if !ok || locked.PID != holder.Process.Pid || locked.Since.IsZero() {
		t.Errorf("Err = %+v, want process %d", second.Err(), holder.Process.Pid)
	}
	if len(told) != 1 || !strings.Contains(told[0], strconv.Itoa(holder.Process.Pid)) {
		t.Errorf("told %q", told)
	}
	if second.Notebook().Step(1).Scene("bind") == nil {
		t.Error("the second labo does not see what was saved before")
	}
	if after, _ := os.ReadFile(filepath.Join(home, fileName)); string(after) != string(before) {
		t.Error("the second labo wrote into the notebook")
	}
	if _, err := Erase(in(home), clock()()); !errors.As(err, &locked) {
		t.Errorf("Erase of a notebook in use: %v", err)
	}
}

func TestALockDiesWithItsProcess(t *testing.T) {
	home := t.TempDir()
	holder := startHolder(t, home)
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.Wait()
	var told said
	s := open(t, home, &told)
	s.Begun(head("bind"))
	if s.Err() != nil || len(told) > 0 {
		t.Errorf("after the holder was killed: %v, told %q", s.Err(), told)
	}
}

func TestTwoSessionsOfOneProcessExcludeEachOther(t *testing.T) {
	home := t.TempDir()
	first := open(t, home, &said{})
	second := open(t, home, &said{})
	if _, ok := errors.AsType[*LockedError](second.Err()); !ok {
		t.Errorf("second Err = %v", second.Err())
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if third := open(t, home, &said{}); third.Err() != nil {
		t.Errorf("third Err = %v", third.Err())
	}
}

// Whoever removes the directory must not let two labo in: the new file is
// locked, not the one that is gone.
func TestALockFollowsItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), lockName)
	now := clock()()
	first, err := lock(path, now)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if err := os.Remove(path); runtime.GOOS == "windows" && err != nil {
		t.Skip("Windows does not remove a file in use: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	second, err := lock(path, now)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if !same(second, path) {
		t.Error("the lock is on a file that is gone")
	}
}

func TestAnUnreadableHolderIsStillAHolder(t *testing.T) {
	for _, content := range []string{"", "{", `{"pid":-3}`, `"x"`, strings.Repeat("9", 5000)} {
		path := filepath.Join(t.TempDir(), lockName)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if e := heldBy(f); e.PID != 0 || !strings.HasPrefix(Words(e), "Un autre labo écrit") {
			t.Errorf("heldBy(%q) = %+v: %s", content, e, Words(e))
		}
	}
}

func TestEraseLeavesNothingButWhatWasSetAside(t *testing.T) {
	home := t.TempDir()
	write(t, home, "abîmé")
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	s.Close()
	left, err := Erase(in(home), clock()())
	if err != nil || len(left) != 1 {
		t.Errorf("Erase = %q, %v", left, err)
	}
	if book := reread(t, home); !book.Empty() {
		t.Error("the notebook is still there")
	}
	if left, err := Erase(in(filepath.Join(home, "absent")), clock()()); err != nil || left != nil {
		t.Errorf("Erase of nothing = %q, %v", left, err)
	}
}
