package notebook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"labo/lessons/text"
	"labo/probe/files"
)

// DamagedError: a part of the file could not be read.
type DamagedError struct {
	Path     string
	Lost     []string // what was left out, in French
	Restored bool     // the copy that was saved before has given something back
	Aside    string   // the copy of the file as it was, "" where the file still is
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("damaged notebook %s: %s", e.Path, strings.Join(e.Lost, "; "))
}

// wholeFile is what was left out where nothing could be read.
const wholeFile = "le fichier entier"

// Words says in French what could not be read, and what becomes of it.
func (e *DamagedError) Words() (what, remedy string) {
	verb := "est"
	if e.Aside != "" {
		verb = "était"
	}
	whole := e.Lost[0] == wholeFile
	if whole {
		what = "Votre cahier " + verb + " illisible."
	} else {
		const named = 3
		lost := strings.Join(e.Lost[:min(len(e.Lost), named)], " ; ")
		if n := len(e.Lost) - named; n > 0 {
			lost += " ; et " + text.Plural(n, "autre")
		}
		what = "Une partie de votre cahier " + verb + " illisible (" + lost + "). labo a lu tout le reste."
	}
	if e.Restored {
		what += " La copie de l'enregistrement d'avant rend ce qui manquait."
	}
	switch {
	case e.Aside != "":
		remedy = "L'original est gardé, tel quel, dans " + text.Visible(e.Aside) + "."
	case whole && !e.Restored:
		remedy = "`labo cahier --reparer` en commence un neuf, et garde l'original à côté."
	default:
		remedy = "`labo cahier --reparer` le remet en ordre, et garde l'original à côté."
	}
	return what, remedy
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

// objectWords names an object by what was read of it, "" for one that what
// stands around it names as well.
func objectWords(object any) string {
	switch o := object.(type) {
	case *Step:
		return fmt.Sprintf("étape %d", o.Number)
	case *Scene:
		return "scène « " + clean(cmp.Or(o.Title, o.ID)) + " »"
	case *Prediction:
		return "prédiction"
	case *Writing:
		return "réponse rédigée"
	case *Evidence:
		return "mesure « " + clean(o.Title) + " »"
	case *Event:
		return "événement"
	case *Told:
		return "explication"
	case *Judgement:
		return "jugement de " + clean(o.File)
	case *CheckVerdict:
		return "contrôle « " + clean(o.ID) + " »"
	case *Trace:
		return "trace de " + clean(o.File)
	}
	return ""
}

// setAside copies a damaged file to a name that nothing has, unless such a copy
// is there. The caller holds the lock.
func setAside(home string, data []byte, now time.Time) (aside string, err error) {
	for _, aside := range asides(home) {
		if f, err := os.Stat(aside); err != nil || f.Size() != int64(len(data)) {
			continue
		}
		if kept, err := contents(aside); err == nil && bytes.Equal(kept, data) {
			return aside, nil
		}
	}
	stamp := now.Format("2006-01-02-150405")
	for i := 1; ; i++ {
		aside = filepath.Join(home, asideFor+stamp+".json")
		if i > 1 {
			aside = filepath.Join(home, fmt.Sprintf("%s%s-%d.json", asideFor, stamp, i))
		}
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return aside, files.Write(aside, data, fileMode)
		}
	}
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

// complete adds what an earlier state of the same notebook has and n, of which
// a part could not be read, has not. What n has no name for any more, it has.
func (n *Notebook) complete(old *Notebook) {
	if n.Begun.IsZero() {
		n.Begun = old.Begun
	}
	for _, from := range old.Steps {
		if s := n.Step(0); s != nil && s.Title == from.Title { // its number could not be read
			s.Number = from.Number
		}
		step := n.step(from.Number)
		step.Title, step.Last = cmp.Or(step.Title, from.Title), cmp.Or(step.Last, from.Last)
		for _, sc := range from.Scenes {
			step.complete(sc)
		}
		step.Scenes = slices.DeleteFunc(step.Scenes, func(sc *Scene) bool { return sc.ID == "" })
	}
	for _, was := range old.Judgements {
		if i := n.judgement(was.File, was.Role); i < 0 {
			n.Judgements = append(n.Judgements, was)
		} else if j := n.Judgements[i]; j.At.Equal(was.At) {
			was.Tries = max(was.Tries, j.Tries)
			n.Judgements[i] = was
		}
	}
	for _, was := range old.Traces {
		if i := n.trace(was.File); i < 0 {
			n.Traces = append(n.Traces, was)
		} else if n.Traces[i].At.Equal(was.At) {
			n.Traces[i] = was
		}
	}
	n.Steps = slices.DeleteFunc(n.Steps, func(s *Step) bool { return s.Number == 0 })
	n.Judgements = slices.DeleteFunc(n.Judgements, func(j *Judgement) bool { return j.File == "" || j.Role == "" })
	n.Traces = slices.DeleteFunc(n.Traces, func(t *Trace) bool { return t.File == "" })
	n.sort()
}

func (s *Step) complete(old *Scene) {
	if sc := s.Scene(""); sc != nil && sc.Title == old.Title { // its name could not be read
		sc.ID = old.ID
	}
	sc := s.Scene(old.ID)
	if sc == nil {
		s.Scenes = append(s.Scenes, old)
		return
	}
	sc.Title, sc.Plays = cmp.Or(sc.Title, old.Title), max(sc.Plays, old.Plays)
	for mine, was := range map[*time.Time]time.Time{&sc.Begun: old.Begun, &sc.Done: old.Done, &sc.Seen: old.Seen} {
		if mine.IsZero() {
			*mine = was
		}
	}
	for _, was := range old.Predictions {
		if p := sc.prediction(was.Part); len(p.Tries) < len(was.Tries) {
			*p = *was
		}
	}
	for _, was := range old.Writings {
		if w := sc.writing(was.Part); len(w.Versions) < len(was.Versions) {
			*w = *was
		}
	}
	sc.Predictions = slices.DeleteFunc(sc.Predictions, func(p *Prediction) bool { return p.Part == "" })
	sc.Writings = slices.DeleteFunc(sc.Writings, func(w *Writing) bool { return w.Part == "" })
	if sc.Run == nil || sc.Run.is(old.Run) && sc.Run.size() < old.Run.size() {
		sc.Run = old.Run
	}
}

// is reports whether both are the same play of a scene.
func (r *Run) is(other *Run) bool {
	return other != nil && r.Begun.Equal(other.Begun) && r.Unattended == other.Unattended
}

// size is how much was kept of a play.
func (r *Run) size() int { return len(r.Prose) + len(r.Events) + len(r.Evidence) }
