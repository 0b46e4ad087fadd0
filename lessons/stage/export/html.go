package export

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/notebook"
	"labo/lessons/stage/markup"
)

//go:embed page.html
var pageSource string

// HTML writes a report as one file that needs nothing else: no script, no
// picture, no font from elsewhere. What comes from outside is escaped by
// html/template, in figures as well.
func HTML(w io.Writer, r *Report) error {
	page, err := markup.New("page", pageFuncs()).Parse(pageSource)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := page.Execute(&b, r); err != nil {
		return err
	}
	_, err = io.WriteString(w, markup.SpelledOut(b.String()))
	return err
}

func pageFuncs() template.FuncMap {
	return template.FuncMap{
		"style":    func() template.CSS { return template.CSS(markup.Paper) },
		"inline":   func(s string) []markup.Piece { return markup.Pieces(notebook.Spans(s)) },
		"blocks":   notebook.Blocks,
		"percent":  percent,
		"marks":    optionMarks,
		"outcome":  predictionClass,
		"timeline": func(s *Scene) markup.Sequence { return markup.Sequence{Title: s.Title, Events: s.Timeline()} },
		"only":     func(e evidence.Evidence) *measure { return &measure{Number: 1, Evidence: e} },
		"judged":   judgedClass,
		"states":   statesMet,
		"meaning":  measured.Meaning,
		"legend":   measured.Legend,
		"colophon": colophon,
		"lines":    func(s string) []string { return strings.Split(s, "\n") },
		"shown":    begun,
	}
}

func percent(done, total int) int {
	if total == 0 {
		return 0
	}
	return 100 * done / total
}

// predictionClass is the class of a prediction by how it fared.
func predictionClass(p Prediction) string {
	switch {
	case p.Right < 0 || p.Chosen < 0:
		return "open"
	case p.Right == p.Chosen:
		return "good"
	}
	return "other"
}

// begun returns the scenes of which there is something to show.
func begun(all []Scene) []*Scene {
	var out []*Scene
	for i := range all {
		if all[i].Begun {
			out = append(out, &all[i])
		}
	}
	return out
}
