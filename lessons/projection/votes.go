package projection

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"

	"labo/lessons/text"
	"labo/lessons/vote"
	"labo/probe/files"
)

// Votes keeps what a class voted: a CSV file by class, in which rows are only
// ever added. Whatever happens to the file, the lesson goes on.
type Votes struct {
	class, path string
	last        Status // with the vote that is not written yet
	written     bool   // last is
	kept        int    // votes written
	missed      int    // votes that nobody keeps: the class has no name
	fault       error
	said        bool
}

// ErrClass: it cannot name a class.
var errClass = errors.New("not a name for a class")

// CheckClass returns [errClass] where that cannot name a class: it becomes the
// name of a file, and is read by spreadsheets.
func CheckClass(name string) error {
	runes := []rune(name)
	if len(runes) == 0 || len(runes) > 40 || !unicode.IsLetter(runes[0]) && !unicode.IsDigit(runes[0]) {
		return errClass
	}
	for _, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_", r) {
			return errClass
		}
	}
	if strings.HasSuffix(name, " ") {
		return errClass
	}
	return nil
}

// NewVotes keeps the votes of a class of that name; "" keeps none, and counts
// them.
func NewVotes(getenv func(string) string, class string) *Votes {
	v := &Votes{class: class}
	if class == "" {
		return v
	}
	home, err := files.Home(runtime.GOOS, getenv)
	if err != nil {
		v.fault = err
		return v
	}
	v.path = filepath.Join(home, "classes", "votes "+class+".csv")
	return v
}

// Take hears where a projection is. A vote is written once the class has seen
// what the measurement says of it, or once the lesson is elsewhere. Why it
// cannot be is said once.
func (v *Votes) Take(s Status) (notice string) {
	if v.last.Vote != nil && !sameVote(v.last, s) {
		v.write()
		v.last, v.written = Status{}, false
	}
	if s.Vote == nil || len(s.Vote.Rounds()) == 0 {
		return v.notice()
	}
	v.last = s
	if s.Vote.Phase == vote.Settled {
		v.write()
	}
	return v.notice()
}

// sameVote reports whether both tell of one vote, asked once.
func sameVote(a, b Status) bool {
	return b.Vote != nil && a.Begun.Equal(b.Begun) && a.Vote.Part == b.Vote.Part && a.Vote.Question == b.Vote.Question
}

func (v *Votes) notice() string {
	if v.fault == nil || v.said {
		return ""
	}
	v.said = true
	return "Les votes ne sont pas gardés : " + reason(v.fault) + "."
}

// Close writes what is left, and says in French where the votes are.
func (v *Votes) Close() (sentences []string) {
	if v.last.Vote != nil {
		v.write()
	}
	switch {
	case v.fault != nil:
		sentences = append(sentences, "Les votes ne sont pas gardés : "+reason(v.fault)+".")
	case v.kept > 0:
		sentences = append(sentences, fmt.Sprintf("%s de la classe %s : `%s`", text.Plural(v.kept, "vote"), v.class, text.Visible(v.path)))
	case v.missed > 0:
		sentences = append(sentences, text.Plural(v.missed, "vote")+" sans classe : rien n'est gardé. La prochaine fois, `--classe NOM` les garde dans un fichier.")
	}
	return sentences
}

// write adds the rows of the last vote, once.
func (v *Votes) write() {
	switch {
	case v.written:
		return
	case v.class == "":
		v.missed++
	case v.path != "":
		if v.fault = v.add(rows(v.class, v.last, time.Now())); v.fault == nil {
			v.kept++
		}
	}
	v.written = true
}

// header names the columns.
var header = []string{"date", "heure", "classe", "étape", "scène", "question", "réponse", "texte", "source", "voix avant", "voix après", "mesure"}

// rows are those of one vote: one for each option and source.
func rows(class string, s Status, at time.Time) (all [][]string) {
	v := s.Vote
	var sources []vote.Source
	for _, by := range v.By {
		for source := range by {
			if !slices.Contains(sources, source) {
				sources = append(sources, source)
			}
		}
	}
	slices.Sort(sources)
	for _, source := range sources {
		for i, o := range v.Options {
			row := []string{at.Format("2006-01-02"), at.Format("15:04:05"), class, fmt.Sprint(s.Head.Step), s.Head.ID, v.Part, o.ID, o.Text, string(source), "", "", ""}
			for k, by := range v.By {
				if t, ok := by[source]; ok && k < 2 && i < len(t) {
					row[9+k] = fmt.Sprint(t[i])
				}
			}
			if v.Answered && v.Right >= 0 {
				row[11] = map[bool]string{true: "oui", false: "non"}[v.Right == i]
			}
			all = append(all, row)
		}
	}
	return all
}

// add adds rows to the file: one write, so that two projections of one class
// mix no row.
func (v *Votes) add(rows [][]string) (err error) {
	if err := os.MkdirAll(filepath.Dir(v.path), folderMode); err != nil {
		return err
	}
	f, err := files.Open(v.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = ';' // what a French spreadsheet expects
	if info.Size() == 0 {
		b.WriteString("\ufeff") // and this, to read the accents
		w.Write(header)
	}
	for _, row := range rows {
		for i, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") { // a formula
				row[i] = "'" + cell
			}
		}
		w.Write(row)
	}
	w.Flush()
	_, err = f.WriteString(b.String())
	return err
}
