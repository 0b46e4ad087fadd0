package export

import (
	"strings"

	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/text"
)

// Text in Markdown: what comes from outside is never markup.

// mdSpecial escapes what can be markup anywhere in a line; GitHub makes links
// of addresses and of names after an @.
var mdSpecial = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"#", `\#`, "|", `\|`, "~", `\~`, "&", `\&`, "$", `\$`, "@", `\@`, "://", `\://`, "www.", `www\.`,
)

// mdEscape returns s so that Markdown shows it as it is, within a line.
func mdEscape(s string) string { return mdSpecial.Replace(s) }

// mdLine returns Markdown so that it begins a line, or an item of a list, with
// nothing but text: neither "- " nor "1. ".
func mdLine(s string) string {
	words := strings.TrimLeft(s, " ")
	number := strings.TrimLeft(words, "0123456789")
	switch at := len(s) - len(words); {
	case words == "":
		return s
	case strings.ContainsRune("-+=", rune(words[0])):
		return s[:at] + `\` + s[at:]
	case len(number) < len(words) && number != "" && strings.ContainsRune(".)", rune(number[0])):
		at = len(s) - len(number)
		return s[:at] + `\` + s[at:]
	}
	return s
}

// mdCode returns a code span that shows s, also inside a table.
func mdCode(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}

// mdInline sets a French sentence with its `code`.
func mdInline(s string) string { return mdSpans(notebook.Spans(s)) }

func mdSpans(spans []prose.Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Style == prose.CodeSpan {
			b.WriteString(mdCode(s.Text))
			continue
		}
		b.WriteString(mdEscape(text.French(s.Text)))
	}
	return b.String()
}

// mdQuote quotes a text, line by line, with its indents.
func mdQuote(s string) string {
	lines := strings.Split(strings.Trim(s, "\n"), "\n")
	for i, l := range lines {
		l = strings.TrimRight(l, " ")
		words := strings.TrimLeft(l, " ")
		quoted := "> " + strings.Repeat(text.NBSP, len(l)-len(words)) + mdLine(mdEscape(words))
		switch {
		case words == "":
			quoted = ">"
		case i+1 < len(lines) && strings.Trim(lines[i+1], " ") != "":
			quoted += "\\" // a line break
		}
		lines[i] = quoted
	}
	return strings.Join(lines, "\n")
}
