// Command compile turns the Markdown of the steps into Go, the package
// compiled. It is run in the folder of the texts by
//
//	go generate ./lessons/prose
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"log"
	"os"
	"path/filepath"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/prose/markdown"
)

// compiled is the folder of what is written, beside the texts.
const compiled = "compiled"

func main() {
	log.SetFlags(0)
	files, err := filepath.Glob("*.md")
	if err != nil || len(files) == 0 {
		log.Fatal("no Markdown here: ", err)
	}
	for _, file := range files {
		if err := compile(file); err != nil {
			log.Fatal(err)
		}
	}
}

// compile writes the Go of one file.
func compile(file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(file), ".md")
	code, err := source(name, src)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(filepath.Dir(file), compiled, name+".go"), code, 0o644)
}

// source returns the Go that declares the text src as the variable name.
func source(name string, src []byte) ([]byte, error) {
	step, err := markdown.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%s.md: %w", name, err)
	}
	w := &writer{}
	w.line("// Code generated from %s.md by go generate. DO NOT EDIT.\n\npackage compiled\n", name)
	w.line("import \"labo/lessons/prose\"\n")
	w.line("var %s = &prose.Step{\nTitle: %q,\nSummary: %q,", name, step.Title, step.Summary)
	w.line("Sections: []*prose.Section{")
	for _, sec := range step.Sections {
		w.section(sec)
	}
	w.line("},\n}")
	return format.Source(w.Bytes())
}

// writer writes Go composite literals, to be formatted.
type writer struct{ bytes.Buffer }

func (w *writer) line(form string, args ...any) { fmt.Fprintf(w, form+"\n", args...) }

func (w *writer) section(sec *prose.Section) {
	w.line("{ID: %q, Title: %q, Parts: []*prose.Part{", sec.ID, sec.Title)
	for _, part := range sec.Parts {
		w.part(part)
	}
	w.line("}},")
}

func (w *writer) part(part *prose.Part) {
	w.line("{Name: %q, Blocks: []prose.Block{", part.Name)
	for _, b := range part.Blocks {
		w.line("%s,", block(b))
	}
	if len(part.Options) > 0 {
		w.line("}, Options: []prose.Option{")
		for _, o := range part.Options {
			w.line("{ID: %q, Spans: []prose.Span%s},", o.ID, spans(o.Spans))
		}
	}
	w.line("}},")
}

// block returns a block on one line.
func block(b prose.Block) string {
	switch b.Kind {
	case prose.Code:
		return fmt.Sprintf("{Kind: prose.Code, Lang: %q, Lines: %#v}", b.Lang, b.Lines)
	case prose.List:
		return fmt.Sprintf("{Kind: prose.List, Ordered: %t, Items: [][]prose.Span%s}", b.Ordered, list(b.Items, spans))
	}
	return fmt.Sprintf("{Spans: []prose.Span%s}", spans(b.Spans))
}

func spans(all []prose.Span) string {
	return list(all, func(s prose.Span) string {
		switch s.Style {
		case prose.Emphasis:
			return fmt.Sprintf("{Style: prose.Emphasis, Text: %q}", s.Text)
		case prose.Strong:
			return fmt.Sprintf("{Style: prose.Strong, Text: %q}", s.Text)
		case prose.CodeSpan:
			return fmt.Sprintf("{Style: prose.CodeSpan, Text: %q}", s.Text)
		}
		return fmt.Sprintf("{Text: %q}", s.Text)
	})
}

// list returns what stands in the braces of a composite literal, with them.
func list[T any](all []T, one func(T) string) string {
	written := make([]string, len(all))
	for i, v := range all {
		written[i] = one(v)
	}
	return "{" + strings.Join(written, ", ") + "}"
}
