package notebook

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"labo/lessons/evidence"
	"labo/probe"
	"labo/probe/probetest"
)

func init() { roles["disk"] = fillDisk }

// diskReport is what fillDisk saw.
type diskReport struct {
	Mount    string   // why the disk could not be made, "" when it could
	Full     []string // told while the disk was full
	FullErr  string
	Whole    bool // the file on the full disk was a notebook, with what was saved before
	Again    []string
	AgainHas bool // the last scene, played while the disk was full, is in the file
	ReadOnly []string
	Begun    bool // every scene went on
}

// fillDisk is a child with a disk of its own: a small one that fills up, is
// made larger, and then cannot be written.
func fillDisk() {
	var r diskReport
	defer func() { json.NewEncoder(os.Stdout).Encode(r) }()
	home := os.Getenv("LABO_HOME")
	if err := unix.Mount("labo", home, "tmpfs", 0, "size=64k"); err != nil {
		r.Mount = err.Error()
		return
	}
	remount := func(flags uintptr, size string) error {
		return unix.Mount("labo", home, "tmpfs", unix.MS_REMOUNT|flags, "size="+size)
	}
	var told said
	s := Open(Options{Getenv: os.Getenv, Tell: told.tell})
	scene := func(id string) {
		s.Begun(head(id))
		s.Measured(id, evidence.Evidence{Title: "T", Sockets: &evidence.Table{Rows: make([]probe.Socket, 8)}})
		s.Done(id)
	}
	scene("petite")
	for i := 0; s.Err() == nil && i < 100; i++ {
		scene(fmt.Sprint("scene-", i))
	}
	scene("pendant")
	r.Full, told = told, nil
	if s.Err() != nil {
		r.FullErr = s.Err().Error()
	}
	book, err := Read(os.Getenv)
	r.Whole = err == nil && book.Step(1).Scene("petite").IsDone()

	if err := remount(0, "8m"); err != nil {
		r.Mount = err.Error()
		return
	}
	scene("apres")
	r.Again, told = told, nil
	book, err = Read(os.Getenv)
	r.AgainHas = err == nil && book.Step(1).Scene("pendant").IsDone() && s.Err() == nil

	s.Close()
	if err := remount(unix.MS_RDONLY, "8m"); err != nil {
		r.Mount = err.Error()
		return
	}
	s = Open(Options{Getenv: os.Getenv, Tell: told.tell})
	scene("enfin")
	scene("encore")
	r.ReadOnly = told
	r.Begun = s.Notebook().Step(1).Scene("encore").IsDone() && s.Notebook().Step(1).Scene("apres").IsDone()
}

func TestAFullDiskIsToldOnceAndStopsNothing(t *testing.T) {
	home := t.TempDir()
	cmd := child(t, "disk", home)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.Output()
	if err != nil {
		probetest.Missing(t, "no mount namespace here: %v", err)
	}
	var r diskReport
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if r.Mount != "" {
		probetest.Missing(t, "no disk of our own here: %s", r.Mount)
	}
	if len(r.Full) != 1 || !strings.Contains(r.Full[0], "le disque est plein") {
		t.Errorf("on a full disk, told %q (%s)", r.Full, r.FullErr)
	}
	if !r.Whole {
		t.Error("the full disk damaged what was saved before")
	}
	if len(r.Again) != 1 || !strings.Contains(r.Again[0], "de nouveau") || !r.AgainHas {
		t.Errorf("with room again, told %q, all saved: %v", r.Again, r.AgainHas)
	}
	if len(r.ReadOnly) != 1 || !strings.Contains(r.ReadOnly[0], "lecture seule") || !r.Begun {
		t.Errorf("on a disk that cannot be written, told %q, went on: %v", r.ReadOnly, r.Begun)
	}
}

func TestWithoutTheRightToWriteTheLessonGoesOn(t *testing.T) {
	if os.Getuid() == 0 {
		rerunAsNobody(t)
		return
	}
	home := filepath.Join(t.TempDir(), "cahier")
	first := open(t, home, &said{})
	first.Begun(head("bind"))
	first.Close()
	if err := os.Chmod(home, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(home, 0o700) })
	if err := os.Remove(filepath.Join(home, lockName)); err == nil {
		t.Fatal("the directory can still be written")
	}
	var told said
	s := open(t, home, &told)
	s.Begun(head("listen"))
	s.Done("listen")
	if len(told) != 1 || !strings.Contains(told[0], "droit") {
		t.Errorf("told %q", told)
	}
	if s.Notebook().Step(1).Scene("bind") == nil {
		t.Error("what can be read was not read")
	}
}

// rerunAsNobody runs this test again as a user whom permissions stop.
func rerunAsNobody(t *testing.T) {
	const nobody = 65534
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "test")
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	tmp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{tmp, dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	cmd := child(t, "", dir)
	cmd.Path, cmd.Args = program, []string{program, "-test.run=^" + t.Name() + "$", "-test.v"}
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("as user %d: %v\n%s", nobody, err, out)
	}
}

func TestOnlyTheReaderMayReadTheNotebook(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	home := filepath.Join(t.TempDir(), "a", "b")
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	for path, want := range map[string]os.FileMode{
		home: dirMode, filepath.Dir(home): dirMode,
		filepath.Join(home, fileName): fileMode, filepath.Join(home, lockName): fileMode,
	} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestANotebookThatIsALinkStaysOne(t *testing.T) {
	home, elsewhere := t.TempDir(), t.TempDir()
	target := filepath.Join(elsewhere, "mon-cahier.json")
	if err := os.WriteFile(target, []byte(newerMinor), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(home, fileName)); err != nil {
		t.Fatal(err)
	}
	s := open(t, home, &said{})
	s.Begun(head("autre"))
	if info, err := os.Lstat(filepath.Join(home, fileName)); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no more: %v, %v", info, err)
	}
	if book, _, err := load(target); err != nil || book.Step(1).Scene("autre") == nil {
		t.Errorf("its target was not written: %v", err)
	}
}

func TestWithoutAHomeTheLessonGoesOn(t *testing.T) {
	var told said
	s := Open(Options{Getenv: in(""), Tell: told.tell})
	defer s.Close()
	s.Begun(head("bind"))
	s.Done("bind")
	if len(told) != 1 || !strings.Contains(told[0], "HOME") || !s.Notebook().Step(1).Scene("bind").IsDone() {
		t.Errorf("told %q", told)
	}
	if _, err := Erase(in(""), clock()()); err == nil {
		t.Error("Erase without a home succeeded")
	}
}

func TestADirectoryThatGoesAwayComesBack(t *testing.T) {
	home := filepath.Join(t.TempDir(), "cahier")
	var told said
	s := open(t, home, &told)
	s.Begun(head("bind"))
	if err := os.RemoveAll(home); err != nil {
		t.Fatal(err)
	}
	s.Done("bind")
	if !reread(t, home).Step(1).Scene("bind").IsDone() || len(told) > 0 {
		t.Errorf("not saved; told %q", told)
	}
}
