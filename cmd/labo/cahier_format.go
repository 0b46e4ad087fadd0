package main

import (
	"io"

	"labo/lessons/fault"
	"labo/lessons/stage/export"
	"labo/lessons/text"
)

// cahierFormat is the form of an export: the value of --format (a
// pflag.Value), "" until it is chosen.
type cahierFormat string

const (
	formatHTML     cahierFormat = "html"
	formatMarkdown cahierFormat = "md"
)

func (f *cahierFormat) String() string { return string(*f) }

// Type is the value's name in help.
func (*cahierFormat) Type() string { return "FORME" }

// Set reads the name of a form.
func (f *cahierFormat) Set(s string) error {
	switch text.Fold(s) {
	case "html", "htm":
		*f = formatHTML
	case "md", "markdown":
		*f = formatMarkdown
	default:
		return fault.Usage("« "+text.Visible(s)+" » ne convient pas à l'option --format", "Choisissez `--format html` ou `--format md`.")
	}
	return nil
}

// write writes a report in that form, or its five answers alone.
func (f cahierFormat) write(w io.Writer, r *export.Report, five bool) error {
	if five {
		answers, err := export.NewAnswers(r)
		if err != nil {
			return err
		}
		if f == formatMarkdown {
			return answers.Markdown(w)
		}
		return answers.HTML(w)
	}
	if f == formatMarkdown {
		return export.Markdown(w, r)
	}
	return export.HTML(w, r)
}
