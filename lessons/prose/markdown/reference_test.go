package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"

	"labo/lessons/prose"
)

// reference reads a text with goldmark. It refuses what a stage could not
// draw (images, HTML, nested lists) and what would lose a scene: a section
// without a name, two with the same name, an option without one. The error is a
// [*prose.Fault], in French: it is for whoever wrote the text.
func reference(src []byte) (*prose.Step, error) {
	md := goldmark.New(goldmark.WithParserOptions(parser.WithHeadingAttribute()))
	r := referenceReader{src: src}
	for n := md.Parser().Parse(gtext.NewReader(src)).FirstChild(); n != nil; n = n.NextSibling() {
		if err := r.block(n); err != nil {
			return nil, err
		}
	}
	if r.step.Title == "" || r.step.Summary == "" {
		return nil, prose.Faultf(1, "il manque le titre et le résumé (# Titre, puis un paragraphe)")
	}
	return &r.step, nil
}

type referenceReader struct {
	src  []byte
	step prose.Step
	sec  *prose.Section
	part *prose.Part
}

func (r *referenceReader) block(n ast.Node) error {
	if h, ok := n.(*ast.Heading); ok {
		return r.heading(h)
	}
	if r.sec == nil {
		p, ok := n.(*ast.Paragraph)
		if !ok || r.step.Summary != "" {
			return r.fault(n, "avant la première scène (## Titre {#nom}) : un titre et un paragraphe seulement")
		}
		spans, err := r.spans(p)
		r.step.Summary = prose.Text(spans)
		return err
	}
	if r.part == nil {
		r.part = &prose.Part{Line: r.line(n)}
		r.sec.Parts = append(r.sec.Parts, r.part)
	}
	b, err := r.content(n)
	if err != nil {
		return err
	}
	if options, _ := asOptions(b); options != nil {
		item := n.FirstChild()
		for i := range options {
			options[i].Line = r.line(item)
			item = item.NextSibling()
		}
		r.part.Options = append(r.part.Options, options...)
		return nil
	}
	r.part.Blocks = append(r.part.Blocks, b)
	return nil
}

func (r *referenceReader) heading(h *ast.Heading) error {
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
			return r.fault(h, "la scène « %s » n'a pas de nom ({#nom})", title)
		}
		if _, twice := r.step.Section(string(name)); twice {
			return r.fault(h, "deux scènes ont le nom « %s »", name)
		}
		class, _ := h.AttributeString("class")
		kind, _ := class.([]byte)
		r.sec, r.part = &prose.Section{ID: string(name), Title: title, Further: string(kind) == "plus-loin", Line: r.line(h)}, nil
		r.step.Sections = append(r.step.Sections, r.sec)
	case 3:
		if r.sec == nil {
			return r.fault(h, "« %s » vient avant toute scène (## Titre {#nom})", title)
		}
		if _, twice := r.sec.Part(title); twice {
			return r.fault(h, "la scène %s a deux parties « %s »", r.sec.ID, title)
		}
		r.part = &prose.Part{Name: title, Line: r.line(h)}
		r.sec.Parts = append(r.sec.Parts, r.part)
	default:
		return r.fault(h, "titre « %s » : seuls #, ## et ### servent", title)
	}
	return nil
}

// kind is the French name of what cannot be shown.
func kind(n ast.Node) string {
	switch n.Kind() {
	case ast.KindImage:
		return "une image"
	case ast.KindHTMLBlock, ast.KindRawHTML:
		return "du HTML"
	case ast.KindLink:
		return "un lien"
	case ast.KindBlockquote:
		return "une citation"
	case ast.KindThematicBreak:
		return "un trait"
	case ast.KindCodeBlock:
		return "un texte en retrait de quatre espaces"
	}
	return n.Kind().String()
}

// line is the line that a block begins on, from 1; 0 where that is not known.
func (r *referenceReader) line(n ast.Node) int {
	for ; n != nil; n = n.FirstChild() {
		if n.Type() == ast.TypeInline {
			break
		}
		if n.Lines().Len() > 0 {
			return 1 + bytes.Count(r.src[:n.Lines().At(0).Start], []byte("\n"))
		}
	}
	return 0
}

func (r *referenceReader) fault(n ast.Node, format string, a ...any) error {
	return prose.Faultf(r.line(n), format, a...)
}

func (r *referenceReader) content(n ast.Node) (prose.Block, error) {
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
				return b, r.fault(item, "un élément de liste tient en un paragraphe, sans liste dedans")
			}
			spans, err := r.spans(item.FirstChild())
			if err != nil {
				return b, err
			}
			b.Items = append(b.Items, spans)
		}
		return b, nil
	}
	return prose.Block{}, r.fault(n, "labo ne sait pas montrer cela (%s)", kind(n))
}

func (r *referenceReader) spans(n ast.Node) ([]prose.Span, error) {
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
			add(prose.CodeSpan, strings.ReplaceAll(prose.Text(inner), "\n", " "))
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
			return nil, r.fault(n, "labo ne sait pas montrer cela dans une ligne (%s)", kind(c))
		}
	}
	return out, nil
}
