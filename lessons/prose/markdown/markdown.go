// Package markdown reads the text of the steps from its Markdown: headings,
// paragraphs, lists of one level, fenced code, and in a line emphasis and code.
// That is all a stage can draw; the rest of Markdown is refused, with its line.
// What it reads, CommonMark reads the same (a test compares it with goldmark,
// which costs a fifth of labo's start: it would be initialised by every command,
// and the text of a teacher's own is read at run time).
package markdown

import (
	"regexp"
	"strings"
	"sync"

	"labo/lessons/prose"
)

// Parse reads one file, whose form the doc comment of [prose] describes. It refuses what a stage could not
// draw (images, HTML, nested lists) and what would lose a scene: a section
// without a name, two with the same name, an option without one. The error is a
// [*prose.Fault], in French: it is for whoever wrote the text.
func Parse(src []byte) (*prose.Step, error) {
	text := strings.ReplaceAll(strings.TrimPrefix(string(src), "\ufeff"), "\r\n", "\n")
	r := reader{lines: strings.Split(text, "\n")}
	for r.at < len(r.lines) {
		if err := r.block(); err != nil {
			return nil, err
		}
	}
	if r.step.Title == "" || r.step.Summary == "" {
		return nil, prose.Faultf(1, "il manque le titre et le résumé (# Titre, puis un paragraphe)")
	}
	return &r.step, nil
}

type reader struct {
	lines []string
	at    int // the line to read, from 0
	step  prose.Step
	sec   *prose.Section
	part  *prose.Part
}

// The shapes of lines.
var shapes = sync.OnceValue(func() (s struct{ heading, item, named, fence, refused *regexp.Regexp }) {
	s.heading = regexp.MustCompile(`^(#{1,6})[ \t]+(.*?)[ \t]*$`)
	s.named = regexp.MustCompile(`^(.*?)[ \t]*\{([^{}]*)\}$`)
	s.item = regexp.MustCompile(`^(?:[-*+]|([0-9]{1,9})[.)])[ \t]+(.*)$`)
	s.fence = regexp.MustCompile("^```+[ \t]*([^` \t]*)[ \t]*$")
	s.refused = regexp.MustCompile(`^(?:(>)|(</?[A-Za-z!])|((?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$|=+[ \t]*$)|(    |\t))`)
	return s
})

func blank(line string) bool { return strings.TrimSpace(line) == "" }

// block reads the next block, or a blank line.
func (r *reader) block() error {
	line, number := r.lines[r.at], r.at+1
	if blank(line) {
		r.at++
		return nil
	}
	if m := shapes().heading.FindStringSubmatch(line); m != nil {
		r.at++
		return r.heading(number, len(m[1]), m[2])
	}
	b, lines, err := r.content()
	if err != nil {
		return err
	}
	if r.sec == nil {
		if b.Kind != prose.Paragraph || r.step.Summary != "" {
			return prose.Faultf(number, "avant la première scène (## Titre {#nom}) : un titre et un paragraphe seulement")
		}
		r.step.Summary = prose.Text(b.Spans)
		return nil
	}
	if r.part == nil {
		r.part = &prose.Part{Line: number}
		r.sec.Parts = append(r.sec.Parts, r.part)
	}
	for at := number; at <= r.at; at++ {
		r.part.Cites(r.lines[at-1], at)
	}
	options, unnamed := asOptions(b)
	if options != nil {
		for i := range options {
			options[i].Line = lines[i]
		}
		r.part.Options = append(r.part.Options, options...)
		return nil
	}
	if unnamed >= 0 && r.part.Unnamed == 0 {
		r.part.Unnamed = lines[unnamed]
	}
	r.part.Blocks = append(r.part.Blocks, b)
	return nil
}

func (r *reader) heading(number, level int, words string) error {
	attributes := ""
	if m := shapes().named.FindStringSubmatch(words); m != nil && level == 2 {
		words, attributes = m[1], m[2]
	}
	spans, err := spansOf(words, number)
	if err != nil {
		return err
	}
	title := prose.Text(spans)
	switch level {
	case 1:
		if r.step.Title != "" {
			return prose.Faultf(number, "« %s » : un texte n'a qu'un titre (#) ; une scène en a un de deux croisillons (##)", title)
		}
		r.step.Title = title
	case 2:
		return r.section(number, title, attributes)
	case 3:
		if r.sec == nil {
			return prose.Faultf(number, "« %s » vient avant toute scène (## Titre {#nom})", title)
		}
		if _, twice := r.sec.Part(title); twice {
			return prose.Faultf(number, "la scène %s a deux parties « %s »", r.sec.ID, title)
		}
		r.part = &prose.Part{Name: title, Line: number}
		r.sec.Parts = append(r.sec.Parts, r.part)
	default:
		return prose.Faultf(number, "titre « %s » : seuls #, ## et ### servent", title)
	}
	return nil
}

// section begins a scene, named by its attributes: {#nom}, {#nom comme=autre}.
func (r *reader) section(number int, title, attributes string) error {
	sec := &prose.Section{Title: title, Line: number}
	for _, a := range strings.Fields(attributes) {
		switch {
		case strings.HasPrefix(a, "#"):
			sec.ID = a[1:]
		case a == ".plus-loin":
			if sec.Further = true; len(r.step.Sections) == 0 {
				return prose.Faultf(number, "la scène « %s » va plus loin qu'aucune autre : elle vient après une scène", title)
			}
		case strings.HasPrefix(a, "comme="):
			sec.Like = strings.Trim(strings.TrimPrefix(a, "comme="), `"`)
		default:
			return prose.Faultf(number, "« %s » ne se dit pas d'une scène : seuls #nom, .plus-loin et comme=nom", a)
		}
	}
	if sec.ID == "" {
		return prose.Faultf(number, "la scène « %s » n'a pas de nom ({#nom})", title)
	}
	if _, twice := r.step.Section(sec.ID); twice {
		return prose.Faultf(number, "deux scènes ont le nom « %s »", sec.ID)
	}
	r.sec, r.part = sec, nil
	r.step.Sections = append(r.step.Sections, sec)
	return nil
}

// content reads a paragraph, a list or code; lines are those that the items of a
// list begin on, from 1.
func (r *reader) content() (b prose.Block, lines []int, err error) {
	line, number := r.lines[r.at], r.at+1
	if m := shapes().refused.FindStringSubmatch(line); m != nil {
		return b, nil, prose.Faultf(number, "labo ne sait pas montrer cela (%s)", [...]string{"une citation", "du HTML", "un trait", "un texte en retrait de quatre espaces"}[first(m[1:])])
	}
	if m := shapes().fence.FindStringSubmatch(line); m != nil {
		b, err = r.code(m[1])
		return b, nil, err
	}
	if m := shapes().item.FindStringSubmatch(line); m != nil {
		return r.list(m[1] != "")
	}
	b.Spans, err = spansOf(r.paragraph(line, false), number)
	return b, nil, err
}

func first(groups []string) int {
	for i, g := range groups {
		if g != "" {
			return i
		}
	}
	return 0
}

// code reads to the closing fence.
func (r *reader) code(lang string) (prose.Block, error) {
	b := prose.Block{Kind: prose.Code, Lang: lang}
	opened := r.at + 1
	for r.at++; r.at < len(r.lines); r.at++ {
		if strings.HasPrefix(r.lines[r.at], "```") && blank(strings.TrimLeft(r.lines[r.at], "`")) {
			r.at++
			return b, nil
		}
		b.Lines = append(b.Lines, strings.TrimRight(r.lines[r.at], "\r"))
	}
	return b, prose.Faultf(opened, "ce code n'est pas fermé (```)")
}

// paragraph reads the lines that go on from one: to a blank line, or what begins
// another block. In a list every item does, else only the first of a list. They
// are apart by "\n".
func (r *reader) paragraph(begun string, item bool) string {
	words := []string{strings.TrimSpace(begun)}
	for r.at++; r.at < len(r.lines); r.at++ {
		line := r.lines[r.at]
		m := shapes().item.FindStringSubmatch(strings.TrimLeft(line, " "))
		if blank(line) || shapes().heading.MatchString(line) || shapes().fence.MatchString(line) || m != nil && (item || m[1] == "" || m[1] == "1") {
			break
		}
		if s := shapes().refused.FindStringSubmatch(line); s != nil && s[4] == "" {
			break
		}
		words = append(words, strings.TrimSpace(line))
	}
	return strings.Join(words, "\n")
}

// list reads items of one paragraph each; a blank line may stand between them.
func (r *reader) list(ordered bool) (b prose.Block, lines []int, err error) {
	b = prose.Block{Kind: prose.List, Ordered: ordered}
	for r.at < len(r.lines) {
		line := r.lines[r.at]
		if blank(line) {
			next := r.at
			for next < len(r.lines) && blank(r.lines[next]) {
				next++
			}
			if next < len(r.lines) && strings.HasPrefix(r.lines[next], "  ") {
				return b, nil, prose.Faultf(next+1, "un élément de liste tient en un paragraphe")
			}
			if next == len(r.lines) || shapes().refused.MatchString(r.lines[next]) || !sameList(r.lines[next], ordered) {
				return b, lines, nil
			}
			r.at = next
			continue
		}
		m := shapes().item.FindStringSubmatch(line)
		if m == nil || (m[1] != "") != ordered {
			if strings.HasPrefix(line, " ") {
				return b, nil, prose.Faultf(r.at+1, "pas de liste dans une liste")
			}
			return b, lines, nil
		}
		number := r.at + 1
		spans, err := spansOf(r.paragraph(m[2], true), number)
		if err != nil {
			return b, nil, err
		}
		b.Items, lines = append(b.Items, spans), append(lines, number)
	}
	return b, lines, nil
}

func sameList(line string, ordered bool) bool {
	m := shapes().item.FindStringSubmatch(line)
	return m != nil && (m[1] != "") == ordered
}

// asOptions reads a list whose every item begins with a code span, the stable
// name of the answer. Of another it returns the first item that does not, from 0;
// -1 where there is none.
func asOptions(b prose.Block) (options []prose.Option, unnamed int) {
	if b.Kind != prose.List {
		return nil, -1
	}
	for i, item := range b.Items {
		if b.Ordered || len(item) < 2 || item[0].Style != prose.CodeSpan {
			return nil, i
		}
		rest := append([]prose.Span(nil), item[1:]...)
		rest[0].Text = strings.TrimLeft(rest[0].Text, " ")
		options = append(options, prose.Option{ID: item[0].Text, Spans: rest})
	}
	return options, -1
}
