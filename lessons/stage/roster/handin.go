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

	"labo/lessons/handin"
	"labo/lessons/notebook"
	"labo/lessons/stage/export"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
)

// HandIn is the report of what a class handed in.
type HandIn struct {
	At string // when it is made
	handin.Class
	Contents notebook.Contents
	Page     func(handin.Copy) string // the address of a notebook's page, "" for none
}

// html writes the report: one file that needs nothing else.
func (r *HandIn) html(w io.Writer) error {
	const title = "Ce que la classe a rendu"
	questions, voted := handin.Questions(r.Copies, r.Contents), r.Voted()
	what := text.Plural(len(r.Copies), "cahier")
	if len(voted) > 0 {
		what += fmt.Sprintf(", %s à %s", text.Plural(len(voted), "vote"), text.Plural(len(r.People()), "participant"))
	}
	page := markup.F(`{}<h1>{}</h1>
<p class="subject">{}</p>
{}{}{}{}{}{}</body>
</html>
`, markup.Head(title, "", markup.Paper+"h2 { margin: 2rem 0 .5rem; }\n.wide th { overflow-wrap: normal; }\n"), title,
		markup.Say("%s, %s. Des pseudonymes, aucun nom : labo ne connaît que ce que chacun a choisi.", what, r.At),
		atVotes(voted), inBooks(questions, len(voted) > 0), r.missed(), r.people(voted), votes(voted), asked(questions))
	_, err := io.WriteString(w, page.String())
	return err
}

// few is how many errors the beginning of the report names.
const few = 10

// atVotes tells which wrong ideas stood between the first vote and the second, and
// which moved.
func atVotes(voted []handin.Voted) markup.HTML {
	if len(voted) == 0 {
		return markup.HTML{}
	}
	questions := make([]handin.Question, len(voted))
	for i := range voted {
		questions[i] = voted[i].Question
	}
	return markup.F("{}<p class=\"note\">{}</p>\n", moved(questions, " aux votes", "Au second vote, personne n'a donné une réponse fausse."),
		text.French("Entre le premier vote de chacun et le second. Les mains levées n'y sont pas : elles disent la classe, et de personne s'il a changé d'avis."))
}

// inBooks tells which wrong ideas stood in the notebooks, and which moved.
func inBooks(questions []handin.Question, apart bool) markup.HTML {
	where := ""
	if apart {
		where = " dans les cahiers"
		if len(questions) == 0 {
			return markup.HTML{}
		}
	}
	var b markup.Builder
	b.F("{}", moved(questions, where, "Personne n'a donné de nouveau une réponse fausse."))
	once := 0
	for _, q := range questions {
		for _, e := range q.Errors {
			once += e.Once
		}
	}
	if once > 0 {
		b.F("<p>{}</p>\n", markup.Say("Réponses fausses jamais reposées : %d. Si ces idées restent n'est pas connu ; « labo revoir » les repose.", once))
	}
	b.F("<p class=\"note\">{}</p>\n", text.French("Chaque question compte par la première réponse de chacun, et par sa dernière. Qui n'a répondu qu'une fois est compté à part : ce qu'il en pense maintenant n'est pas connu."))
	return b.HTML()
}

// moved names the wrong ideas that stood, and those that moved.
func moved(questions []handin.Question, where, none string) markup.HTML {
	var b markup.Builder
	b.F("<h2>{}</h2>\n", text.French("Les idées qui restent"+where))
	if stood := worst(questions, func(e handin.Error) int { return e.Stood + e.Came }); len(stood) > 0 {
		b.F("<ol>\n{}</ol>\n", markup.Each(stood, wrong.html))
	} else {
		b.F("<p>{}</p>\n", text.French(none))
	}
	if moved := worst(questions, func(e handin.Error) int { return e.Moved }); len(moved) > 0 {
		b.F("<h2>{}</h2>\n<ol>\n{}</ol>\n", text.French("Les idées qui ont bougé"+where), markup.Each(moved, wrong.html))
	}
	return b.HTML()
}

// wrong is an error, and the question where it is made.
type wrong struct {
	of *handin.Question
	handin.Error
}

func (w wrong) html() markup.HTML {
	where := w.of.Asked
	if w.of.Step > 0 {
		where = fmt.Sprintf("étape %d, %s : %s", w.of.Step, w.of.Title, w.of.Asked)
	}
	return markup.F("<li><strong>{}</strong>{}<br>{}{}</li>\n", text.French(w.Text), markup.Say(" (%s)", where), tells(w.Error),
		markup.If(w.Reveals != "", markup.F(`<div class="note">{}</div>`, text.French(w.Reveals))))
}

// worst returns the errors that most people make by a count.
func worst(questions []handin.Question, count func(handin.Error) int) []wrong {
	var all []wrong
	for i := range questions {
		for _, e := range questions[i].Errors {
			if count(e) > 0 {
				all = append(all, wrong{&questions[i], e})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b wrong) int { return count(b.Error) - count(a.Error) })
	return all[:min(len(all), few)]
}

// tells says what became of an error.
func tells(e handin.Error) string {
	words := text.Plural(e.First, "première réponse")
	if e.First == 0 {
		words = "Personne d'abord"
	}
	for _, part := range []struct {
		n    int
		says string
	}{
		{e.Moved, "corrigée"}, {e.Stood, "donnée de nouveau"}, {e.Other, "changée pour une autre erreur"}, {e.Once, "jamais reposée"},
	} {
		if part.n == 1 && e.First == 1 {
			words += ", " + part.says
		} else if part.n > 0 {
			agreed := part.says
			if part.n > 1 {
				agreed = strings.Replace(agreed, "ée", "ées", 1)
			}
			words += fmt.Sprintf(", %d %s", part.n, agreed)
		}
	}
	if e.Came > 0 {
		words += fmt.Sprintf(", venue ensuite chez %d", e.Came)
	}
	return words + "."
}

func (r *HandIn) missed() markup.HTML {
	missed := handin.MostMissed(r.Copies)
	items := markup.Each(missed, func(m handin.Missed) markup.HTML {
		idea := markup.If(m.Idea != "", markup.Say(" Souvent, l'idée à reprendre : %s", m.Idea))
		return markup.F("<li>{}, <code>{}</code>{}{}</li>\n", m.Role, m.ID, markup.Say(" (%s) : %d sur %d.", m.Title, m.Failed, m.Of), idea)
	})
	return markup.If(len(missed) > 0, markup.F("<h2>Ce que plusieurs programmes ratent</h2>\n<ul>\n{}</ul>\n", items))
}

// people are the participants, each in a row.
func (r *HandIn) people(voted []handin.Voted) markup.HTML {
	heads := []string{"pseudonyme", "prédictions mesurées", "justes la première fois", "justes la dernière", "vérifications de la fiche", "à savoir"}
	if len(voted) > 0 {
		heads = slices.Insert(heads, 1, "votes mesurés", "justes au premier", "justes au dernier")
	}
	return markup.F(`<h2>Chacun</h2>
<div class="wide" tabindex="0" role="region" aria-label="Chacun"><table>
<thead><tr>{}</tr></thead>
<tbody>
{}</tbody>
</table></div>
`, markup.Each(heads, func(name string) markup.HTML { return markup.F(`<th scope="col">{}</th>`, name) }),
		markup.Each(r.People(), func(p handin.Person) markup.HTML { return r.row(p, voted) }))
}

// row is a participant in the table.
func (r *HandIn) row(p handin.Person, voted []handin.Voted) markup.HTML {
	var cells []string
	if len(voted) > 0 {
		answered, before, after := handin.Votes(p, voted)
		cells = append(cells, fmt.Sprint(answered), fmt.Sprint(before), fmt.Sprint(after))
	}
	name, note := markup.F("{}", p.Name), "cahier non rendu"
	if p.Copy == nil {
		cells = append(cells, "–", "–", "–", "–")
	} else {
		if page := r.Page(*p.Copy); page != "" {
			name = markup.F(`<a href="{}">{}</a>`, markup.Link(page), name)
		}
		answered, before, after := p.Copy.Counts()
		programs := "–"
		if passed, of := p.Copy.Programs(); of > 0 {
			programs = fmt.Sprintf("%d sur %d", passed, of)
		}
		cells, note = append(cells, fmt.Sprint(answered), fmt.Sprint(before), fmt.Sprint(after), programs), p.Copy.Note
	}
	return markup.F("<tr><th scope=\"row\">{}</th>{}<td>{}</td></tr>\n", name, markup.Each(cells, func(c string) markup.HTML { return markup.F("<td>{}</td>", c) }), text.French(note))
}

// asked lists all the questions with their errors.
func asked(questions []handin.Question) markup.HTML {
	var b markup.Builder
	b.F("<h2>Prédiction par prédiction, dans les cahiers</h2>\n{}", markup.If(len(questions) == 0, markup.F("<p>Aucune prédiction mesurée dans ces cahiers.</p>\n")))
	for _, q := range questions {
		errors := markup.Each(q.Errors, func(e handin.Error) markup.HTML {
			return markup.F("<li>{}{}</li>\n", markup.Say("%s : ", e.Text), tells(e))
		})
		b.F("<article><h3>{}</h3><p>{}</p><p><strong>{}</strong></p>\n{}</article>\n", markup.Say("Étape %d, %s", q.Step, q.Title), text.French(q.Asked),
			markup.Say("Juste la première fois : %d sur %d. La dernière : %d.", q.First, q.Answered, q.Last), markup.If(len(q.Errors) > 0, markup.F("<ul>\n{}</ul>\n", errors)))
	}
	return b.HTML()
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
func WriteHandIn(name string, c handin.Class, contents notebook.Contents, now time.Time) (string, error) {
	out, err := newFolder(name, true)
	if err != nil {
		return "", err
	}
	f := &Folder{Path: out}
	err = os.Mkdir(filepath.Join(out, pagesFolder), 0o777)
	names, pages := handin.Names(c.Copies), map[string]string{}
	for i, c := range c.Copies {
		page := strings.TrimSuffix(names[i], ".json") + ".html"
		pages[c.Path] = pagesFolder + "/" + page
		data, failed := c.Book.HandedIn(c.Name, c.At)
		err = errors.Join(err, failed,
			f.write(filepath.Join(pagesFolder, names[i]), func(w io.Writer) error { _, err := w.Write(data); return err }),
			f.write(filepath.Join(pagesFolder, page), func(w io.Writer) error {
				return export.HTML(w, export.New(c.Book, contents, now))
			}))
	}
	r := &HandIn{At: text.Date(now), Class: c, Contents: contents, Page: func(c handin.Copy) string { return pages[c.Path] }}
	return out, errors.Join(err,
		f.write(classTable, func(w io.Writer) error { return handin.CSV(w, c, contents) }),
		f.write(classPage, r.html))
}
