package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"labo/lessons/prose"
)

// spansOf reads the styles of a paragraph, which began on that line; its own lines
// are apart by "\n", and by a space in what is read.
func spansOf(s string, line int) ([]prose.Span, error) {
	r := inline{line: line}
	if err := r.read(s, prose.Plain); err != nil {
		return nil, err
	}
	for i := range r.out {
		r.out[i].Text = strings.ReplaceAll(r.out[i].Text, "\n", " ")
	}
	return r.out, nil
}

type inline struct {
	line int
	out  []prose.Span
}

// fault is a mistake at what comes next: all that came before it is in out.
func (r *inline) fault(what string) error {
	return prose.Faultf(r.line+strings.Count(prose.Text(r.out), "\n"), "%s", what)
}

func (r *inline) add(style prose.Style, s string) {
	if s == "" {
		return
	}
	if k := len(r.out) - 1; k >= 0 && r.out[k].Style == style {
		r.out[k].Text += s
		return
	}
	r.out = append(r.out, prose.Span{Style: style, Text: s})
}

// read reads s, which stands in that style.
func (r *inline) read(s string, style prose.Style) error {
	for s != "" {
		at := strings.IndexAny(s, "`*\\<![")
		if at < 0 {
			break
		}
		r.add(style, s[:at])
		s = s[at:]
		rest, err := r.mark(s, style)
		if err != nil {
			return err
		}
		s = rest
	}
	r.add(style, s)
	return nil
}

// mark reads what a mark begins, and returns what follows it. A mark that begins
// nothing is itself.
func (r *inline) mark(s string, style prose.Style) (rest string, err error) {
	switch s[0] {
	case '\\':
		if len(s) > 1 && strings.IndexByte("\\`*_{}[]()#+-.!<>|~\"'$%&,/:;=?@^", s[1]) >= 0 {
			r.add(style, s[1:2])
			return s[2:], nil
		}
	case '`':
		ticks := len(s) - len(strings.TrimLeft(s, "`"))
		if code, rest, ok := closed(s[ticks:], ticks); ok {
			r.add(prose.CodeSpan, code)
			return rest, nil
		}
		return "", r.fault("cet accent grave n'est pas refermé (pour en écrire un : \\`)")
	case '*':
		stars := min(len(s)-len(strings.TrimLeft(s, "*")), 2)
		inner, rest, ok := starred(s, stars)
		if ok && style == prose.Plain {
			return rest, r.read(inner, map[int]prose.Style{1: prose.Emphasis, 2: prose.Strong}[stars])
		}
		if stars == 2 && style == prose.Plain && (len(s) == 2 || !spaced(s[2])) {
			return "", r.fault(`ces ** ne sont pas refermés (pour en écrire : \*\*)`)
		}
		r.add(style, s[:stars])
		return s[stars:], nil
	case '<':
		if end := strings.IndexByte(s, '>'); end > 1 {
			if inner := s[1:end]; strings.Contains(inner, "://") && !strings.ContainsAny(inner, " \n<") {
				r.add(prose.CodeSpan, inner)
				return s[end+1:], nil
			}
			if c := s[1]; c == '/' || c == '!' || c == '?' || 'a' <= c|0x20 && c|0x20 <= 'z' {
				return "", r.fault("labo ne sait pas montrer cela dans une ligne (du HTML)")
			}
		}
	case '!', '[':
		what := "un lien"
		if s[0] == '!' {
			what = "une image"
		}
		if open := strings.IndexByte(s, '['); open >= 0 && open <= 1 {
			if end := strings.Index(s, "]("); end > open && strings.IndexByte(s[end:], ')') > 0 {
				return "", r.fault("labo ne sait pas montrer cela dans une ligne (" + what + ")")
			}
		}
	}
	r.add(style, s[:1])
	return s[1:], nil
}

func spaced(c byte) bool { return c == ' ' || c == '\n' }

// closed returns what stands before a run of exactly so many backquotes, and
// what follows it.
func closed(s string, ticks int) (code, rest string, ok bool) {
	for at := 0; at < len(s); {
		i := strings.IndexByte(s[at:], '`')
		if i < 0 {
			return "", "", false
		}
		at += i
		run := len(s[at:]) - len(strings.TrimLeft(s[at:], "`"))
		if run == ticks {
			code = s[:at]
			if len(code) > 2 && spaced(code[0]) && spaced(code[len(code)-1]) && strings.TrimSpace(code) != "" {
				code = code[1 : len(code)-1]
			}
			return code, s[at+run:], true
		}
		at += run
	}
	return "", "", false
}

// starred returns what stands between two marks of so many stars, neither next
// to a space on the inner side; code is no mark.
func starred(s string, stars int) (inner, rest string, ok bool) {
	mark := strings.Repeat("*", stars)
	body := s[stars:]
	if r, _ := utf8.DecodeRuneInString(body); body == "" || unicode.IsSpace(r) {
		return "", "", false
	}
	for at := 0; at < len(body); {
		switch body[at] {
		case '\\':
			at += 2
			continue
		case '`':
			ticks := len(body[at:]) - len(strings.TrimLeft(body[at:], "`"))
			if _, after, ok := closed(body[at+ticks:], ticks); ok {
				at = len(body) - len(after)
			} else {
				at += ticks
			}
			continue
		case '*':
			run := len(body[at:]) - len(strings.TrimLeft(body[at:], "*"))
			last, _ := utf8.DecodeLastRuneInString(body[:at])
			if run == stars && at > 0 && !unicode.IsSpace(last) {
				return body[:at], body[at+len(mark):], true
			}
			at += run
			continue
		}
		at++
	}
	return "", "", false
}
