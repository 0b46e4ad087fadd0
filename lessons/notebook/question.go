package notebook

import (
	"slices"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/scene"
)

// A question is kept as texts, one a block: a paragraph with its `code`
// between backquotes, "• " before an item of a list, and four spaces before
// each line of code.

const (
	itemMark = "• "
	codeMark = "    "
)

func keepQuestion(blocks []prose.Block) []string {
	var out []string
	for _, b := range blocks {
		switch b.Kind {
		case prose.Paragraph:
			out = append(out, record.Clean(quoted(b.Spans)))
		case prose.List:
			for _, item := range b.Items {
				out = append(out, itemMark+record.Clean(quoted(item)))
			}
		case prose.Code:
			for _, line := range b.Lines {
				out = append(out, codeMark+record.Clean(line))
			}
		}
	}
	return out
}

// quoted is [prose.Text] that keeps code between backquotes.
func quoted(spans []prose.Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Style == prose.CodeSpan && !strings.Contains(s.Text, "`") {
			b.WriteString("`" + s.Text + "`")
			continue
		}
		b.WriteString(s.Text)
	}
	return strings.TrimSpace(b.String())
}

// Blocks returns a kept question as a stage can show it.
func Blocks(question []string) []prose.Block {
	var out []prose.Block
	for _, s := range question {
		last := len(out) - 1
		if line, ok := strings.CutPrefix(s, codeMark); ok {
			if last < 0 || out[last].Kind != prose.Code {
				out = append(out, prose.Block{Kind: prose.Code})
				last++
			}
			out[last].Lines = append(out[last].Lines, record.Clean(line))
			continue
		}
		if item, ok := strings.CutPrefix(s, itemMark); ok {
			if last < 0 || out[last].Kind != prose.List {
				out = append(out, prose.Block{Kind: prose.List})
				last++
			}
			out[last].Items = append(out[last].Items, Spans(item))
			continue
		}
		out = append(out, prose.Block{Kind: prose.Paragraph, Spans: Spans(s)})
	}
	return out
}

// Spans returns a kept text with its code apart. A backquote without its pair
// is an ordinary character.
func Spans(s string) []prose.Span {
	parts := strings.Split(record.Clean(s), "`")
	if len(parts)%2 == 0 {
		last := len(parts) - 1
		parts[last-1] += "`" + parts[last]
		parts = parts[:last]
	}
	var out []prose.Span
	for i, part := range parts {
		if part == "" {
			continue
		}
		style := prose.Plain
		if i%2 == 1 {
			style = prose.CodeSpan
		}
		out = append(out, prose.Span{Style: style, Text: part})
	}
	return out
}

func keepOptions(options []prose.Option) []Option {
	out := []Option{}
	for _, o := range options {
		out = append(out, Option{ID: o.ID, Text: record.Clean(quoted(o.Spans))})
	}
	return out
}

// Answer returns a try as a stage can show it.
func (p *Prediction) Answer(t Try) scene.Answer {
	question, options := p.Question, p.Options
	if len(t.Options) > 0 {
		question, options = t.Question, t.Options
	}
	a := scene.Answer{Question: scene.Question{Blocks: Blocks(question)}, Chosen: -1, Right: -1, Measured: record.Clean(t.Measured), Left: record.Clean(t.Left), Sure: t.Sure}
	index := func(id *string) int {
		if id == nil {
			return -1
		}
		for i, o := range a.Question.Options {
			if o.ID == *id {
				return i
			}
		}
		// An option of another release: only its name is left.
		a.Question.Options = append(a.Question.Options, prose.Option{ID: *id, Spans: []prose.Span{{Text: record.Clean(*id)}}})
		return len(a.Question.Options) - 1
	}
	for _, o := range options {
		a.Question.Options = append(a.Question.Options, prose.Option{ID: o.ID, Spans: Spans(o.Text)})
	}
	a.Chosen, a.Right = index(t.Chosen), index(t.Right)
	return a
}

// First returns the first try in its step that is an answer, and false where the
// reader always passed there. One that nothing could be measured for gives way to a later one.
func (p *Prediction) First() (Try, bool) {
	answered := func(t Try) bool { return t.Chosen != nil && t.Review == 0 }
	at := slices.IndexFunc(p.Tries, func(t Try) bool { return answered(t) && t.Left == "" })
	if at < 0 {
		at = slices.IndexFunc(p.Tries, answered)
	}
	if at < 0 {
		return Try{}, false
	}
	return p.Tries[at], true
}
