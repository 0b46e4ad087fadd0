package check

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"labo/lessons/check/peer"
	"labo/lessons/text"
)

// Mistakes that Python runs without a word: each is read in the line that makes
// it, where the program was seen not to do what that line is for.

// slip is one such mistake. $1 and on are what the pattern found.
type slip struct {
	line  func() *regexp.Regexp
	means string
}

var slips = []slip{
	{expression(`(\w+)\.(lower|upper|strip|casefold)\s*[=!]=`),
		"« $1.$2 » nomme la fonction sans l'appeler, et n'est égal à aucun texte : il manque ses parenthèses, $1.$2()"},
	{expression(`[=!]=\s*(exit|quit)\s*(?:\)\s*)*:`),
		"« $1 » sans guillemets n'est pas du texte, mais une fonction de Python : écrivez \"$1\""},
	{expression(`[=!]=\s*(?:"[^"]*"|'[^']*')\s+or\s+("[^"]*"|'[^']*')\s*\)*:`),
		"« or $1 » est toujours vrai, car un texte qui n'est pas vide vaut vrai : écrivez la comparaison en entier des deux côtés de or"},
}

// slipped says which line of the program explains a check that failed without an
// error, "" where none is known to.
func (t *trial) slipped(id string, f *Finding) string {
	lines := t.j.source(filepath.Base(t.j.File))
	for n, line := range lines {
		code, _, _ := strings.Cut(line, "#")
		if said := t.asWritten(code, f); said != "" {
			return fmt.Sprintf("ligne %d : %s", n+1, said)
		}
		if !slices.Contains([]string{"message", "plusieurs", "exit", "exit-casse"}, id) {
			continue
		}
		for _, s := range slips {
			if m := s.line().FindStringSubmatchIndex(code); m != nil {
				return fmt.Sprintf("ligne %d : %s", n+1, s.line().ExpandString(nil, s.means, code, m))
			}
		}
	}
	return t.uncalled(id, lines)
}

// asWritten says of a line that its text went out as it stands there: one that
// names a variable in braces and has no f, or the name itself between quotes.
func (t *trial) asWritten(code string, f *Finding) string {
	if m := bareBraces().FindStringSubmatch(code); m != nil && strings.Contains(t.proc.Transcript(0), m[1]) {
		return "« " + text.Visible(m[1]) + " » s'affiche tel quel : il manque le f devant les guillemets, f\"…\""
	}
	if m := quotedName().FindStringSubmatch(code); m != nil && f.Diff != nil && string(f.Diff.Actual) == m[1] {
		return "ce qui part est le mot « " + text.Visible(m[1]) + " », et non ce que contient la variable de ce nom : les guillemets sont de trop"
	}
	return ""
}

var (
	bareBraces = expression(`(?:^|[^fFrR\w])"[^"{]*(\{[a-z_]\w*\})[^"]*"`)
	quotedName = expression(`\(\s*b?["']([A-Za-z_]\w*)["']`)
)

// needed are the calls without which a check cannot be passed.
var needed = map[string][]string{
	"ecoute": {"listen", "create_server"}, "accepte": {"accept"}, "connecte": {"connect", "connect_ex", "create_connection"},
	"message": {"recv", "recv_into", "recvfrom", "makefile", "read", "readline"}, "envoie": {"send", "sendall", "sendto", "makefile", "write"},
}

// uncalled says that no line of the program calls what it must, where nothing else
// of the program's may: it is one file.
func (t *trial) uncalled(id string, lines []string) string {
	calls := needed[id]
	if len(calls) == 0 || len(lines) == 0 || !t.j.python {
		return ""
	}
	beside, _ := filepath.Glob(filepath.Join(t.j.command.Dir, "*.py"))
	whole := strings.Join(lines, "\n")
	for _, file := range beside {
		name := strings.TrimSuffix(filepath.Base(file), ".py")
		if regexp.MustCompile(`(?m)^\s*(?:import|from)\s.*\b` + regexp.QuoteMeta(name) + `\b`).MatchString(whole) {
			return ""
		}
	}
	if regexp.MustCompile(`\b(?:` + strings.Join(calls, "|") + `)\b`).MatchString(whole) {
		return ""
	}
	return "aucune ligne de " + text.Visible(filepath.Base(t.j.File)) + " n'appelle " + calls[0] + "()"
}

// unknownName says more of a name that Python does not know, at a line: from where
// the program gives it a value, if it does, and what it may have meant.
func (j *judge) unknownName(name string, line int, code string) string {
	lines := j.source(filepath.Base(j.File))
	given := regexp.MustCompile(`^\s*(?:[\w, ]+,\s*)?` + name + `\s*(?:,[\w, ]+)?=[^=]`)
	for n, l := range lines {
		if given.MatchString(l) && n+1 > line {
			return fmt.Sprintf("« %s » n'existe pas encore à cette ligne : c'est la ligne %d, plus bas, qui lui donne une valeur", name, n+1)
		}
	}
	used := regexp.MustCompile(`\b` + name + `\.`).MatchString(code)
	switch {
	case used && slices.Contains([]string{"socket", "threading", "time", "sys", "os", "select", "random"}, name):
		return "il manque « import " + name + " » en haut du fichier"
	case slices.Contains([]string{"true", "false", "none", "raw_input", "unicode", "xrange", "unichr"}, name):
		return "" // what Python's error is read as says it
	case name == "localhost":
		return "« localhost » est du texte : il lui faut des guillemets, \"localhost\""
	}
	if near := j.meant(name); near != "" {
		return "« " + name + " » n'existe pas : le nom est mal écrit ; le programme a « " + near + " »"
	}
	if regexp.MustCompile(`\b` + name + `\.(?:send|sendall|recv|accept|bind|listen|connect|close)\b`).MatchString(code) {
		var sockets []string
		for _, l := range lines {
			if m := socketMade().FindStringSubmatch(l); m != nil && !slices.Contains(sockets, m[1]) {
				sockets = append(sockets, m[1])
			}
		}
		if len(sockets) == 1 {
			return "« " + name + " » n'existe pas : le socket de ce programme s'appelle « " + sockets[0] + " »"
		}
	}
	if !slices.ContainsFunc(lines, given.MatchString) {
		return "« " + name + " » n'existe pas : aucune ligne ne lui donne de valeur (« " + name + " = … »), ou le nom est mal écrit"
	}
	return ""
}

var socketMade = expression(`^\s*(\w+)\s*=\s*socket\.(?:socket|create_)`)

// threaded reports whether the program names threads, as far as its lines tell.
func (j *judge) threaded() bool {
	return !j.python || slices.ContainsFunc(j.source(filepath.Base(j.File)), func(l string) bool { return strings.Contains(l, "hread") })
}

// pours reports whether the program sends without end.
func (t *trial) pours() bool {
	return slices.ContainsFunc(t.allPeers(), func(p *peer.Peer) bool { return p.Total() > floodBytes })
}
