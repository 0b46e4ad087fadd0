package cours

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/prose"
)

// What is written for a teacher plays as labo's own text, and nothing that is
// there is ever replaced.
func TestWhatIsWrittenPlaysUnchanged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cours")
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	prose.Lay(nil, nil)
	said := func() (all [][]string) {
		for n := range prose.Steps {
			step, err := prose.Load(n + 1)
			if err != nil {
				t.Fatal(err)
			}
			notes, err := prose.LoadNotes(n + 1)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, sec := range step.Sections {
				for _, p := range sec.Parts {
					lines = append(lines, fmt.Sprint(sec.ID, sec.Title, sec.Further, p.Name, p.Blocks, len(p.Options)))
				}
				note := notes.Scene(sec.ID)
				lines = append(lines, fmt.Sprint(note.Minutes, note.Must, note.Text.Blocks, len(note.Questions)))
			}
			all = append(all, lines)
		}
		return all
	}
	own := said()
	if err := Use(dir); err != nil {
		t.Fatalf("what labo wrote is refused: %v", err)
	}
	t.Cleanup(func() { prose.Lay(nil, nil) })
	if d := cmp.Diff(own, said()); d != "" {
		t.Errorf("its own text, then the same laid over it:\n%s", d)
	}
	mark := filepath.Join(dir, "etape1.md")
	if err := os.WriteFile(mark, []byte("à moi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("written over a folder: %v", err)
	}
	if kept, _ := os.ReadFile(mark); string(kept) != "à moi" {
		t.Errorf("a file of the teacher is now %q", kept)
	}
}
