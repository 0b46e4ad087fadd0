package recording

import (
	"fmt"
	"regexp"
	"slices"

	"labo/lessons/prose"
	"labo/lessons/scene"
)

// strip leaves of a call what the text of its scene does not say.
func (c *Call) strip(text *prose.Section) error {
	switch c.Kind {
	case Prose:
		if part, values := said(text, &prose.Part{Blocks: c.Prose}); part != nil {
			c.Part, c.Values, c.Prose = part.Name, values, nil
		}
	case Ask:
		part, values := said(text, &prose.Part{Blocks: c.Question.Blocks, Options: c.Question.Options})
		if part == nil {
			return fmt.Errorf("%s asks what is in no part: %+v", text.ID, c.Question)
		}
		c.Part, c.Values, c.Choice = part.Name, values, option(*c.Question, c.Chosen)
	case Answer:
		c.Choice, c.Measured = option(c.Answer.Question, c.Answer.Right), c.Answer.Measured
	}
	return nil
}

// fill is the reverse of strip; asked is the last question.
func (c *Call) fill(text *prose.Section, asked *Call) (err error) {
	switch {
	case c.Kind == Prose && c.Prose == nil, c.Kind == Ask:
		part, ok := text.Part(c.Part)
		if !ok {
			return fmt.Errorf("scene %s has no part %q now", text.ID, c.Part)
		}
		if part, err = part.Fill(c.Values); err != nil {
			return err
		}
		if c.Prose = part.Blocks; c.Kind == Prose {
			return nil
		}
		c.Prose, c.Question = nil, &scene.Question{Part: part.Name, Blocks: part.Blocks, Options: part.Options}
		c.Chosen, err = index(*c.Question, c.Choice)
		*asked = *c
	case c.Kind == Answer && asked.Question == nil:
		return fmt.Errorf("scene %s answers before it asks", text.ID)
	case c.Kind == Answer:
		c.Answer = &scene.Answer{Question: *asked.Question, Chosen: asked.Chosen, Measured: c.Measured}
		c.Answer.Right, err = index(*asked.Question, c.Choice)
	}
	return err
}

func option(q scene.Question, i int) string {
	if i < 0 {
		return ""
	}
	return q.Options[i].ID
}

func index(q scene.Question, id string) (int, error) {
	i := slices.IndexFunc(q.Options, func(o prose.Option) bool { return o.ID == id })
	if i < 0 && id != "" {
		return -1, fmt.Errorf("no option %q now", id)
	}
	return i, nil
}

// said returns the part of a text that was said, and the values that were
// filled into it; nil where it is none of them. (Where two holes follow each
// other, what was said cannot tell one value from the next.)
func said(text *prose.Section, what *prose.Part) (found *prose.Part, values map[string]string) {
	const none = 1 << 30
	least := none // characters in holes: the fewer, the surer
	for _, part := range text.Parts {
		v := holes{}
		if n, ok := v.part(part, what); ok && n < least {
			found, values, least = part, v, n
		}
	}
	if len(values) == 0 {
		values = nil
	}
	return found, values
}

// holes are the values of a text, by name, as they are found.
type holes map[string]string

// part reports whether what was said is the part with its holes filled, and
// how many characters the values have.
func (h holes) part(part, what *prose.Part) (n int, ok bool) {
	a, b := texts(part), texts(what)
	if len(a) != len(b) {
		return 0, false
	}
	for i := range a {
		if !h.text(a[i], b[i]) {
			return 0, false
		}
	}
	for _, v := range h {
		n += len(v)
	}
	filled, err := part.Fill(h)
	return n, err == nil && slices.Equal(texts(filled), b)
}

// texts are all the texts of a part, in order, and the names of its options.
func texts(p *prose.Part) (all []string) {
	add := func(spans []prose.Span) {
		for _, s := range spans {
			all = append(all, s.Text)
		}
	}
	for _, b := range p.Blocks {
		add(b.Spans)
		for _, item := range b.Items {
			add(item)
		}
		all = append(all, b.Lines...)
	}
	for _, o := range p.Options {
		all = append(all, o.ID)
		add(o.Spans)
	}
	return all
}

// hole is {name}, {name=value}, or {{text}}, as in package prose.
var hole = regexp.MustCompile(`\{(\{[^{}]*\})\}|\{([a-zà-ÿ][a-zà-ÿ0-9-]*)(?:=[^{}]*)?\}`)

func (h holes) text(template, said string) bool {
	pattern, names, at := "(?s)^", []string(nil), 0
	for _, m := range hole.FindAllStringSubmatchIndex(template, -1) {
		pattern += regexp.QuoteMeta(template[at:m[0]])
		if at = m[1]; m[2] >= 0 {
			pattern += regexp.QuoteMeta(template[m[2]:m[3]])
			continue
		}
		pattern += "(.*)"
		names = append(names, template[m[4]:m[5]])
	}
	values := regexp.MustCompile(pattern + regexp.QuoteMeta(template[at:]) + "$").FindStringSubmatch(said)
	if values == nil {
		return false
	}
	for i, name := range names {
		if v, known := h[name]; known && v != values[i+1] {
			return false
		}
		h[name] = values[i+1]
	}
	return true
}
