// Package handin is what a class hands in: the notebooks in one folder, and what
// they say together. It knows pseudonyms only.
package handin

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/notebook"
	"labo/lessons/text"
	"labo/probe/files"
)

// Copy is one notebook that was handed in.
type Copy struct {
	Name string // the pseudonym; that of the file where none is told
	At   time.Time
	Path string // of its file
	Book *notebook.Notebook
	Note string // what of it could not be read, in French; "" for nothing
}

// most bounds how many notebooks are read of one folder.
const most = 2000

// Read returns the notebooks of a folder, in the order of their names: its files
// that end in .json. One that cannot be read has an empty notebook and a note.
// The error is that of the system.
func Read(dir string) ([]Copy, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []Copy
	for _, e := range entries {
		if e.IsDir() || !strings.EqualFold(filepath.Ext(e.Name()), ".json") || len(all) == most {
			continue
		}
		c := Copy{Path: filepath.Join(dir, e.Name()), Name: strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))}
		data, err := files.Read(c.Path, notebook.MaxHandIn)
		if err != nil {
			c.Book, c.Note = &notebook.Notebook{}, "ce fichier n'a pas pu être lu"
		} else {
			c.Book, err = notebook.Decode(data)
			c.Note = note(err)
		}
		if h := c.Book.HandIn; h != nil && strings.TrimSpace(h.Name) != "" {
			c.Name, c.At = h.Name, h.At
		}
		c.Name = text.Visible(c.Name)
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Copy) int { return strings.Compare(text.Fold(a.Name), text.Fold(b.Name)) })
	return all, nil
}

// Keep keeps what a participant handed in, in a folder of labo's own: under its ID,
// with the pseudonym and the moment that the room knows. What is no notebook is kept
// as an empty one: the report says so.
func Keep(dir, id, name string, at time.Time, document []byte) error {
	book, _ := notebook.Decode(document)
	data, err := book.HandedIn(name, at)
	if err != nil {
		return err
	}
	if err := files.Private(dir); err != nil {
		return err
	}
	return files.Keep(filepath.Join(dir, id+".json"), data, 0o600)
}

func note(err error) string {
	if _, newer := errors.AsType[*notebook.NewerError](err); newer {
		return "écrit par un labo plus récent : ce qui en est compris est compté"
	}
	if damage, ok := errors.AsType[*notebook.DamagedError](err); ok {
		return "abîmé : " + strings.Join(damage.Lost[:min(len(damage.Lost), 3)], " ; ")
	}
	return ""
}

// Names returns a file name for each copy, all different.
func Names(all []Copy) []string {
	names, taken := make([]string, len(all)), map[string]bool{}
	for i, c := range all {
		base := strings.TrimSuffix(FileName(c.Name), ".json")
		name := base
		for n := 2; taken[name]; n++ {
			name = base + "-" + strconv.Itoa(n)
		}
		taken[name], names[i] = true, name+".json"
	}
	return names
}

// FileName returns the name of the file of a pseudonym's notebook, one that every
// system takes: "cahier-loutre-7.json".
func FileName(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, text.Fold(name))
	const longest = 40
	plain = strings.Join(strings.FieldsFunc(plain, func(r rune) bool { return r == '-' }), "-")
	plain = strings.Trim(plain[:min(len(plain), longest)], "-")
	return strings.TrimSuffix("cahier-"+plain, "-") + ".json"
}
