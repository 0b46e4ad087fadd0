package markup

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"labo/lessons/text"
)

// HTML is markup that a browser may read. It is made of constants of the program,
// by [F], [Builder], [Style], [Script] and [Data] alone: what comes from outside
// cannot become it without being escaped.
//
// html/template is not used: it looks methods up by their names, so the linker
// must keep every exported method of the program, a seventh of its file.
type HTML struct{ s string }

func (h HTML) String() string { return h.s }

// literal is a string of the source: a constant converts to it, and outside of
// this package nothing else does.
type literal string

// hole stands in a literal for a value.
const hole = "{}"

// F fills the holes {} of a literal: with markup as it is, with anything else as
// text, escaped for an element or for an attribute between quotes. A value that
// is an address goes through [Link]; none goes into a script or a style.
func F(with literal, values ...any) HTML {
	var b Builder
	b.F(with, values...)
	return b.HTML()
}

// Builder makes HTML piece by piece. Its zero value is ready.
type Builder struct{ b strings.Builder }

// F adds what [F] returns. It panics where the holes are not as many as the values.
func (b *Builder) F(with literal, values ...any) {
	rest := string(with)
	for _, v := range values {
		before, after, found := strings.Cut(rest, hole)
		if !found {
			panic(fmt.Sprintf("%d values for %q", len(values), with))
		}
		b.b.WriteString(before)
		if h, ok := v.(HTML); ok {
			b.b.WriteString(h.s)
		} else {
			escape.WriteString(&b.b, fmt.Sprint(v))
		}
		rest = after
	}
	if strings.Contains(rest, hole) {
		panic(fmt.Sprintf("%d values for %q", len(values), with))
	}
	b.b.WriteString(rest)
}

// HTML returns what was added.
func (b *Builder) HTML() HTML { return HTML{b.b.String()} }

// escape makes a text that stays one, in an element and in an attribute, whatever
// its quotes.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "+", "&#43;", "\x00", "\uFFFD")

// Say returns a sentence of labo's, set as French.
func Say(format string, values ...any) HTML {
	return F("{}", text.French(fmt.Sprintf(format, values...)))
}

// Each returns the markup of each value, one after the other.
func Each[T any](values []T, of func(T) HTML) HTML {
	var b Builder
	for _, v := range values {
		b.b.WriteString(of(v).s)
	}
	return b.HTML()
}

// If returns some markup, or none.
func If(wanted bool, h HTML) HTML {
	if !wanted {
		return HTML{}
	}
	return h
}

// Link returns the relative address of a file beside the page: whatever its name,
// it has no scheme and runs nothing.
func Link(file string) string {
	return (&url.URL{Path: strings.TrimLeft(file, "/")}).String()
}

// Style returns a style sheet of the program.
func Style(sheet string) HTML { return HTML{"<style>" + within("</style", sheet) + "</style>"} }

// Head begins a page that is one file and fetches nothing, to its body: its title,
// the class of the whole ("" for none), its style sheet.
func Head(title, class, sheet string) HTML {
	of := HTML{}
	if class != "" {
		of = F(` class="{}"`, class)
	}
	return F(`<!DOCTYPE html>
<html lang="fr"{}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{}</title>
{}
</head>
<body>
`, of, title, Style(sheet))
}

// Script returns a module of the program.
func Script(module string) HTML {
	return HTML{`<script type="module">` + within("</script", module) + "</script>"}
}

// within panics where a text of the program would end the element it stands in, or
// hide that end (HTML standard, § 13.1.2.1).
func within(end, s string) string {
	for _, bad := range []string{end, "<!--"} {
		if strings.Contains(strings.ToLower(s), bad) {
			panic("a style or a script holds " + bad)
		}
	}
	return s
}

// Data returns a value as JSON that a script reads by its id, and that nothing
// runs. encoding/json has made each <, > and & a \u escape; a value that it cannot
// encode is null.
func Data(id string, v any) HTML {
	data, err := json.Marshal(v)
	if err != nil {
		data = []byte("null")
	}
	return F(`<script type="application/json" id="{}">{}</script>`, id, HTML{string(data)})
}
