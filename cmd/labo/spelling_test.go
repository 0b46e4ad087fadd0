package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"labo/lessons/text"
	"labo/probe/probetest"
)

// The words of this project that no French dictionary has, one a line.
const ownWords = ".ci/mots.txt"

var (
	// What stands in a document and is no French: code; then comments, targets
	// of links, names of sections, of files and of threads.
	codeFence = regexp.MustCompile("(?ms)^````.*?^````$|^ *```.*?^ *```$|<!--.*?-->")
	codeWords = regexp.MustCompile("`[^`]*`")
	noFrench  = regexp.MustCompile(`(?m)^labo [^\n]*? --[a-z][^\n]*$|[\pL\pN%_-]+\.(?:md|py|html)|[ ,]\.[a-z-]+|thread « [a-z]+|\blabo [\pL0-9]+|` +
		`\]\([^)]*\)|\{[^}]*\}|https?://\S+|^##+ [a-z0-9/-]+( :|$)|^### .*?$|^    .*?$|%[-+#.0-9*]*[a-zA-Z]`)
	// foreign is what a word of the glossary is called in English, and where.
	foreign = regexp.MustCompile(`(?m)^(\| [^|]+ \|) [^|]+ \| [^|]*(?:RFC|POSIX|Go|Python|—)[^|]* \|`)
	// aName is no word of a language: a constant, a file, an option, a number in it.
	aName = regexp.MustCompile(`[0-9_./=]|^-|^\p{Lu}[\p{Lu}-]*$|^[^\p{L}]*$`)
	// french begins to look like a sentence of labo: three words, one of them
	// of those that no English sentence has.
	french = regexp.MustCompile(`(?i)(^|[\s'«])(le|la|les|un|une|des|du|est|sont|n'|l'|d'|ne|pas|que|qui|vous|votre|dans|sur|pour|avec|il|ce|cette|à|aucun|aucune|labo)([\s,;:.]|$)`)
)

// Documents, prose and messages are spelt as the dictionary does, or as this
// project's own list.
func TestSpelling(t *testing.T) {
	probetest.Need(t, "hunspell")
	check := exec.CommandContext(t.Context(), "hunspell", "-d", "fr", "-i", "UTF-8", "-l")
	if out, err := exec.CommandContext(t.Context(), "hunspell", "-D").CombinedOutput(); err != nil || !regexp.MustCompile(`/fr(\.dic)?\n`).Match(out) {
		probetest.Missing(t, "hunspell has no French dictionary (package hunspell-fr)")
	}
	var all strings.Builder
	for name, page := range documents(t) {
		if name != "docs/reference.md" { // messages, again
			page = foreign.ReplaceAllString(page, "$1")
			all.WriteString(sentences(page))
		}
	}
	for _, m := range messages(t) {
		all.WriteString(sentences(m))
	}
	check.Stdin = strings.NewReader(strings.NewReplacer(text.NBSP, " ", "\u202f", " ", "’", "'").Replace(all.String()))
	out, err := check.Output()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(moduleRoot, ownWords))
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	for _, w := range strings.Fields(string(b)) {
		own[w] = true
	}
	if len(out) < 500 {
		t.Errorf("hunspell was shown too little: %q", out)
	}
	unknown := map[string]bool{}
	for w := range strings.FieldsSeq(string(out)) {
		if bare := strings.Trim(w, ".'-"); !strings.HasPrefix(w, "-") && !aName.MatchString(bare) && !own[bare] {
			unknown[bare] = true
		}
	}
	if len(unknown) > 0 {
		t.Errorf("neither in the dictionary nor in %s:\n%s", ownWords, strings.Join(slices.Sorted(maps.Keys(unknown)), "\n"))
	}
}

// tags are what a page is written in.
var tags = regexp.MustCompile(`(?s)<[^<>]+>`)

// sentences returns what is French in a text.
func sentences(s string) string {
	for _, other := range []*regexp.Regexp{codeFence, tags, codeWords, noFrench} {
		s = other.ReplaceAllString(s, " ")
	}
	return s + "\n"
}

// messages are the French sentences in the code that is shipped.
func messages(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, dir := range []string{"cmd", "lessons"} {
		err := filepath.WalkDir(filepath.Join(moduleRoot, dir), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
					if s, err := strconv.Unquote(l.Value); err == nil && len(strings.Fields(s)) > 2 && french.MatchString(s) {
						all = append(all, s)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 1000 {
		t.Fatalf("only %d sentences seen", len(all))
	}
	return all
}
