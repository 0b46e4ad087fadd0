package notebook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"labo/lessons/record"
	"labo/lessons/text"
	"labo/probe/files"
)

// DamagedError: a part of the file could not be read.
type DamagedError struct {
	Path  string
	Lost  []string // what was left out, in French
	Aside string   // the copy of the file as it was, "" where the file still is

	cut      bool // nothing could be read after some place
	restored bool // what the last save had replaced is read instead
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("damaged notebook %s: %s", e.Path, strings.Join(e.Lost, "; "))
}

// Words says in French what could not be read, and what becomes of it.
func (e *DamagedError) Words() (what, remedy string) {
	const named = 3
	lost := strings.Join(e.Lost[:min(len(e.Lost), named)], " ; ")
	if n := len(e.Lost) - named; n > 0 {
		lost += " ; et " + text.Plural(n, "autre")
	}
	what = "Dans votre cahier, labo n'a pas pu lire : " + lost + "."
	if e.restored {
		what = "Votre cahier est abîmé : labo reprend la copie de l'enregistrement d'avant."
	}
	if e.Aside == "" {
		return what, "`labo cahier --reparer` le remet en ordre, et garde l'original à côté."
	}
	return what, "L'original est gardé, tel quel, dans " + text.Visible(e.Aside) + "."
}

// place is where a field stands in the file, for whoever reads what was left
// out.
type place struct {
	up    *place
	in    any // pointer to the object that has the field
	field string
}

func (p *place) String() string {
	var words []string
	for at := p; at != nil; at = at.up {
		if w := objectWords(at.in); w != "" {
			words = append([]string{w}, words...)
		}
	}
	return strings.Join(append(words, "« "+p.field+" »"), ", ")
}

// objectWords names an object by what was read of it, "" for one that is named
// well enough by what it is in.
func objectWords(object any) string {
	switch o := object.(type) {
	case *Step:
		return fmt.Sprintf("étape %d", o.Number)
	case *Scene:
		return "scène « " + record.Clean(cmp.Or(o.Title, o.ID)) + " »"
	case *record.Evidence:
		return "mesure « " + record.Clean(o.Title) + " »"
	case *Judgement:
		return "jugement de " + record.Clean(o.File)
	case *Trace:
		return "trace de " + record.Clean(o.File)
	}
	return ""
}

// setAside copies a damaged file beside it, under a name of that day that
// nothing else has. The caller holds the lock.
func setAside(home string, data []byte, now time.Time) (aside string, err error) {
	const most = 1000 // in a day
	stamp := asideFor + now.Format("2006-01-02")
	for i := 1; i <= most; i++ {
		aside = filepath.Join(home, stamp+".json")
		if i > 1 {
			aside = filepath.Join(home, fmt.Sprintf("%s-%d.json", stamp, i))
		}
		kept, err := files.Read(aside, maxFile)
		if errors.Is(err, fs.ErrNotExist) {
			return aside, files.Write(aside, data, fileMode)
		}
		if err == nil && bytes.Equal(kept, data) { // by a save that failed afterwards
			return aside, nil
		}
	}
	return "", fs.ErrExist
}

// asides returns the damaged files that were set aside in a directory.
func asides(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var found []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), asideFor) {
			found = append(found, filepath.Join(dir, e.Name()))
		}
	}
	return found
}
