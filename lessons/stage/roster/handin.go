package roster

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"labo/lessons/handin"
	"labo/lessons/notebook"
	"labo/lessons/stage/export"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
)

// HandIn is the report of what a class handed in.
type HandIn struct {
	At       string // when it is made
	Copies   []handin.Copy
	Contents notebook.Contents
	Page     func(handin.Copy) string // the address of a notebook's page, "" for none
}

func say(format string, a ...any) g.Node { return g.Text(text.French(fmt.Sprintf(format, a...))) }

// HTML writes the report: one file that needs nothing else.
func (r *HandIn) HTML(w io.Writer) error {
	questions := handin.Questions(r.Copies, r.Contents)
	body := []g.Node{
		h.H1(say("Ce que la classe a rendu")),
		h.P(h.Class("subject"), say("%s, %s. Des pseudonymes, aucun nom : labo ne connaît que ce que chacun a choisi.", text.Plural(len(r.Copies), "cahier"), r.At)),
	}
	body = append(body, r.moved(questions)...)
	body = append(body, r.missed()...)
	body = append(body, r.copies()...)
	body = append(body, r.questions(questions)...)
	return h.Doctype(h.HTML(h.Lang("fr"),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(g.Attr("http-equiv", "Content-Security-Policy"), h.Content("default-src 'none'; style-src 'unsafe-inline'")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
			h.TitleEl(say("Ce que la classe a rendu")),
			h.StyleEl(g.Raw(markup.Paper+"h2 { margin: 2rem 0 .5rem; }\n.wide th { overflow-wrap: normal; }\n")),
		),
		h.Body(body...),
	)).Render(w)
}

// few is how many errors the beginning of the report names.
const few = 10

// moved tells which wrong ideas stood, and which moved.
func (r *HandIn) moved(questions []handin.Question) []g.Node {
	stood, moved := worst(questions, func(e handin.Error) int { return e.Stood + e.Came }), worst(questions, func(e handin.Error) int { return e.Moved })
	out := []g.Node{h.H2(say("Les idées qui restent"))}
	if len(stood) == 0 {
		out = append(out, h.P(say("Personne n'a donné de nouveau une réponse fausse.")))
	} else {
		out = append(out, h.Ol(stood...))
	}
	if len(moved) > 0 {
		out = append(out, h.H2(say("Les idées qui ont bougé")), h.Ol(moved...))
	}
	once := 0
	for _, q := range questions {
		for _, e := range q.Errors {
			once += e.Once
		}
	}
	if once > 0 {
		out = append(out, h.P(say("Réponses fausses jamais reposées : %d. Si ces idées restent n'est pas connu ; « labo revoir » les repose.", once)))
	}
	return append(out, h.P(h.Class("note"), say("Chaque question compte par la première réponse de chacun, et par sa dernière. Qui n'a répondu qu'une fois est compté à part : ce qu'il en pense maintenant n'est pas connu.")))
}

// worst returns the errors that most people make by a count, as items.
func worst(questions []handin.Question, count func(handin.Error) int) []g.Node {
	type at struct {
		q *handin.Question
		e handin.Error
	}
	var all []at
	for i := range questions {
		for _, e := range questions[i].Errors {
			if count(e) > 0 {
				all = append(all, at{&questions[i], e})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b at) int { return count(b.e) - count(a.e) })
	var items []g.Node
	for _, a := range all[:min(len(all), few)] {
		items = append(items, h.Li(
			h.Strong(say("%s", a.e.Text)), say(" (étape %d, %s : %s)", a.q.Step, a.q.Title, a.q.Asked), h.Br(), tells(a.e),
			g.If(a.e.Reveals != "", h.Div(h.Class("note"), say("%s", a.e.Reveals))),
		))
	}
	return items
}

// tells says what became of an error.
func tells(e handin.Error) g.Node {
	words := text.Plural(e.First, "première réponse")
	for _, part := range []struct {
		n    int
		says string
	}{
		{e.Moved, "corrigée par %d"}, {e.Stood, "donnée de nouveau par %d"}, {e.Other, "changée pour une autre erreur par %d"},
		{e.Once, "jamais reposée pour %d"}, {e.Came, "venue ensuite chez %d"},
	} {
		if part.n > 0 {
			words += ", " + fmt.Sprintf(part.says, part.n)
		}
	}
	return say("%s.", words)
}

func (r *HandIn) missed() []g.Node {
	missed := handin.MostMissed(r.Copies)
	if len(missed) == 0 {
		return nil
	}
	var items []g.Node
	for _, m := range missed {
		items = append(items, h.Li(say("%s, ", m.Role), h.Code(g.Text(m.ID)), say(" (%s) : %d sur %d.", m.Title, m.Failed, m.Of),
			g.If(m.Idea != "", say(" Souvent, l'idée à reprendre : %s", m.Idea))))
	}
	return []g.Node{h.H2(say("Ce que plusieurs programmes ratent")), h.Ul(items...)}
}

func (r *HandIn) copies() []g.Node {
	var rows []g.Node
	for i := range r.Copies {
		c := &r.Copies[i]
		name := g.Text(c.Name)
		if r.Page != nil {
			if page := r.Page(*c); page != "" {
				name = h.A(h.Href(page), name)
			}
		}
		answered, before, after := c.Counts()
		passed, of := c.Programs()
		programs := "–"
		if of > 0 {
			programs = fmt.Sprintf("%d sur %d", passed, of)
		}
		rows = append(rows, h.Tr(h.Th(h.Scope("row"), name), h.Td(say("%d", answered)), h.Td(say("%d", before)), h.Td(say("%d", after)), h.Td(say("%s", programs)),
			h.Td(say("%s", c.Note))))
	}
	return []g.Node{h.H2(say("Chacun")), h.Div(h.Class("wide"), g.Attr("tabindex", "0"), g.Attr("role", "region"), g.Attr("aria-label", "Chacun"), h.Table(
		h.THead(h.Tr(colHead("pseudonyme"), colHead("prédictions mesurées"), colHead("justes la première fois"), colHead("justes la dernière"), colHead("vérifications de la fiche"), colHead("à savoir"))),
		h.TBody(rows...)))}
}

func colHead(name string) g.Node { return h.Th(h.Scope("col"), say("%s", name)) }

// questions lists all of them with their errors.
func (r *HandIn) questions(questions []handin.Question) []g.Node {
	out := []g.Node{h.H2(say("Question par question"))}
	if len(questions) == 0 {
		out = append(out, h.P(say("Aucune prédiction mesurée dans ces cahiers.")))
	}
	for _, q := range questions {
		var errors []g.Node
		for _, e := range q.Errors {
			errors = append(errors, h.Li(say("%s : ", e.Text), tells(e)))
		}
		out = append(out, h.Article(
			h.H3(say("Étape %d, %s", q.Step, q.Title)), h.P(say("%s", q.Asked)),
			h.P(h.Strong(say("Juste la première fois : %d sur %d. La dernière : %d.", q.First, q.Answered, q.Last))),
			g.If(len(errors) > 0, h.Ul(errors...))))
	}
	return out
}

// The names of what is in the folder of a report.
const (
	pagesFolder = "cahiers"
	classTable  = "classe.csv"
	classPage   = "classe.html"
)

// WriteHandIn makes a folder, name or name-2, … where it exists: the notebooks, a
// page for each, the table and the report. It returns its path. The error is that
// of the system.
func WriteHandIn(name string, copies []handin.Copy, contents notebook.Contents, now time.Time) (string, error) {
	out, err := newFolder(name, true)
	if err != nil {
		return "", err
	}
	f := &Folder{Path: out}
	err = os.Mkdir(filepath.Join(out, pagesFolder), 0o777)
	names, pages := handin.Names(copies), map[string]string{}
	for i, c := range copies {
		page := strings.TrimSuffix(names[i], ".json") + ".html"
		pages[c.Path] = pagesFolder + "/" + page
		data, failed := c.Book.HandedIn(c.Name, c.At)
		err = errors.Join(err, failed,
			f.write(filepath.Join(pagesFolder, names[i]), func(w io.Writer) error { _, err := w.Write(data); return err }),
			f.write(filepath.Join(pagesFolder, page), func(w io.Writer) error {
				return export.HTML(w, export.New(c.Book, contents, now))
			}))
	}
	r := &HandIn{At: text.Date(now), Copies: copies, Contents: contents, Page: func(c handin.Copy) string { return pages[c.Path] }}
	return out, errors.Join(err,
		f.write(classTable, func(w io.Writer) error { return handin.CSV(w, copies, contents) }),
		f.write(classPage, r.HTML))
}
