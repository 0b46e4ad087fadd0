package check

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/text"
	"labo/probe/probetest"
)

var update = flag.Bool("update", false, "write the verdicts seen into the headers of testdata/casses")

// The files that students are given pass all that the sheet asks, and fail
// exactly the challenges.
func TestAtelierFilesPassTheSheetAndFailTheChallenges(t *testing.T) {
	t.Parallel()
	py := python(t)
	for _, role := range Roles {
		for _, terminal := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/terminal=%t", role, terminal), func(t *testing.T) {
				t.Parallel()
				if terminal && !hasTerminals {
					probetest.Elsewhere(t, "no pseudo-terminal on this system")
				}
				var want = map[string][]string{}
				for _, c := range catalog(role) {
					verdict := "passed"
					if c.Level == Challenge {
						verdict = "failed"
					}
					want[verdict] = append(want[verdict], c.ID)
				}
				d := judged(t, Config{File: "../atelier/fichiers/" + role.String() + ".py", Python: py, Seed: 7, Terminal: terminal})
				if diff := cmp.Diff(want, verdicts(d)); diff != "" {
					t.Errorf("verdicts (-want +got):\n%s\n%s", diff, report(d))
				}
			})
		}
	}
}

// A corrected set, which students are not given, passes everything.
func TestCorrectedFilesPassEverything(t *testing.T) {
	t.Parallel()
	py := python(t)
	for _, role := range Roles {
		for _, terminal := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/terminal=%t", role, terminal), func(t *testing.T) {
				t.Parallel()
				if terminal && !hasTerminals {
					probetest.Elsewhere(t, "no pseudo-terminal on this system")
				}
				d := judged(t, Config{File: "testdata/corriges/" + role.String() + ".py", Python: py, Seed: 7, Terminal: terminal})
				if d.Failed+d.NotChecked > 0 || d.Passed != len(catalog(role)) {
					t.Errorf("%d passed of %d:\n%s", d.Passed, len(catalog(role)), report(d))
				}
			})
		}
	}
}

// broken is a program with one classic mistake, and what is written beside it.
type broken struct {
	role                Role
	challenges          []string // judged besides the sheet
	failed, notVerified []string
	says, silent        [][2]string // a check, and words of what is said of it, or is not
}

func parseBroken(file string) (broken, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return broken{}, err
	}
	var p broken
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		rest, ok := strings.CutPrefix(lines.Text(), "# ")
		if !ok {
			break
		}
		field, value, _ := strings.Cut(rest, " :")
		words := strings.Fields(value)
		switch field {
		case "rôle":
			p.role, _ = ParseRole(strings.TrimSpace(value))
		case "défis":
			p.challenges = words
		case "échoué":
			p.failed = words
		case "non vérifié":
			p.notVerified = words
		case "dit":
			id, said, _ := strings.Cut(strings.TrimSpace(value), " : ")
			p.says = append(p.says, [2]string{id, said})
		case "tait":
			id, said, _ := strings.Cut(strings.TrimSpace(value), " : ")
			p.silent = append(p.silent, [2]string{id, said})
		}
	}
	if p.role == NoRole {
		return broken{}, fmt.Errorf("%s: no role in its header", file)
	}
	return p, nil
}

// Each broken program gets the verdicts written beside it, and no other.
func TestBrokenProgramsGetTheirVerdicts(t *testing.T) {
	t.Parallel()
	py := python(t)
	files, err := filepath.Glob("testdata/casses/*.py")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 25 {
		t.Fatalf("%d broken programs: 25 are asked for", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".py"), func(t *testing.T) {
			t.Parallel()
			p, err := parseBroken(file)
			if err != nil {
				t.Fatal(err)
			}
			only := slices.Clone(p.challenges)
			for _, c := range catalog(p.role) {
				if c.Level == Sheet {
					only = append(only, c.ID)
				}
			}
			d := judged(t, Config{File: file, Role: p.role, Python: py, Seed: 7, Only: only})
			got := verdicts(d)
			if *update {
				if err := writeHeader(file, got); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, not := range p.silent {
				if said := saidOf(d, not[0]); strings.Contains(strings.ReplaceAll(said, text.NBSP, " "), not[1]) {
					t.Errorf("of %s it is said %q", not[0], said)
				}
			}
			for _, say := range p.says {
				if said := strings.ReplaceAll(saidOf(d, say[0]), text.NBSP, " "); !strings.Contains(said, say[1]) {
					t.Errorf("of %s it is not said %q, but %q", say[0], say[1], said)
				}
			}
			if diff := cmp.Diff([][]string{orEmpty(p.failed), orEmpty(p.notVerified)}, [][]string{orEmpty(got["failed"]), orEmpty(got["not_checked"])}); diff != "" {
				t.Errorf("verdicts (-written +seen):\n%s\n%s", diff, report(d))
			}
		})
	}
}

// saidOf returns what a document says of a check.
func saidOf(d Document, id string) string {
	var all []string
	for _, c := range d.Checks {
		for _, s := range []*string{c.Cause, c.Remark, c.Actual, c.Why} {
			if c.ID == id && s != nil {
				all = append(all, *s)
			}
		}
	}
	return strings.Join(all, " | ")
}

func orEmpty(s []string) []string { return append([]string{}, s...) }

func writeHeader(file string, got map[string][]string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	lines := strings.Split(string(b), "\n")
	for i, line := range lines {
		for field, verdict := range map[string]string{"# échoué :": "failed", "# non vérifié :": "not_checked"} {
			if strings.HasPrefix(line, field) {
				lines[i] = strings.TrimSpace(field + " " + strings.Join(got[verdict], " "))
			}
		}
	}
	return os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644)
}
