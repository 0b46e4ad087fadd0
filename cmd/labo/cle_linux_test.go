package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// On a stick where nothing can be written, under a name with spaces and accents,
// whoever has no rights plays a step; what must be written there is refused with
// where to go instead. Nothing is left beside labo.
func TestFromAStick(t *testing.T) {
	stick, home := filepath.Join(t.TempDir(), "clé USB d'été", "labo (Linux)"), t.TempDir()
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(stick, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(stick, "labo"), self, 0o755); err != nil {
		t.Fatal(err)
	}
	under := []string{}
	if os.Geteuid() == 0 { // root writes everywhere: a mount is read-only for it too
		probetest.Need(t, "setpriv")
		under = []string{probetest.Need(t, "unshare"), "-m", "sh", "-c",
			`mount --make-rprivate / && mount --bind "$0" "$0" && mount -o remount,bind,ro,nosuid,nodev "$0" && cd "$0" &&
			exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"`, stick}
		for d := stick; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(home, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	} else if err := os.Chmod(stick, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(stick, 0o755) })
	port := fmt.Sprint(freeport.Get(t))
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{"version"}, 0, "labo "},
		{nil, 0, "À taper maintenant"},
		{[]string{"etape", "1", "--texte", "--auto=0s", "--port", port, "--scene", "ecouter"}, 0, "LISTEN"},
		{[]string{"atelier"}, 1, "labo atelier mon-tp"},
		{[]string{"atelier", filepath.Join(home, "mon tp")}, 0, "créé"},
		{[]string{"paquet"}, 1, "labo-classe.zip"},
		{[]string{"paquet", "--vers", filepath.Join(home, "à donner")}, 0, "signé"},
	} {
		args := append(append(append([]string{}, under...), filepath.Join(stick, "labo")), c.args...)
		cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
		cmd.Dir = stick
		cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "LANG=fr_FR.UTF-8"}
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.exit {
			t.Errorf("labo %q: exit %d (%v)\n%s", c.args, code, err, out)
		}
		if !strings.Contains(string(out), c.says) {
			t.Errorf("labo %q: %q is not said:\n%s", c.args, c.says, out)
		}
	}
	if left, _ := os.ReadDir(stick); len(left) != 1 {
		t.Errorf("%v", left)
	}
}
