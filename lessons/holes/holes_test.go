package holes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/trace"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
	"labo/probe/syscalls"
)

func TestMain(m *testing.M) {
	syscalls.Helper()
	goleak.VerifyTestMain(m)
}

func python(t *testing.T) check.Python {
	t.Helper()
	probetest.Need(t, "python3")
	p, err := check.FindPython(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// try runs a text as one of the programs.
func try(t *testing.T, py check.Python, name, source string, port uint16) *Report {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	report, err := Try(ctx, py, path, port)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// Each hole that is filled as the sheet does is seen filled, at its line, and no
// other is.
func TestEachHoleIsSeen(t *testing.T) {
	for name, means := range map[string]trace.How{"kernel": trace.Best, "python": trace.Python} {
		t.Run(name, func(t *testing.T) {
			how = means
			defer func() { how = trace.Best }()
			eachHole(t)
		})
	}
}

func eachHole(t *testing.T) {
	py := python(t)
	for _, name := range atelier.Programs {
		for n := 0; n <= len(Asked(name)); n++ {
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				port := freeport.Get(t)
				source := atelier.Grown(name, n, port)
				r := try(t, py, name, source, port)
				if got := r.Filled(name); got != n {
					t.Errorf("%d holes are filled, %d seen; cause %q (line %d); facts %+v", n, got, r.Cause, r.Line, r.Facts)
				}
				if (r.Cause == "") != (n == len(Asked(name))) {
					t.Errorf("cause %q", r.Cause)
				}
				below := name == "serveur.py" && n == 6 // a line of the loop stands below the next hole
				if r.Empty != (n < len(Asked(name))) && !below || r.Broken > 0 {
					t.Errorf("hole %d is empty, and said to be wrong: %+v", n+1, r)
				}
				lines := strings.Split(source, "\n")
				for id, f := range r.Facts {
					if call, _, ok := strings.Cut(f.Call, "("); ok && (f.Line < 1 || !strings.Contains(lines[f.Line-1], call)) {
						t.Errorf("%s: %s is not at line %d", id, f.Call, f.Line)
					}
				}
				t.Log(r.Line, r.Cause)
			})
		}
	}
}
