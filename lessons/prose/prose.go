// Package prose is the French text of the steps, as blocks that any stage can
// draw. The text lives in Markdown files that a teacher can edit without
// touching Go; “go generate ./lessons/prose” then turns them into what the
// program carries, and reads when it needs it.
//
// A file holds one section per scene:
//
//	## Réserver le port {#reserver-le-port}
//	What is said first (the part "").
//
//	### prediction
//	The question, then its options, each with its stable name:
//	- `refusee` elle est refusée aussitôt
//
//	### explication
//	What is said after the measurement.
//
// A scene whose heading is {#nom .plus-loin} goes further than the one before
// it: it is off the main path, is not counted, and a key leads to it from the
// end of that one. So does a part named "plus-loin", within its scene.
//
// {name} in the text is replaced by a value measured at run time; {{name}} is
// written {name}, as a program in Python may need. What only the instructor
// reads is in notesN.md, whose form [ReadNotes] describes.
package prose

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./compile

// Step is the text of one step.
type Step struct {
	Title    string // the level-1 heading
	Summary  string // the paragraph under it, one line
	Sections []*Section
}

// Essential returns the sections of the main path.
func (s *Step) Essential() []*Section {
	return slices.DeleteFunc(slices.Clone(s.Sections), func(x *Section) bool { return x.Further })
}

// Section returns the section of a scene.
func (s *Step) Section(id string) (*Section, bool) {
	i := slices.IndexFunc(s.Sections, func(x *Section) bool { return x.ID == id })
	if i < 0 {
		return nil, false
	}
	return s.Sections[i], true
}

// Section is the text of one scene.
type Section struct {
	ID      string
	Title   string
	Further bool    `json:",omitempty"` // {#id .plus-loin}: not on the main path
	Parts   []*Part // in the order of the file; the first is "" when there is text before any heading
	Like    string  `json:",omitempty"` // of a teacher's own scene: the scene whose demonstration it plays
	Line    int     `json:"-"`          // of its heading in the Markdown, from 1; 0 where that was not read
}

// Part returns the part with that name.
func (s *Section) Part(name string) (*Part, bool) {
	i := slices.IndexFunc(s.Parts, func(p *Part) bool { return p.Name == name })
	if i < 0 {
		return nil, false
	}
	return s.Parts[i], true
}

// Part is a piece of a scene's text that is shown at once. Options is not
// empty where the part is a question.
type Part struct {
	Name    string   `json:",omitempty"`
	Blocks  []Block  `json:",omitempty"`
	Options []Option `json:",omitempty"`
	// Where its Markdown was read: lines from 1. A fault is told at its own.
	Line    int            `json:"-"` // its heading, or what it begins with
	Cited   map[string]int `json:"-"` // each {name}, where it is first
	Unnamed int            `json:"-"` // the first item of a list that names no answer, 0 where every one does
}

// Cites notes what values a line of the part's Markdown cites.
func (p *Part) Cites(line string, number int) {
	for name := range names([]*Part{{Blocks: []Block{{Lines: []string{line}}}}}) {
		if _, before := p.Cited[name]; !before {
			if p.Cited == nil {
				p.Cited = map[string]int{}
			}
			p.Cited[name] = number
		}
	}
}

// Option is one answer to a question.
type Option struct {
	ID    string // stable, what a scene computes from its measurement
	Spans []Span
	Line  int `json:"-"`
}

// BlockKind is the kind of a [Block].
type BlockKind uint8

const (
	Paragraph BlockKind = iota
	Code                // Lines, in Lang
	List                // Items
)

// Block is one block of text.
type Block struct {
	Kind    BlockKind `json:",omitzero"`
	Spans   []Span    `json:",omitempty"` // Paragraph
	Lang    string    `json:",omitempty"` // Code: the word after the fence
	Lines   []string  `json:",omitempty"` // Code
	Items   [][]Span  `json:",omitempty"` // List
	Ordered bool      `json:",omitempty"` // List
}

// Style is how a [Span] stands out.
type Style uint8

const (
	Plain Style = iota
	Emphasis
	Strong
	CodeSpan
)

// Span is a run of text in one style.
type Span struct {
	Style Style `json:",omitzero"`
	Text  string
}

// Text returns the spans without their styles.
func Text(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// placeholder is {name}, {name=value} with the value where none is given, or
// {{text}}, which stands for {text} itself.
var placeholder = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\{\{[^{}]*\}\}|\{([a-zà-ÿ][a-zà-ÿ0-9-]*)(=[^{}]*)?\}`)
})

// Fill returns the part with each {name} replaced by its value. Replacement
// happens after parsing, so a value can never change the markup. A name
// without a value, given or usual, is an error: a sentence with a hole is never shown.
func (p *Part) Fill(values map[string]string) (*Part, error) {
	f := filler{values: values}
	out := f.part(p)
	if len(f.missing) > 0 {
		return nil, fmt.Errorf("part %q: no value for {%s}", p.Name, strings.Join(f.missing, "}, {"))
	}
	return out, nil
}

// Sketch returns the part as it can be shown before its scene is played: what
// only the scene will know is "…".
func (p *Part) Sketch(values map[string]string) *Part {
	f := filler{values: values, unknown: "…"}
	return f.part(p)
}

type filler struct {
	values  map[string]string
	unknown string // stands for a name without a value
	strict  bool   // a name with a usual value is missing as well
	missing []string
}

func (f *filler) part(p *Part) *Part {
	out := &Part{Name: p.Name, Blocks: make([]Block, len(p.Blocks)), Options: make([]Option, len(p.Options))}
	for i, b := range p.Blocks {
		b.Spans = f.spans(b.Spans)
		b.Items = slices.Clone(b.Items)
		for j, item := range b.Items {
			b.Items[j] = f.spans(item)
		}
		b.Lines = slices.Clone(b.Lines)
		for j, line := range b.Lines {
			b.Lines[j] = f.text(line)
		}
		out.Blocks[i] = b
	}
	for i, o := range p.Options {
		out.Options[i] = Option{ID: o.ID, Spans: f.spans(o.Spans)}
	}
	return out
}

func (f *filler) spans(in []Span) []Span {
	out := slices.Clone(in)
	for i := range out {
		out[i].Text = f.text(out[i].Text)
	}
	return out
}

func (f *filler) text(s string) string {
	return placeholder().ReplaceAllStringFunc(s, func(m string) string {
		name := m[1 : len(m)-1]
		if m[1] == '{' {
			return name
		}
		name, usual, hasUsual := strings.Cut(name, "=")
		v, ok := f.values[name]
		if !ok && hasUsual && !f.strict {
			return usual
		}
		if !ok {
			f.missing = append(f.missing, name)
			return f.unknown
		}
		return v
	})
}
