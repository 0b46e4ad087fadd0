package notes

import (
	"fmt"
	"io"
	"strings"

	"labo/lessons/stage/markup"
)

// title heads the sheet.
func (s *Sheet) title() string {
	title := fmt.Sprintf("Étape %d · %s", s.Number, s.Title)
	if s.Key {
		title += " : le corrigé"
	}
	return title
}

// printed are the scenes of which the sheet has something.
func (s *Sheet) printed() (all []sheetScene) {
	for _, sc := range s.Scenes {
		if s.Key || len(sc.Questions) > 0 {
			all = append(all, sc)
		}
	}
	return all
}

func box(expected bool) string {
	if expected {
		return "☑"
	}
	return "☐"
}

// Markdown writes the sheet as Markdown.
func (s *Sheet) Markdown(w io.Writer) error {
	m := &sheetMarkdown{}
	m.add("# ", s.title())
	m.add(s.Summary)
	if s.Key {
		m.add("Les réponses ne sont pas écrites d'avance dans labo : elles sont mesurées. Celles-ci\nsont celles qu'on attend sous Linux. En classe, toute l'étape prend ", itoa(s.Minutes), " min.")
	} else {
		m.add("Nom : ______________________________   Date : ______________")
	}
	for _, sc := range s.printed() {
		m.add("## ", sc.Title)
		if s.Key && sc.Duty != "" {
			m.add("*", sc.Duty, "*")
		}
		for _, q := range sc.Questions {
			m.question(q, s.Key)
		}
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// sheetMarkdown is paragraphs, with an empty line between.
type sheetMarkdown struct{ b strings.Builder }

func (m *sheetMarkdown) add(words ...string) {
	if m.b.Len() > 0 {
		m.b.WriteByte('\n')
	}
	m.b.WriteString(strings.Join(words, "") + "\n")
}

func (m *sheetMarkdown) question(q sheetQuestion, key bool) {
	for _, p := range q.Text {
		m.add(p)
	}
	if len(q.Code) > 0 {
		m.add("```\n", strings.Join(q.Code, "\n"), "\n```")
	}
	if len(q.Options) == 0 {
		if !key {
			q.Said = []string{strings.Repeat("_", 78), strings.Repeat("_", 78)}
		}
		for _, said := range q.Said {
			m.add(said)
		}
		return
	}
	var options []string
	for _, o := range q.Options {
		options = append(options, "- "+box(key && o.Expected)+" "+o.Letter+". "+o.Text)
		if key && o.Reveals != "" {
			options = append(options, "  — "+o.Reveals)
		}
	}
	m.add(strings.Join(options, "\n"))
	switch {
	case !key:
		m.add("Avant la discussion : ____   Après : ____   La mesure : ____")
		m.add("Ce que j'ai vu : ", strings.Repeat("_", 60))
	default:
		if q.Hint != "" {
			m.add("Indice : ", q.Hint)
		}
		if q.Follow != "" {
			m.add("Relance : ", q.Follow)
		}
	}
}

// sheetStyle is that of a sheet of paper.
const sheetStyle = `
body { font: 11pt/1.4 Georgia, serif; max-width: 42em; margin: 2em auto; padding: 0 1em; color: #000; background: #fff }
h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-top: 1.6em; break-after: avoid }
section { break-inside: avoid } ul { list-style: none; padding-left: 1em } li { margin: .3em 0 }
.said { margin-left: 1.9em; font-style: italic } .line { border-bottom: 1px solid #000; height: 2em }
.expected { font-weight: bold } pre { background: #eee; padding: .5em } .duty { font-style: italic }
`

// HTML writes the sheet as a page to print, which needs nothing else.
func (s *Sheet) HTML(w io.Writer) error {
	head := markup.F("<p>Nom : ______________________________ Date : ______________</p>\n")
	if s.Key {
		head = markup.F("<p>Les réponses ne sont pas écrites d'avance dans labo : elles sont mesurées. Celles-ci sont celles qu'on attend sous Linux. En classe, toute l'étape prend {} min.</p>\n", s.Minutes)
	}
	page := markup.F(`<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<title>{}</title>
{}
</head>
<body>
<h1>{}</h1>
<p>{}</p>
{}{}</body>
</html>
`, s.title(), markup.Style(sheetStyle), s.title(), s.Summary, head, markup.Each(s.printed(), func(sc sheetScene) markup.HTML { return sc.html(s.Key) }))
	_, err := io.WriteString(w, page.String())
	return err
}

func (sc *sheetScene) html(key bool) markup.HTML {
	return markup.F("<section>\n<h2>{}</h2>\n{}{}</section>\n", sc.Title, markup.If(key, markup.F("<p class=\"duty\">{}</p>\n", sc.Duty)),
		markup.Each(sc.Questions, func(q sheetQuestion) markup.HTML { return q.html(key) }))
}

func (q *sheetQuestion) html(key bool) markup.HTML {
	paragraph := func(s string) markup.HTML { return markup.F("<p>{}</p>\n", s) }
	var b markup.Builder
	b.F("{}", markup.Each(q.Text, paragraph))
	if len(q.Code) > 0 {
		b.F("<pre>{}\n</pre>\n", strings.Join(q.Code, "\n"))
	}
	line := markup.F(`<div class="line"></div>`)
	switch {
	case len(q.Options) == 0 && key:
		b.F("{}", markup.Each(q.Said, func(s string) markup.HTML { return markup.F("<p class=\"said\">{}</p>\n", s) }))
	case len(q.Options) == 0:
		b.F("{}{}\n", line, line)
	default:
		b.F("<ul>\n{}</ul>\n", markup.Each(q.Options, func(o sheetOption) markup.HTML {
			expected := key && o.Expected
			return markup.F("<li{}>{} {}. {}{}</li>\n", markup.If(expected, markup.F(` class="expected"`)), box(expected), o.Letter, o.Text, markup.If(key, markup.F(`<div class="said">{}</div>`, o.Reveals)))
		}))
		if key {
			b.F("{}{}", paragraph("Indice : "+q.Hint), paragraph("Relance : "+q.Follow))
		} else {
			b.F("<p>Avant la discussion : ____ Après : ____ La mesure : ____</p>\n<p>Ce que j'ai vu :</p>{}\n", line)
		}
	}
	return b.HTML()
}
