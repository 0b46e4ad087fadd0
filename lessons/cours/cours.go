// Package cours reads the folder in which a teacher has a text of their own, and
// lays it over labo's: etape1.md to etape4.md, in the form of package prose, and
// notes1.md to notes4.md, in that of [prose.ReadNotes]. No Go is written for it:
// a scene more is prose, or plays the demonstration of another.
package cours

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/prose/markdown"
	"labo/probe/files"
)

// maxFile bounds what is read of a file, in bytes.
const maxFile = 1 << 20

// Fault is a mistake in a file of the folder: where, and what, in French.
type Fault struct {
	File string
	Line int // from 1; 0: of the whole file
	What string
}

func (f *Fault) Error() string { return f.Words() }

// Words says it in French.
func (f *Fault) Words() string {
	if f.Line == 0 {
		return f.File + " : " + f.What
	}
	return fmt.Sprintf("%s:%d : %s", f.File, f.Line, f.What)
}

// Home returns the folder of labo's home that is used where no other is named,
// "" where there is none.
func Home(getenv func(string) string) string {
	home, err := files.Home(runtime.GOOS, getenv)
	if err != nil {
		return ""
	}
	dir := filepath.Join(home, "cours")
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return ""
	}
	return dir
}

// Use lays the texts of a folder over labo's own. The error is a [*Fault] for a
// mistake in a text, or that of the folder; nothing is laid then.
func Use(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	steps, notes := map[int]*prose.Step{}, map[int]*prose.Step{}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || !strings.EqualFold(filepath.Ext(name), ".md") {
			continue
		}
		number, isNotes, ok := place(name)
		if !ok {
			if strings.EqualFold(name, "lisezmoi.md") || strings.EqualFold(name, "readme.md") {
				continue
			}
			return &Fault{File: filepath.Join(dir, name), What: fmt.Sprintf("labo lit etape1.md à etape%d.md et notes1.md à notes%d.md, pas ce nom-là", prose.Steps, prose.Steps)}
		}
		text, err := read(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if isNotes {
			notes[number] = text
		} else {
			steps[number] = text
		}
	}
	if len(steps)+len(notes) == 0 {
		return &Fault{File: dir, What: fmt.Sprintf("ce dossier n'a ni etape1.md à etape%d.md, ni notes1.md à notes%d.md", prose.Steps, prose.Steps)}
	}
	for n, text := range steps {
		if steps[n], err = overlay(n, text); err != nil {
			return in(dir, fmt.Sprintf("etape%d.md", n), err)
		}
	}
	for n, text := range notes {
		if notes[n], err = overlayNotes(n, text, steps[n]); err != nil {
			return in(dir, fmt.Sprintf("notes%d.md", n), err)
		}
	}
	prose.Lay(steps, notes)
	return nil
}

// place says which text a file holds.
func place(name string) (number int, notes, ok bool) {
	for n := range prose.Steps {
		switch strings.ToLower(name) {
		case fmt.Sprintf("etape%d.md", n+1):
			return n + 1, false, true
		case fmt.Sprintf("notes%d.md", n+1):
			return n + 1, true, true
		}
	}
	return 0, false, false
}

func read(path string) (*prose.Step, error) {
	src, err := files.Read(path, maxFile)
	if err != nil {
		return nil, err
	}
	step, err := markdown.Parse(src)
	if err != nil {
		return nil, in("", path, err)
	}
	return step, nil
}

// in says in which file a mistake is.
func in(dir, name string, err error) error {
	if f, ok := errors.AsType[*prose.Fault](err); ok {
		return &Fault{File: filepath.Join(dir, name), Line: f.Line, What: f.What}
	}
	return err
}

func overlay(n int, theirs *prose.Step) (*prose.Step, error) {
	own, _, err := prose.Own(n)
	if err != nil {
		return nil, err
	}
	return prose.Overlay(own, theirs, find)
}

// find returns labo's own section of a scene, in any step.
func find(id string) (*prose.Section, bool) {
	for n := range prose.Steps {
		if own, _, err := prose.Own(n + 1); err == nil {
			if sec, ok := own.Section(id); ok {
				return sec, true
			}
		}
	}
	return nil, false
}

// overlayNotes lays notes over labo's own, a scene at a time, and holds them
// against the text of the step: what is said of a scene, a question or an answer
// that is not there would never be read.
func overlayNotes(n int, theirs, step *prose.Step) (*prose.Step, error) {
	text, own, err := prose.Own(n)
	if err != nil {
		return nil, err
	}
	if step != nil {
		text = step
	}
	if _, err := prose.ReadNotes(theirs); err != nil {
		return nil, err
	}
	out := &prose.Step{Title: theirs.Title, Summary: theirs.Summary, Sections: slices.Clone(own.Sections)}
	for _, sec := range theirs.Sections {
		scene, ok := text.Section(sec.ID)
		if !ok {
			return nil, prose.Faultf(sec.Line, "l'étape %d n'a pas de scène %s", n, sec.ID)
		}
		for _, p := range sec.Parts[min(1, len(sec.Parts)):] {
			asked, ok := scene.Part(p.Name)
			if !ok {
				return nil, prose.Faultf(p.Line, "la scène %s ne pose pas « %s »", sec.ID, p.Name)
			}
			if err := prose.CheckAnswers(p, asked); err != nil {
				return nil, err
			}
		}
		if i := slices.IndexFunc(out.Sections, func(s *prose.Section) bool { return s.ID == sec.ID }); i >= 0 {
			out.Sections[i] = sec
		} else {
			out.Sections = append(out.Sections, sec)
		}
	}
	return out, nil
}
