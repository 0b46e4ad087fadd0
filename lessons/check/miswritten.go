package check

import (
	"regexp"
	"slices"
	"strconv"
)

// miswritten are lines that Python cannot read, by how they are written: each is
// looked for in the line that Python quotes. $1 and on are what the pattern found.
var miswritten = []slip{
	{expression(`^\s*(Import|From|While|If|For|Else|Elif|Def|Return|Try|Except|With)\b`),
		"« $1 » commence par une majuscule : Python écrit import, while, if, else, def… en minuscules"},
	{expression(`\)\s*(decode|encode|lower|upper|strip|close)\s*\(`), "un point manque devant $1()"},
	{expression(`\b([A-Za-z_]\w*)\s+(bind|listen|accept|recv|sendall|send|connect|close|start|join|decode|encode|lower)\s*\(`),
		"un point manque entre $1 et $2()"},
	{expression(`^\s*([A-Za-z_]\w*)\s+([A-Za-z_]\w*)\s*=.*\.(?:accept|recvfrom)\(`), "une virgule manque entre $1 et $2"},
	{expression(`\.(\w+)\s*\{`), "les parenthèses de $1() sont des accolades : un appel s'écrit avec ( et )"},
	{expression(`\bf\s+["']`), "une espace sépare le f de ses guillemets : écrivez f\"…\""},
	{expression(`\(\s*f?(?:"[^"]*"|'[^']*')\s+([A-Za-z_]\w*)`), "une virgule manque entre le texte et $1"},
	{expression(`\b(\d+)\s+(\d+)\b`), "un nombre s'écrit sans espace : $1$2"},
	{expression(`\(\s*[\w.]+\s*;`), "un « ; » tient la place d'une virgule"},
	{expression(`[(,]\s*([A-Za-z_][\w.]*)\s+([A-Za-z_][\w.]*)\s*[),]`), "une virgule manque entre $1 et $2"},
	{expression(`\binput\(\s*[^"'\w\s)]`), "l'invite s'écrit entre guillemets, \"…\""},
	{expression(`\bprint\([^"'()]*\pL\]?\s+\pL`), "les mots à afficher s'écrivent entre guillemets, \"…\""},
	{expression(`\b(break|continue|pass)\s*\(`), "$1 s'écrit seul, sans parenthèses"},
	{expression(`^\s*while\s*:`), "while veut une condition : « while True: » tourne sans fin"},
	{expression(`^\s*for\s+(?:True|1)\b`), "for parcourt une suite de valeurs ; pour tourner sans fin, c'est « while True: »"},
	{expression(`:["']\s*$`), "le « : » est entre les guillemets : il doit venir après eux"},
	{expression(`'[^'"]*\b[ldnsjmtcLDNSJMTC]'\pL`), "l'apostrophe du texte ferme ses guillemets simples : entourez ce texte de guillemets doubles, \"…\""},
}

// unreadable are Python's words for a line that it cannot read, where they do not
// say why.
var unreadable = expression(`^SyntaxError: (?:invalid syntax|cannot assign to|expected ':'|unterminated string|EOL while|invalid decimal)`)

// words that stand before a name, and are none.
var keywords = []string{"and", "as", "del", "elif", "else", "for", "from", "if", "import", "in", "is", "lambda", "not", "or", "print", "return", "while", "with"}

// asMiswritten says what is wrong with a line that Python cannot read, "" where
// labo does not see it.
func asMiswritten(failed, code string) string {
	if !unreadable().MatchString(failed) {
		return ""
	}
	for _, s := range miswritten {
		m := s.line().FindStringSubmatchIndex(code)
		if m == nil || len(m) > 4 && slices.Contains(keywords, code[m[2]:m[3]]) {
			continue
		}
		return string(s.line().ExpandString(nil, s.means, code, m))
	}
	return ""
}

// boundBefore says which line before a bind() that is refused has given its socket
// an address, "" where none is seen to.
func boundBefore(lines []string, at int) string {
	for n := min(at-1, len(lines)) - 1; n >= 0; n-- {
		m := earlierAddress().FindStringSubmatch(lines[n])
		switch {
		case m == nil:
		case m[1] == "bind":
			return "bind() est appelé une seconde fois : à la ligne " + strconv.Itoa(n+1) + ", ce socket a déjà reçu son adresse"
		default:
			return "bind() vient trop tard : ce socket a déjà une adresse, que listen() lui a donnée à la ligne " + strconv.Itoa(n+1)
		}
	}
	return ""
}

var earlierAddress = expression(`^[^#]*\.(bind|listen)\(`)

// returned says of a return that is in no function where that cannot be the
// indentation's fault: the program has no function.
func returned(failed string, lines []string) string {
	if failed != "SyntaxError: 'return' outside function" || slices.ContainsFunc(lines, regexp.MustCompile(`^\s*def\s`).MatchString) {
		return ""
	}
	return "return sort d'une fonction, et ce programme n'en a pas : d'une boucle, on sort par break"
}
