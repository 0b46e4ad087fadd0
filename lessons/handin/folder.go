// Package handin is what a class hands in: the notebooks in one folder, and what
// they say together. It knows pseudonyms only.
package handin

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
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

func note(err error) string {
	if _, newer := errors.AsType[*notebook.NewerError](err); newer {
		return "écrit par un labo plus récent : ce qui en est compris est compté"
	}
	if damage, ok := errors.AsType[*notebook.DamagedError](err); ok {
		return "abîmé : " + strings.Join(damage.Lost[:min(len(damage.Lost), 3)], " ; ")
	}
	return ""
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
