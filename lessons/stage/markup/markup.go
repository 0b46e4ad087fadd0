// Package markup is what a page says of prose, measurements and events: the
// fragments of HTML and the style that the exported notebook and the page of a
// lesson have in common. What comes from outside is escaped by [F], in figures as
// well.
package markup

import (
	_ "embed"
	"strings"
	"sync"

	"labo/lessons/prose"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// Paper is the style of every page: its colours, its letters, its tables and
// figures.
//
//go:embed paper.css
var Paper string

// controls are the names of the pictures of control characters (U+2400), which
// many fonts do not have.
var controls = [...]string{"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
	"DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US"}

// SpelledOut names control characters: "⟨CR⟩" for ␍, so that no reader and no
// printer needs a rare font.
func SpelledOut(s string) string { return speller().Replace(s) }

var speller = sync.OnceValue(func() *strings.Replacer {
	pairs := []string{"␡", "⟨DEL⟩"}
	for i, name := range controls {
		pairs = append(pairs, string(rune(0x2400+i)), "⟨"+name+"⟩")
	}
	return strings.NewReplacer(pairs...)
})

// Pieces are spans, set as French but for code.
func Pieces(spans []prose.Span) HTML {
	return Each(spans, func(s prose.Span) HTML {
		switch s.Style {
		case prose.CodeSpan:
			return F("<code>{}</code>", s.Text)
		case prose.Strong:
			return F("<strong>{}</strong>", text.French(s.Text))
		case prose.Emphasis:
			return F("<em>{}</em>", text.French(s.Text))
		}
		return F("{}", text.French(s.Text))
	})
}

// Blocks are paragraphs, lists and code.
func Blocks(blocks []prose.Block) HTML {
	return Each(blocks, func(b prose.Block) HTML {
		switch b.Kind {
		case prose.Paragraph:
			return F("<p>{}</p>\n", Pieces(b.Spans))
		case prose.List:
			items := Each(b.Items, func(spans []prose.Span) HTML { return F("<li>{}</li>", Pieces(spans)) })
			if b.Ordered {
				return F("<ol>{}</ol>\n", items)
			}
			return F("<ul>{}</ul>\n", items)
		}
		return F("<pre><code>{}</code></pre>\n", strings.Join(b.Lines, "\n"))
	})
}

// StateClass is the class of a state by its meaning, as [paint] has it.
func StateClass(s probe.State) string {
	switch paint.StateRole(s) {
	case paint.Waiting:
		return "waiting"
	case paint.Alive:
		return "alive"
	case paint.Closing:
		return "closing"
	case paint.Lingering:
		return "lingering"
	}
	return "plain"
}
