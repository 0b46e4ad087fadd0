package roster

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"labo/lessons/check/class"
	"labo/lessons/text"
)

// Folder is where the results of a class are written: a table for a spreadsheet,
// a page, and one file of feedback a student. It is made by labo, new.
type Folder struct {
	Path  string
	names map[*class.Student]string
	taken map[string]bool
}

// The names of what is in it.
const (
	feedbackFolder = "retours"
	tableFile      = "resultats.csv"
	pageFile       = "resultats.html"
)

// NewFolder makes a folder: name, or, where that exists and numbered is set,
// name-2, name-3, … Error: that of the system.
func NewFolder(name string, numbered bool) (*Folder, error) {
	dir, err := newFolder(name, numbered)
	if err != nil {
		return nil, err
	}
	return &Folder{Path: dir, names: map[*class.Student]string{}, taken: map[string]bool{}},
		os.Mkdir(filepath.Join(dir, feedbackFolder), 0o777)
}

func newFolder(name string, numbered bool) (string, error) {
	dir := name
	for n := 2; ; n++ {
		err := os.Mkdir(dir, 0o777)
		if err == nil || !numbered || !errors.Is(err, fs.ErrExist) || n > 999 {
			return dir, err
		}
		dir = fmt.Sprintf("%s-%d", name, n)
	}
}

// Student writes the feedback of one student.
func (f *Folder) Student(s *class.Student) error {
	var b strings.Builder
	b.WriteString("\ufeff") // browsers and editors then know that it is UTF-8
	for i, p := range s.Programs {
		if i > 0 {
			b.WriteString("\n\n")
		}
		for _, line := range p.Feedback {
			b.WriteString(line + "\n")
		}
		if p.Fault != "" {
			b.WriteString(text.Visible(p.Path) + text.French(" : "+p.Fault) + ".\n")
			if p.Hint != "" {
				b.WriteString(text.Prose(p.Hint) + "\n")
			}
		}
	}
	for _, note := range s.Notes {
		b.WriteString("\n" + text.French(note) + ".\n")
	}
	return f.write(filepath.Join(feedbackFolder, f.nameOf(s)), func(w io.Writer) error {
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// Tables writes the table and the page, and the feedback of who was judged in part.
func (f *Folder) Tables(p *Page) (err error) {
	for _, s := range p.Students {
		if f.names[s] == "" && slices.ContainsFunc(s.Programs, func(p *class.Program) bool { return p.Judged != nil }) {
			err = errors.Join(err, f.Student(s))
		}
	}
	p.Feedback = func(s *class.Student) string {
		if name := f.names[s]; name != "" {
			return path.Join(feedbackFolder, name)
		}
		return ""
	}
	return errors.Join(err,
		f.write(tableFile, func(w io.Writer) error { return class.CSV(w, p.Students, p.Seed) }),
		f.write(pageFile, p.html))
}

func (f *Folder) write(name string, fill func(io.Writer) error) error {
	file, err := os.OpenFile(filepath.Join(f.Path, name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(fill(file), file.Close())
}

// nameOf returns the file of a student's feedback: a name that every system
// takes, and no other student has.
func (f *Folder) nameOf(s *class.Student) string {
	if name := f.names[s]; name != "" {
		return name
	}
	base := plainName(strings.TrimSuffix(s.Name, ".py"))
	name := base
	for n := 2; f.taken[text.Fold(name)]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	f.taken[text.Fold(name)] = true
	f.names[s] = name + ".txt"
	return f.names[s]
}

// reserved are the names that Windows keeps for devices.
var reserved = []string{"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}

// plainName keeps the letters and digits of a name, and some signs.
func plainName(s string) string {
	const most = 60 // characters
	name := strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar:
			return '_'
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), r == '-':
			return r
		}
		return '_'
	}, s)
	if runes := []rune(name); len(runes) > most {
		name = string(runes[:most])
	}
	if name = strings.Trim(name, "_-"); name == "" || slices.Contains(reserved, strings.ToLower(name)) {
		name = "eleve_" + name
	}
	return name
}

// Student returns one line on a student who was judged.
func Student(s *class.Student) string {
	var said []string
	for _, p := range s.Programs {
		name := text.Visible(filepath.Base(p.Path))
		if p.Judged == nil {
			said = append(said, name+" non jugé")
			continue
		}
		passed, of := p.Passed("fiche")
		said = append(said, fmt.Sprintf("%s %d sur %d", name, passed, of))
	}
	if len(said) == 0 {
		said = []string{"rien à juger"}
	}
	return text.Visible(s.Name) + text.French(" : ") + strings.Join(said, ", ")
}
