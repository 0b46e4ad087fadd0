package export

import (
	"io"
	"strings"

	"labo/lessons/measured"
	"labo/lessons/notebook"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
	"labo/probe"
)

// HTML writes a report as one file that needs nothing else: no script, no
// picture, no font from elsewhere. What comes from outside is escaped by [markup.F],
// in figures as well.
func HTML(w io.Writer, r *Report) error {
	var b markup.Builder
	b.F(`{}<p class="subject">Client et serveur TCP{}ce que j'ai prédit, ce que le système a répondu</p>
{}</header>
<main>
<section class="summary" aria-labelledby="bilan">
<h2 id="bilan">Le bilan</h2>
{}<table class="progress">
<caption>Les étapes</caption>
<thead><tr><th scope="col">étape</th><th scope="col">scènes jouées</th><td></td></tr></thead>
<tbody>
{}</tbody>
</table>
</section>
`, pageHead("Mon cahier de labo", ""), text.French(" : "), identity(), markup.Each(r.Summary, func(s string) markup.HTML { return markup.F("<p>{}</p>\n", inline(s)) }), markup.Each(r.Steps, progressRow))
	var figures markup.Figures
	for i := range r.Steps {
		b.F("{}", stepSection(&figures, &r.Steps[i]))
	}
	if len(r.Programs) > 0 {
		b.F("<section class=\"programs step begun\" aria-labelledby=\"programmes\">\n<h2 id=\"programmes\">{}</h2>\n{}</section>\n", programsTitle, markup.Each(r.Programs, programArticle))
	}
	if len(r.Traces) > 0 {
		b.F("<section class=\"programs step begun\" aria-labelledby=\"suivis\">\n<h2 id=\"suivis\">{}</h2>\n{}</section>\n", tracesTitle, markup.Each(r.Traces, func(t Trace) markup.HTML {
			return markup.F("<article>\n<h3>{}</h3>\n{}{}</article>\n", t.Name, whenLine(t.When), figures.Evidence(1, &t.Summary))
		}))
	}
	if met := statesMet(r); len(met) > 0 {
		b.F("<section class=\"glossary\" aria-labelledby=\"lire\">\n<h2 id=\"lire\">Lire les tables</h2>\n<p>{}.</p>\n<dl>\n{}</dl>\n</section>\n", markup.Capital(measured.Legend()), markup.Each(met, func(s probe.State) markup.HTML {
			return markup.F("<div><dt class=\"state {}\">{}</dt><dd>{}</dd></div>\n", markup.StateClass(s), measured.StateName(s), measured.Meaning(s))
		}))
	}
	b.F("{}\n", pageFoot(r))
	_, err := io.WriteString(w, markup.SpelledOut(b.HTML().String()))
	return err
}

// pageHead begins a page, up to its title.
func pageHead(title, class string) markup.HTML {
	return markup.F("{}<header>\n<h1>{}</h1>\n", markup.Head(title, class, markup.Paper), title)
}

// identity is filled with a pen.
func identity() markup.HTML {
	return markup.F("<p class=\"identity\" aria-hidden=\"true\"><span>Nom{}</span><span>Classe{}</span></p>\n", text.French(" :"), text.French(" :"))
}

func pageFoot(r *Report) markup.HTML {
	return markup.F("</main>\n<footer>\n{}</footer>\n</body>\n</html>\n", markup.Each(colophon(r), func(s string) markup.HTML { return markup.F("<p>{}</p>\n", text.French(s)) }))
}

func inline(s string) markup.HTML { return markup.Pieces(notebook.Spans(s)) }

func whenLine(when string) markup.HTML {
	return markup.F("<p class=\"when\">{}.</p>\n", markup.Capital(text.French(when)))
}

func notes(all []string) markup.HTML {
	return markup.Each(all, func(s string) markup.HTML { return markup.F("<p class=\"note\">{}</p>\n", text.French(s)) })
}

// quotedLines are a text of the reader's, line by line.
func quotedLines(s string) markup.HTML {
	lines := strings.Split(s, "\n")
	return markup.F("<blockquote>{}{}</blockquote>", lines[0], markup.Each(lines[1:], func(l string) markup.HTML { return markup.F("<br>{}", l) }))
}

func progressRow(s Step) markup.HTML {
	head := markup.F(`<tr><th scope="row"><a href="#etape-{}">{} · {}</a></th>`, s.Number, s.Number, text.French(s.Title))
	if !s.Known {
		return markup.F("{}<td>d'une autre version de labo</td><td></td></tr>\n", head)
	}
	return markup.F("{}<td>{} sur {}</td><td class=\"bar\" aria-hidden=\"true\"><div style=\"width: {}%\"></div></td></tr>\n", head, s.Done, s.Total, percent(s.Done, s.Total))
}

func percent(done, total int) int {
	if total == 0 {
		return 0
	}
	return 100 * done / total
}

func stepSection(figures *markup.Figures, s *Step) markup.HTML {
	var b markup.Builder
	b.F("<section class=\"step{}\" aria-labelledby=\"etape-{}\">\n<h2 id=\"etape-{}\">Étape {} · {}</h2>\n", markup.If(s.begun(), markup.F(" begun")), s.Number, s.Number, s.Number, text.French(s.Title))
	for i := range s.Scenes {
		if s.Scenes[i].Begun {
			b.F("{}", sceneArticle(figures, &s.Scenes[i]))
		}
	}
	if todo := s.todo(); len(todo) > 0 {
		b.F("<aside class=\"todo\"><h3>Encore à jouer</h3>\n<ul>\n{}</ul></aside>\n", markup.Each(todo, func(s string) markup.HTML { return markup.F("<li>{}</li>\n", text.French(s)) }))
	}
	b.F("</section>\n")
	return b.HTML()
}

func sceneArticle(figures *markup.Figures, s *Scene) markup.HTML {
	var b markup.Builder
	b.F("<article>\n<h3>")
	if s.Number > 0 {
		b.F(`<span class="number">{}.{}</span> `, s.Step, s.Number)
	}
	b.F("{}</h3>\n{}", inline(s.Title), whenLine(s.When))
	for _, item := range s.flow() {
		switch {
		case len(item.Prose) > 0:
			b.F("<div class=\"prose\">{}</div>\n", markup.Blocks(item.Prose))
		case item.Prediction != nil:
			b.F("{}", predictionSection(item.Prediction))
		case item.Writing != nil:
			b.F("{}", writingSection(item.Writing))
		case item.Measure != nil:
			b.F("{}", figures.Evidence(item.Measure.Number, &item.Measure.Evidence))
		case item.Sequence:
			b.F("<figure class=\"sequence\">\n<figcaption><h4>Ce qui s'est passé</h4></figcaption>\n<div class=\"wide\">{}</div>\n</figure>\n", figures.Sequence(s.Title, s.timeline()))
		}
	}
	b.F("{}</article>\n", notes(s.Remarks))
	return b.HTML()
}

// predictionClass is the class of a prediction by how it fared.
func predictionClass(p *Prediction) string {
	switch {
	case p.Right < 0 || p.Chosen < 0:
		return "open"
	case p.Right == p.Chosen:
		return "good"
	}
	return "other"
}

func predictionSection(p *Prediction) markup.HTML {
	var b markup.Builder
	b.F("<section class=\"prediction {}\">\n<h4>Prédiction</h4>\n{}<ol>\n", predictionClass(p), markup.Blocks(p.Question.Blocks))
	for i, o := range p.Question.Options {
		b.F("<li class=\"{} {}\">{}{}</li>\n", markup.If(i == p.Chosen, markup.F("chosen")), markup.If(i == p.Right, markup.F("right")), markup.Pieces(o.Spans),
			markup.Each(optionMarks(p, i), func(mark string) markup.HTML { return markup.F(` <span class="badge">{}</span>`, mark) }))
	}
	b.F("</ol>\n<p class=\"verdict\">{}", inline(p.Verdict))
	if p.Measured != "" {
		b.F(` <span class="measured">{}{}.</span>`, text.French("Mesuré : "), text.French(p.Measured))
	}
	b.F("</p>\n")
	if p.First != "" {
		b.F("<p>{}</p>\n", inline(p.First))
	}
	b.F("{}</section>\n", markup.Each(p.Reviews, func(s string) markup.HTML { return markup.F("<p class=\"review\">{}</p>\n", inline(s)) }))
	return b.HTML()
}

func writingSection(w *Writing) markup.HTML {
	var b markup.Builder
	b.F("<section class=\"writing\">\n<h4>Votre réponse</h4>\n{}", markup.Blocks(notebook.Blocks(w.Question)))
	for i, v := range w.Versions {
		class, le := "version", "Le "
		if i > 0 {
			class, le = "version older", "Avant, le "
		}
		b.F("<div class=\"{}\">\n<p class=\"when\">{}{}</p>\n{}</div>\n", class, le, v.When, quotedLines(v.Text))
	}
	if len(w.Versions) == 0 {
		b.F("<p>{}</p>\n", text.French(passedWriting))
	}
	b.F("</section>\n")
	return b.HTML()
}

func programArticle(p Program) markup.HTML {
	var b markup.Builder
	b.F("<article>\n<h3>{} <span class=\"number\">· {}</span></h3>\n{}{}", p.Name, p.Role, whenLine(p.When), markup.Each(p.Scores, func(s string) markup.HTML { return markup.F("<p>{}</p>\n", text.French(s)) }))
	if len(p.Checks) > 0 {
		b.F("<div class=\"wide\"><table class=\"judged\"><thead><tr><th scope=\"col\">vérification</th><th scope=\"col\">ce qui est demandé</th><th scope=\"col\">niveau</th><th scope=\"col\">verdict</th><th scope=\"col\">ce que labo a vu</th></tr></thead><tbody>\n{}</tbody></table></div>\n", markup.Each(p.Checks, func(j Judged) markup.HTML {
			return markup.F("<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td class=\"state {}\">{}</td><td>{}</td></tr>\n", j.ID, text.French(j.Title), j.level(), judgedClass(j), j.word(), text.French(j.Seen))
		}))
	}
	if p.Remark != "" {
		b.F("{}", notes([]string{p.Remark}))
	}
	b.F("</article>\n")
	return b.HTML()
}
