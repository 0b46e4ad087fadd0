package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// One challenge comes at a time: those after the first that is failed wait, and
// all of them where the sheet is not passed.
func TestOneChallengeAtATime(t *testing.T) {
	py := python(t)
	silent := filepath.Join(t.TempDir(), "client.py")
	if err := os.WriteFile(silent, []byte("print('rien')\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	all := len(Challenges(Client))
	for file, failed := range map[string]int{"../atelier/fichiers/client.py": 1, silent: 0} {
		d := judged(t, Config{File: file, Role: Client, Python: py, Seed: 7, Step: true})
		seen, later := 0, 0
		for _, c := range d.Checks {
			switch {
			case c.Level != Challenge.String():
			case c.Verdict == Failed.String():
				seen++
			case c.Verdict == NotChecked.String() && c.Cause != nil && strings.Contains(*c.Cause, "un défi à la fois"):
				later++
			}
		}
		if seen != failed || later != all-failed {
			t.Errorf("%s: %d challenges failed, %d wait; want %d and %d", file, seen, later, failed, all-failed)
		}
	}
}

// Each challenge says what the adversary does, and how to do it by hand; no check
// of the sheet does.
func TestEachChallengeCanBeDoneByHand(t *testing.T) {
	for _, r := range Roles {
		for _, c := range catalog(r) {
			if peer := WordsOf(c.ID, "").Peer; (c.Level == Challenge) != strings.Contains(peer, "À la main") {
				t.Errorf("%s: %q", c.ID, peer)
			}
		}
	}
}
