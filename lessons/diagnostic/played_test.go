package diagnostic

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the documents call played is played: the test of each cell is there, and
// .ci/run runs what is not a test of Go.
func TestWhatIsCalledPlayedIs(t *testing.T) {
	page := read(t, "docs/systemes.md")
	_, table, ok := strings.Cut(page, "<!-- joué -->\n")
	table, _, closed := strings.Cut(table, "<!-- fin joué -->")
	rows := strings.Split(strings.TrimSpace(table), "\n")
	if !ok || !closed || len(rows) < 3 {
		t.Fatal("docs/systemes.md has no table of what was played")
	}
	tests := goTests(t)
	arm, wine := read(t, ".ci/arm64/play"), read(t, ".ci/windows/play")
	_, plays, _ := strings.Cut(wine, "\nPLAYS = [")
	plays, _, _ = strings.Cut(plays, "]")
	holds := []func(string) bool{
		func(name string) bool { return tests[name] },
		func(name string) bool {
			return regexp.MustCompile(`\nplay .*-- ` + name + `\b|\n  play .*-- ` + name + `\b`).MatchString(arm)
		},
		func(name string) bool {
			return regexp.MustCompile(`\b`+name+`\b`).MatchString(plays+", atelier") && strings.Contains(wine, "\ndef "+name+"():")
		},
		func(name string) bool { return tests[name] },
	}
	named := regexp.MustCompile("`([^`]+)`")
	for _, row := range rows[2:] {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		if len(cells) != len(holds)+1 {
			t.Fatalf("%d cells: %s", len(cells), row)
		}
		for i, cell := range cells[1:] {
			how, _, _ := strings.Cut(cell, " ")
			names := named.FindAllStringSubmatch(cell, -1)
			if how != "joué" && how != "lu" && how != "impossible" && how != "—" || (how == "joué") == (len(names) == 0) && how != "lu" {
				t.Errorf("%s: %q", cells[0], cell)
			}
			for _, n := range names {
				if !holds[i](n[1]) {
					t.Errorf("%s: nothing is called %s", cells[0], n[1])
				}
			}
		}
		if strings.HasPrefix(cells[4], "joué") {
			t.Errorf("%s: nobody plays on macOS", cells[0])
		}
	}
	for _, script := range []string{".ci/arm64/run", ".ci/windows/run"} {
		if !strings.Contains(read(t, ".ci/run"), "\n  "+script) && !strings.Contains(read(t, ".ci/run"), "\n"+script) {
			t.Errorf(".ci/run does not run %s", script)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// goTests returns the names of all tests.
func goTests(t *testing.T) map[string]bool {
	t.Helper()
	all, declared := map[string]bool{}, regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	for _, top := range []string{"cmd", "lessons", "probe"} {
		err := filepath.WalkDir(filepath.Join("../..", top), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := os.ReadFile(path)
			for _, m := range declared.FindAllSubmatch(b, -1) {
				all[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}
