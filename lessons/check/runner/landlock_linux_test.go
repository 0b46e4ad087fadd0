package runner

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labo/probe/probetest"
)

// A program that is given a folder changes nothing elsewhere, however it tries,
// and does in its folder what it would without labo.
func TestAProgramChangesOnlyWhatItWasGiven(t *testing.T) {
	own, other := t.TempDir(), t.TempDir()
	theirs := filepath.Join(other, "a")
	if err := os.WriteFile(theirs, []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	neighbour := exec.Command(probetest.Need(t, "sleep"), "1000")
	if err := neighbour.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = neighbour.Process.Kill(); _ = neighbour.Wait() }()
	code := fmt.Sprintf(`
import multiprocessing, os, signal, subprocess, sys
ailleurs, voisin = %q, %d
def refus(quoi, f):
    try: f()
    except PermissionError: return
    except OSError as e: print(quoi, e); return
    print(quoi, "permis")
a = os.path.join(ailleurs, "a")
def tout():
    refus("écrire", lambda: open(a, "a"))
    refus("vider", lambda: os.truncate(a, 0))
    refus("créer", lambda: open(os.path.join(ailleurs, "b"), "w"))
    refus("dossier", lambda: os.mkdir(os.path.join(ailleurs, "c")))
    refus("lien", lambda: os.symlink("a", os.path.join(ailleurs, "d")))
    refus("effacer", lambda: os.remove(a))
    refus("sortir", lambda: os.rename("moi", os.path.join(ailleurs, "e")))
    refus("prendre", lambda: os.rename(a, "e"))
open("moi", "w").write("x")
tout()
if os.fork() == 0: tout(); os._exit(0)
os.wait()
if SIGNAUX: refus("tuer", lambda: os.kill(voisin, signal.SIGKILL))
os.mkdir("d"); os.rename("moi", "d/moi"); os.remove("d/moi"); os.rmdir("d")
open("/dev/null", "w").write("x")
with multiprocessing.Lock(): pass
fils = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
fils.kill(); fils.wait()
print(open(a).read(), "fini")
`, other, neighbour.Process.Pid)
	files, signals := landlockHere()
	if !files {
		probetest.Missing(t, "this kernel has no Landlock")
	}
	code = strings.ReplaceAll(code, "SIGNAUX", map[bool]string{true: "True", false: "False"}[signals])
	p, err := Start(Command{Argv: []string{python(t), "-c", code}, Dir: own, Writable: []string{own}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	<-p.Done()
	if set, _ := p.Limits(); !set.Writes || set.Signals != signals {
		t.Errorf("it is told that %+v", set)
	}
	if got := p.Transcript(0); got != "a fini\n" {
		t.Errorf("said:\n%s", got)
	}
	if b, err := os.ReadFile(theirs); string(b) != "a" {
		t.Errorf("the file of others: %q, %v", b, err)
	}
	if err := os.WriteFile(theirs, []byte("b"), 0o600); err != nil {
		t.Errorf("labo itself is restricted: %v", err)
	}
}

// landlockHere asks the kernel with a thread that ends then.
func landlockHere() (files, signals bool) {
	p, err := Start(Command{Argv: []string{"/bin/true"}, Writable: []string{}}, nil)
	if err != nil {
		return false, false
	}
	defer p.Stop()
	set, _ := p.Limits()
	return set.Writes, set.Signals
}
