package holes

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"labo/lessons/check"
	"labo/lessons/text"
)

// differs says how what the program printed of a message is not as asked.
func (r *run) differs(last []string, label, message string) {
	printed := func(f func(string) bool) bool { return slices.ContainsFunc(last, f) }
	words := fmt.Sprintf("votre programme affiche « %s », et la fiche « %s »", text.Visible(text.Truncate(last[0], 60)), label+message)
	line := r.recv.Place.Line
	switch uncalled := builtinMethod().FindStringSubmatch(last[0]); {
	case printed(func(l string) bool { return strings.Contains(l, "{") && strings.Contains(l, "}") }):
		words = fmt.Sprintf("votre programme affiche « %s » : devant les guillemets, le « f » manque, qui met la valeur à la place des accolades", text.Visible(text.Truncate(last[0], 60)))
	case printed(func(l string) bool { return strings.Contains(l, "b'") || strings.Contains(l, `b"`) }):
		words = fmt.Sprintf("votre programme affiche « %s » : ce sont les octets ; decode() en fait du texte", text.Visible(text.Truncate(last[0], 60)))
	case uncalled != nil:
		words = uncalled[1] + " est nommé, et non appelé : il manque ses parenthèses, " + uncalled[1] + "()"
	case slices.Contains(last, label+"(message)"):
		words += " : dans une f-chaîne, ce sont des accolades, {message}, qui mettent la valeur"
	case slices.Contains(last, message):
		words += " : devant le message, « " + strings.TrimSpace(label) + " » manque"
	case slices.Contains(last, strings.TrimSpace(label)+message):
		words += " : une espace manque entre les deux"
	case r.asText(last) > 0:
		line = r.asText(last)
		words = fmt.Sprintf("votre programme affiche « %s » : c'est un nom entre guillemets, et donc du texte ; sans eux, c'est ce qu'il contient", text.Visible(text.Truncate(last[0], 60)))
	case r.recv.Call.Asked > 0 && int(r.recv.Call.Asked) < len(message):
		words += fmt.Sprintf(" : recv(%d) ne lit que %s à la fois", r.recv.Call.Asked, text.Plural(int(r.recv.Call.Asked), "octet"))
	default:
		if n, slip := check.SlipOf(r.lines()); n > 0 {
			words, line = slip, n
		}
	}
	r.doubts(words, line)
}

// asText returns a line that has a name of the program between quotes, where that name
// was shown, 0 for none.
func (r *run) asText(shown []string) int {
	lines := r.lines()
	for n, l := range lines {
		m := quotedName().FindStringSubmatch(l)
		if m != nil && slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(s, m[1]) }) &&
			slices.ContainsFunc(lines, func(l string) bool { return regexp.MustCompile(`^\s*` + m[1] + `\s*=[^=]`).MatchString(l) }) {
			return n + 1
		}
	}
	return 0
}

var quotedName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\(\s*["'](\w+)["']\s*[,)]`) })

var builtinMethod = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`<(?:built-in|bound) method (?:\w+\.)?(\w+)`)
})

// printed returns the lines that a terminal would show, prompts aside.
func printed(out string) []string {
	var lines []string
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\r\n")
		for _, prompt := range []string{"[Serveur >>>] ", "[Client >>>] "} {
			line = strings.ReplaceAll(line, prompt, "")
		}
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
