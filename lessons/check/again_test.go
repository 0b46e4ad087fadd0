package check

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The same program gets the same verdicts and the same words, however busy the
// machine is: the right programs of this package are judged twice. With LABO_LONG=1 all
// of them, LABO_ROUNDS times (3 where it is not set), or as often as there is time for
// before the end that -timeout sets; LABO_CAS names a folder of other programs.
func TestTheSameWordsAgain(t *testing.T) {
	py, rounds, configs := python(t), 3, selfLint(t)
	if n, err := strconv.Atoi(os.Getenv("LABO_ROUNDS")); err == nil {
		rounds = n
	}
	if os.Getenv("LABO_LONG") != "1" {
		rounds = 2
		configs = slices.DeleteFunc(configs, func(c Config) bool { return c.Only != nil })
	}
	var mu sync.Mutex
	first, differs := map[string]string{}, 0
	for round := 1; round <= rounds; round++ {
		began := time.Now()
		t.Run(fmt.Sprintf("round %d", round), func(t *testing.T) {
			for _, c := range configs {
				t.Run(filepath.Base(c.File), func(t *testing.T) {
					t.Parallel()
					c.Python, c.Seed = py, 7
					said := spoken(judged(t, c))
					mu.Lock()
					defer mu.Unlock()
					if before := cmp.Or(first[c.File], said); before != said {
						differs++
						t.Errorf("round %d of %s:\n%s\nthe first:\n%s", round, c.File, said, before)
					} else {
						first[c.File] = said
					}
				})
			}
		})
		took := time.Since(began)
		fmt.Fprintf(os.Stderr, "round %d: %d programs in %s, %d differences so far\n", round, len(configs), took.Round(time.Second), differs)
		if end, ok := t.Deadline(); ok && time.Until(end) < 2*took {
			break
		}
	}
}

// selfLint is how each program is judged.
func selfLint(t *testing.T) (configs []Config) {
	t.Helper()
	broken, _ := filepath.Glob("testdata/casses/*.py")
	for _, file := range broken {
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
		configs = append(configs, Config{File: file, Role: p.role, Only: only})
	}
	for _, pattern := range []string{"testdata/corriges/*.py", "../atelier/fichiers/*.py"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			configs = append(configs, Config{File: file})
		}
	}
	if dir := os.Getenv("LABO_CAS"); dir != "" {
		files, _ := filepath.Glob(filepath.Join(dir, "*.py"))
		folders, _ := filepath.Glob(filepath.Join(dir, "*", "serveur*.py"))
		for _, file := range slices.Concat(files, folders) {
			configs = append(configs, Config{File: file, Step: true})
		}
	}
	return configs
}

// measures are what differs from one run to the next: pids, ports, durations, and the
// folder of a copy, in an error of Python that is cut after so many letters.
var measures = regexp.MustCompile(` in file /[^|]*|\d+(?:[,.]\d+)?[ \x{00a0}\x{202f}](?:µs|ms|s|min)\b|\d{4,}`)

// spoken is what a document says, measures aside: where there is a cause, that is what
// is said, and how the program ended beside it may be by chance.
func spoken(d Document) string {
	var all []string
	for _, c := range d.Checks {
		if c.Why != nil && *c.Why != "" {
			c.Actual = nil
		}
		all = append(all, measures.ReplaceAllString(c.ID+" "+c.Verdict+" "+saidOf(Document{Checks: []CheckRecord{c}}, c.ID), "#"))
	}
	return strings.Join(all, "\n")
}
