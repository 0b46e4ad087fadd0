package export

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labo/lessons"
	"labo/lessons/lessontest/golden"
	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/stage/markup"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

var made = time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)

// readFrom returns the notebook in a directory.
func readFrom(t *testing.T, home string) *notebook.Notebook {
	t.Helper()
	book, err := notebook.Read(func(name string) string { return map[string]string{"LABO_HOME": home}[name] })
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// contentsOf are the steps and scenes of a notebook itself, so that a golden
// file does not change with the program; the last scene was never begun.
func contentsOf(book *notebook.Notebook) notebook.Contents {
	var c notebook.Contents
	for _, s := range book.Steps {
		step := notebook.StepContents{Number: s.Number, Title: s.Title}
		for _, sc := range s.Scenes {
			step.Scenes = append(step.Scenes, notebook.SceneContents{ID: sc.ID, Title: sc.Title})
		}
		step.Scenes = append(step.Scenes, notebook.SceneContents{ID: "demain", Title: "Une scène pour demain"})
		c = append(c, step)
	}
	return c
}

// exports are the forms of a report, by the name of their golden file.
func exports(t *testing.T, r *Report) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"cahier.html": func(b *bytes.Buffer) error { return HTML(b, r) },
		"cahier.md":   func(b *bytes.Buffer) error { return Markdown(b, r) },
		"cahier-80":   func(b *bytes.Buffer) error { return atTerminal(b, 80, r) },
		"cahier-60":   func(b *bytes.Buffer) error { return atTerminal(b, 60, r) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = b.String()
	}
	return out
}

// atTerminal writes all that a terminal shows of a report.
func atTerminal(b *bytes.Buffer, columns int, r *Report) error {
	return errors.Join(Terminal(b, paint.New(false), columns, r), TerminalSummary(b, paint.New(false), columns, r))
}

//go:generate go test . -run TestExportsLookAsAgreed -update

// The golden files are made from one item of each kind, of a real run of the
// steps: its times, pids and ports are what was measured that day.
func TestExportsLookAsAgreed(t *testing.T) {
	book := readFrom(t, recorded)
	forms := exports(t, New(book, contentsOf(book), made))
	delete(forms, "cahier-60") // [TestTerminalFitsItsScreen]
	for name, got := range forms {
		golden.Same(t, filepath.Join("testdata", name+".golden"), got)
	}
}

// A run of today's steps, on this machine, is all in each of the exports.
func TestARealRunIsAllThere(t *testing.T) {
	home := t.TempDir()
	playFor(t, home)
	book := readFrom(t, home)
	contents, err := lessons.Contents()
	if err != nil {
		t.Fatal(err)
	}
	report := New(book, contents, made)
	forms := exports(t, report)
	page := parseHTML(t, forms["cahier.html"])
	checkPage(t, page)
	shown := map[string]string{
		"cahier.html": textOf(page), "cahier.md": renderMarkdown(t, forms["cahier.md"]), "cahier-80": forms["cahier-80"], "cahier-60": forms["cahier-60"],
	}
	for name, form := range shown {
		shown[name] = squashed(form)
	}
	sequences, charts := 0, 0
	for _, step := range report.Steps {
		asks := asking(t, step.Number)
		if step.Done != step.Total || step.Total == 0 {
			t.Errorf("step %d: %d of %d scenes", step.Number, step.Done, step.Total)
		}
		for _, sc := range step.Scenes {
			if sc.Further && !sc.Begun { // a run follows the main path
				continue
			}
			if asks[sc.ID] && (len(sc.Predictions) == 0 || len(sc.Evidence) == 0) {
				t.Errorf("scene %s: %d predictions, %d evidence", sc.ID, len(sc.Predictions), len(sc.Evidence))
			}
			want := []string{sc.Title}
			for _, p := range sc.Predictions {
				for _, o := range p.Question.Options {
					want = append(want, plain(o.Spans))
				}
			}
			for _, e := range sc.Evidence {
				want = append(want, e.Title, strings.TrimPrefix(e.Source, "valeur rendue par "))
				for name, form := range shown { // what they would show is over
					for _, c := range e.Checks {
						if strings.Contains(form, squashed(c)) {
							t.Errorf("%s: scene %s: %q checks nothing any more", name, sc.ID, c)
						}
					}
				}
				for _, v := range e.Values {
					want = append(want, v.Text)
				}
				if e.Chart != nil {
					charts++
				}
				if e.Sockets != nil {
					for _, row := range e.Sockets.Rows {
						want = append(want, row.Local.String())
					}
				}
			}
			for _, e := range sc.Events {
				want = append(want, e.What, e.Detail)
			}
			if len(sc.Events) > 0 {
				sequences++
			}
			if len(sc.Told) == 0 || asks[sc.ID] && len(sc.Told) < 3 { // the opening, a question, what explains
				t.Errorf("scene %s: %d parts of prose", sc.ID, len(sc.Told))
			}
			for _, told := range sc.Told { // not on the terminal, where a scene is one command away
				for _, w := range wordsOf(told.Blocks) {
					for _, name := range []string{"cahier.html", "cahier.md"} {
						if !strings.Contains(shown[name], squashed(w)) {
							t.Errorf("%s: scene %s, part %q: %q is not there", name, sc.ID, told.Part, w)
						}
					}
				}
			}
			for name, form := range shown {
				for _, w := range want {
					if !strings.Contains(form, squashed(w)) {
						t.Errorf("%s: scene %s: %q is not there", name, sc.ID, w)
					}
				}
			}
		}
	}
	if drawings := len(find(page, "svg")); drawings != sequences+charts || drawings == 0 {
		t.Errorf("%d drawings for %d sequences and %d charts", drawings, sequences, charts)
	}
}

// asking returns the scenes of a step that have a question: in the others, the
// reader writes.
func asking(t *testing.T, step int) map[string]bool {
	t.Helper()
	written, err := prose.Load(step)
	if err != nil {
		t.Fatal(err)
	}
	asks := map[string]bool{}
	for _, scene := range written.Sections {
		for _, part := range scene.Parts {
			if len(part.Options) > 0 {
				asks[scene.ID] = true
			}
		}
	}
	return asks
}

// wordsOf returns the texts of blocks.
func wordsOf(blocks []prose.Block) []string {
	var all []string
	for _, b := range blocks {
		all = append(all, b.Lines...)
		for _, spans := range append(b.Items, b.Spans) {
			all = append(all, plain(spans))
		}
	}
	return all
}

// squashed leaves only what a reader compares: letters and signs, not how they
// are set, cut into lines, or put in capitals.
func squashed(s string) string {
	s = strings.ToLower(text.French(markup.SpelledOut(s)))
	return strings.NewReplacer(" ", "", text.NBSP, "", "\n", "", "│", "", "`", "", "╌", "").Replace(s)
}

func TestTerminalFitsItsScreen(t *testing.T) {
	book := readFrom(t, recorded)
	report := New(book, contentsOf(book), made)
	checks := map[string]bool{}
	for _, s := range report.Steps {
		for _, sc := range s.Scenes {
			for _, e := range sc.Evidence {
				for _, c := range e.Checks {
					checks[c] = true // commands to copy are never cut
				}
			}
		}
	}
	for columns := 60; columns <= 130; columns += 10 {
		var b bytes.Buffer
		if err := errors.Join(Terminal(&b, paint.New(true), columns, report), TerminalSummary(&b, paint.New(true), columns, report)); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(b.String(), "\n") {
			if text.Width(line) > columns && !checks[strings.TrimSpace(line)] {
				t.Errorf("%d columns: %d cells: %q", columns, text.Width(line), line)
			}
		}
		if strings.Contains(b.String(), "\n\n\n") {
			t.Errorf("%d columns: two blank lines in a row", columns)
		}
	}
}

func TestDate(t *testing.T) {
	for want, at := range map[string]time.Time{
		"22 novembre 2026 à 14:02": time.Date(2026, 11, 22, 14, 2, 7, 0, time.UTC),
		"1er août 2027 à 00:00":    time.Date(2027, 8, 1, 0, 0, 0, 0, time.FixedZone("", 7200)),
	} {
		if got := text.Date(at); got != want {
			t.Errorf("Date = %q, want %q", got, want)
		}
	}
}

// scripted returns a notebook in which n scenes of total were played, and each
// prediction ended as its letter says: g good, w wrong, p passed, n none right, W
// wrong without hesitation, l left without a measurement.
func scripted(t *testing.T, done, total int, predictions string) (*notebook.Notebook, notebook.Contents) {
	t.Helper()
	var book strings.Builder
	fmt.Fprint(&book, `{"format": "1.0", "steps": [{"number": 1, "title": "Un serveur", "scenes": [`)
	c := notebook.Contents{{Number: 1, Title: "Un serveur"}}
	for i := range total {
		c[0].Scenes = append(c[0].Scenes, notebook.SceneContents{ID: fmt.Sprint("s", i), Title: fmt.Sprint("Scène ", i)})
		if i >= max(done, 1) {
			continue
		}
		if i > 0 {
			book.WriteString(",")
		}
		fmt.Fprintf(&book, `{"id": "s%d", "begun": "2026-11-22T14:02:07Z"`, i)
		if i < done {
			book.WriteString(`, "done": "2026-11-22T14:02:08Z", "plays": 1`)
		}
		if i == 0 {
			book.WriteString(`, "predictions": [`)
			for j, letter := range predictions {
				try := map[rune]string{
					'g': `"chosen": "a", "right": "a"`, 'w': `"chosen": "a", "right": "b"`,
					'W': `"chosen": "a", "sure": true, "right": "b"`, 'l': `"chosen": "a", "right": null, "left": "le port était pris"`,
					'p': `"chosen": null, "right": "b"`, 'n': `"chosen": "a", "right": null`,
				}[letter]
				if j > 0 {
					book.WriteString(",")
				}
				fmt.Fprintf(&book, `{"part": "p%d", "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}], "tries": [{%s}]}`, j, try)
			}
			book.WriteString("]")
		}
		book.WriteString("}")
	}
	book.WriteString("]}]}")
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "cahier.json"), []byte(book.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return readFrom(t, home), c
}

func TestSummaryIsExact(t *testing.T) {
	const next = "La suite : « Scène "
	review := func(n int) string {
		return strings.ReplaceAll(text.Plural(n, "question"), text.NBSP, " ") + " à revoir aujourd'hui, en cinq minutes : `labo revoir`."
	}
	for _, tc := range []struct {
		done, total int
		predictions string
		want        []string
	}{
		{0, 3, "", []string{"Vous avez commencé. Aucune scène n'est encore jouée jusqu'au bout.", next + "0 », avec `labo etape 1`."}},
		{1, 3, "g", []string{"Vous avez joué jusqu'au bout 1 scène sur 3.", "Vous avez fait une prédiction, et la mesure la confirme.", next + "1 », avec `labo etape 1`."}},
		{2, 3, "w", []string{"Vous avez joué jusqu'au bout 2 scènes sur 3.",
			"Vous avez fait une prédiction, et le système a répondu autrement : relisez pourquoi, c'est là que l'on apprend.", review(1), next + "2 », avec `labo etape 1`."}},
		{3, 3, "gggp", []string{"Vous avez joué jusqu'au bout les 3 scènes.",
			"La mesure confirme vos 3 prédictions, toutes dès le premier essai : très bien vu.",
			"Vous avez passé une question.", review(1)}},
		{3, 3, "gwppn", []string{"Vous avez joué jusqu'au bout les 3 scènes.",
			"Sur 2 prédictions, la mesure en confirme 1 dès le premier essai. L'autre est la plus utile à relire.",
			"Vous avez passé 2 questions.", review(3)}},
		{3, 3, "gwww", []string{"Vous avez joué jusqu'au bout les 3 scènes : le parcours est complet, bravo !",
			"Sur 4 prédictions, la mesure en confirme 1 dès le premier essai. Les 3 autres sont les plus utiles à relire.", review(3)}},
		{3, 3, "gwWW", []string{"Vous avez joué jusqu'au bout les 3 scènes : le parcours est complet, bravo !",
			"Sur 4 prédictions, la mesure en confirme 1 dès le premier essai. Les 3 autres sont les plus utiles à relire, et d'abord 2 où vous n'hésitiez pas.", review(3)}},
		{3, 3, "gl", []string{"Vous avez joué jusqu'au bout les 3 scènes : le parcours est complet, bravo !",
			"Vous avez fait une prédiction, et la mesure la confirme."}},
		{3, 3, "www", []string{"Vous avez joué jusqu'au bout les 3 scènes : le parcours est complet, bravo !",
			"Vous avez fait 3 prédictions, et le système a chaque fois répondu autrement : relisez pourquoi, c'est là que l'on apprend.", review(3)}},
	} {
		got := New(scripted2(t, tc.done, tc.total, tc.predictions)).Summary
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], text.NBSP, " ")
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%d of %d, %q (-want +got):\n%s", tc.done, tc.total, tc.predictions, diff)
		}
	}
}

func scripted2(t *testing.T, done, total int, predictions string) (*notebook.Notebook, notebook.Contents, time.Time) {
	book, c := scripted(t, done, total, predictions)
	return book, c, made
}
