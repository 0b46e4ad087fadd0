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
	{expression(`[=!]=\s*(?:"[^"]*"|'[^']*')\s+or\s+("[^"]*"|'[^']*')\s*(?:\)|:|or\b)`),
		"« or $1 » est toujours vrai, car un texte qui n'est pas vide vaut vrai : écrivez la comparaison en entier des deux côtés de or"},
	{expression(`lower\(\)\s*==\s*["']([^"']*[A-Z][^"']*)["']`), "lower() rend des minuscules : ce texte n'est jamais égal à « $1 »"},
	{expression(`\bis\s+["']`), "« is » demande si deux objets sont le même, et non si deux textes sont égaux : écrivez =="},
	{expression(`==\s*["'](quit|quitter|stop|fin|bye|sortir|\s+exit\s*|exit\s+)["']`), "le mot comparé est « $1 » ; celui de la fiche est « exit »"},
	{expression(`^\s*(exit|quit)\s*$`), "« $1 » seul ne fait rien : pour sortir de la boucle, c'est break"},
}

// SlipOf finds a line that compares what was received, or leaves the loop, in a
// way that does nothing of the sort: its number, and what is wrong with it, a
// French sentence. The line is 0 where none is known to.
func SlipOf(lines []string) (line int, words string) {
	for n, l := range lines {
		code, _, _ := strings.Cut(l, "#")
		for _, s := range slips {
			if m := s.line().FindStringSubmatchIndex(code); m != nil {
				return n + 1, string(s.line().ExpandString(nil, s.means, code, m))
			}
		}
	}
	return 0, ""
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
	}
	if slices.Contains([]string{"message", "plusieurs", "exit", "exit-casse"}, id) {
		if n, said := SlipOf(lines); n > 0 {
			return fmt.Sprintf("ligne %d : %s", n, said)
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

// threaded reports whether the program names threads, as far as its lines tell.
func (j *judge) threaded() bool {
	return !j.python || slices.ContainsFunc(j.source(filepath.Base(j.File)), func(l string) bool { return strings.Contains(l, "hread") })
}

// pours reports whether the program sends without end.
func (t *trial) pours() bool {
	return slices.ContainsFunc(t.allPeers(), func(p *peer.Peer) bool { return p.Total() > floodBytes })
}
