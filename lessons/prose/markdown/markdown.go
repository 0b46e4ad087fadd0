// Package markdown reads the text of the steps from its Markdown. It works
// before the program does: package compile turns what it reads into Go.
package markdown

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"

	"labo/lessons/prose"
)

// Parse reads one file, whose form the doc comment of [prose] describes. It refuses what a stage could not
// draw (images, HTML, nested lists) and what would lose a scene: a section
// without a name, two with the same name, an option without one.
func Parse(src []byte) (*prose.Step, error) {
	md := goldmark.New(goldmark.WithParserOptions(parser.WithHeadingAttribute()))
	r := reader{src: src}
	for n := md.Parser().Parse(gtext.NewReader(src)).FirstChild(); n != nil; n = n.NextSibling() {
		if err := r.block(n); err != nil {
			return nil, err
		}
	}
	if r.step.Title == "" || r.step.Summary == "" {
		return nil, fmt.Errorf("no title and summary (# Title, then one paragraph)")
	}
	return &r.step, nil
}

type reader struct {
	src  []byte
	step prose.Step
	sec  *prose.Section
	part *prose.Part
}

func (r *reader) block(n ast.Node) error {
	if h, ok := n.(*ast.Heading); ok {
		return r.heading(h)
	}
	if r.sec == nil {
		p, ok := n.(*ast.Paragraph)
		if !ok || r.step.Summary != "" {
			return fmt.Errorf("before the first section: one title and one paragraph only")
		}
		spans, err := r.spans(p)
		r.step.Summary = prose.Text(spans)
		return err
	}
	if r.part == nil {
		r.part = &prose.Part{}
		r.sec.Parts = append(r.sec.Parts, r.part)
	}
	b, err := r.content(n)
	if err != nil {
		return fmt.Errorf("section %s: %w", r.sec.ID, err)
	}
	if options, ok := asOptions(b); ok {
		r.part.Options = append(r.part.Options, options...)
		return nil
	}
	r.part.Blocks = append(r.part.Blocks, b)
	return nil
}

func (r *reader) heading(h *ast.Heading) error {
	spans, err := r.spans(h)
	if err != nil {
		return err
	}
	title := prose.Text(spans)
	switch h.Level {
	case 1:
		r.step.Title = title
	case 2:
		id, ok := h.AttributeString("id")
		name, isBytes := id.([]byte)
		if !ok || !isBytes || len(name) == 0 {
			return fmt.Errorf("section %q has no name ({#name})", title)
		}
		if _, twice := r.step.Section(string(name)); twice {
			return fmt.Errorf("two sections are named %q", name)
		}
		class, _ := h.AttributeString("class")
		kind, _ := class.([]byte)
		further := string(kind) == "plus-loin"
		if class != nil && !further {
			return fmt.Errorf("section %s: %q is no kind of section, only .plus-loin is", name, kind)
		}
		if further && len(r.step.Sections) == 0 {
			return fmt.Errorf("section %s goes further than no other", name)
		}
		r.sec, r.part = &prose.Section{ID: string(name), Title: title, Further: further}, nil
		r.step.Sections = append(r.step.Sections, r.sec)
	case 3:
		if r.sec == nil {
			return fmt.Errorf("part %q comes before any section", title)
		}
		if _, twice := r.sec.Part(title); twice {
			return fmt.Errorf("section %s: two parts are named %q", r.sec.ID, title)
		}
		r.part = &prose.Part{Name: title}
		r.sec.Parts = append(r.sec.Parts, r.part)
	default:
		return fmt.Errorf("heading %q: levels 1 to 3 only", title)
	}
	return nil
}

func (r *reader) content(n ast.Node) (prose.Block, error) {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		spans, err := r.spans(n)
		return prose.Block{Kind: prose.Paragraph, Spans: spans}, err
	case *ast.FencedCodeBlock:
		b := prose.Block{Kind: prose.Code, Lang: string(n.Language(r.src))}
		for i := range n.Lines().Len() {
			seg := n.Lines().At(i)
			b.Lines = append(b.Lines, strings.TrimRight(string(seg.Value(r.src)), "\r\n"))
		}
		return b, nil
	case *ast.List:
		b := prose.Block{Kind: prose.List, Ordered: n.IsOrdered()}
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			if item.ChildCount() != 1 {
				return b, fmt.Errorf("a list item holds one paragraph")
			}
			spans, err := r.spans(item.FirstChild())
			if err != nil {
				return b, err
			}
			b.Items = append(b.Items, spans)
		}
		return b, nil
	}
	return prose.Block{}, fmt.Errorf("cannot show a %s", n.Kind())
}

func (r *reader) spans(n ast.Node) ([]prose.Span, error) {
	var out []prose.Span
	add := func(style prose.Style, s string) {
		if k := len(out) - 1; k >= 0 && out[k].Style == style {
			out[k].Text += s
			return
		}
		out = append(out, prose.Span{Style: style, Text: s})
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			s := string(c.Segment.Value(r.src))
			if c.SoftLineBreak() || c.HardLineBreak() {
				s += " "
			}
			add(prose.Plain, s)
		case *ast.String:
			add(prose.Plain, string(c.Value))
		case *ast.CodeSpan:
			inner, err := r.spans(c)
			if err != nil {
				return nil, err
			}
			add(prose.CodeSpan, prose.Text(inner))
		case *ast.Emphasis:
			inner, err := r.spans(c)
			if err != nil {
				return nil, err
			}
			style := prose.Emphasis
			if c.Level == 2 {
				style = prose.Strong
			}
			add(style, prose.Text(inner))
		case *ast.AutoLink:
			add(prose.CodeSpan, string(c.URL(r.src)))
		default:
			return nil, fmt.Errorf("cannot show a %s inside a line", c.Kind())
		}
	}
	return out, nil
}

// asOptions reads a list whose every item begins with a code span, the stable
// name of the answer.
func asOptions(b prose.Block) ([]prose.Option, bool) {
	if b.Kind != prose.List || b.Ordered {
		return nil, false
	}
	var options []prose.Option
	for _, item := range b.Items {
		if len(item) < 2 || item[0].Style != prose.CodeSpan {
			return nil, false
		}
		rest := append([]prose.Span(nil), item[1:]...)
		rest[0].Text = strings.TrimLeft(rest[0].Text, " ")
		options = append(options, prose.Option{ID: item[0].Text, Spans: rest})
	}
	return options, len(options) > 0
}
