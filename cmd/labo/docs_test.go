package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"labo/lessons/text"
)

// documents are the pages in French, by path from the module's root: those of
// docs, the README, the prose of the steps and what goes with the programs.
func documents(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, root := range []string{"README.md", "docs", "lessons/prose", "lessons/paquet/mots", "lessons/check/mots.md"} {
		err := filepath.WalkDir(filepath.Join(moduleRoot, root), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(file) != ".md" && filepath.Ext(file) != ".txt" || filepath.Base(file) == "compiled.txt" { // of the .md beside it
				return err
			}
			b, err := os.ReadFile(file)
			rel, _ := filepath.Rel(moduleRoot, file)
			pages[filepath.ToSlash(rel)] = strings.ReplaceAll(string(b), "\r\n", "\n")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(pages) < 15 {
		t.Fatalf("only %d documents", len(pages))
	}
	return pages
}

// The reference is the help of every command.
func TestReference(t *testing.T) {
	path := filepath.Join(moduleRoot, "docs", "reference.md")
	want := reference()
	got, err := os.ReadFile(path)
	switch {
	case err == nil && string(got) == want:
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("docs/reference.md is not today's help: go generate ./cmd/labo")
	}
}

// reference returns what `labo aide` says of everything, as one page.
func reference() string {
	var page, list bytes.Buffer
	help := func(cmd *cobra.Command) {
		var b bytes.Buffer
		writeHelp(newConsole(nil, &b, &b, func(string) string { return "fr_FR.UTF-8" }), cmd)
		fmt.Fprintf(&page, "\n## %s\n\n```\n%s\n```\n", cmd.CommandPath(), strings.TrimRight(b.String(), "\n"))
		fmt.Fprintf(&list, "- [`%s`](#%s)", cmd.CommandPath(), slug(cmd.CommandPath()))
		if cmd.Short != "" {
			fmt.Fprint(&list, text.French(" : "+cmd.Short))
		}
		fmt.Fprintln(&list)
	}
	root := newRootCommand(newConsole(nil, &bytes.Buffer{}, &bytes.Buffer{}, nil))
	help(root)
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() || cmd.Name() == "aide" {
			help(cmd)
		}
	}
	return "# Référence : toutes les commandes\n\n" +
		"Ce que dit `labo aide COMMANDE`, mot pour mot : cette page est écrite d'après le programme (`go generate ./cmd/labo`).\n\n" +
		list.String() + page.String()
}

var (
	fence   = regexp.MustCompile("(?ms)^````.*?^````$|^```.*?^```$")
	inline  = regexp.MustCompile("`([^`]+)`")
	target  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	screens = regexp.MustCompile("(?ms)^<!-- écran [^\n]*-->\n```.*?^```$") // a screen: other tests hold it
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// slug is the anchor that a heading gets where the pages are read.
func slug(title string) string {
	title = strings.ToLower(strings.NewReplacer("`", "", text.NBSP, "-").Replace(strings.TrimSpace(title)))
	title = regexp.MustCompile(`[^\p{L}\p{N}\s_-]`).ReplaceAllString(title, "")
	return strings.ReplaceAll(title, " ", "-")
}

// A link to a page of this tree leads to it, and to a heading that it has.
func TestLinksOfTheDocuments(t *testing.T) {
	pages, links := documents(t), 0
	for name, page := range pages {
		for _, m := range target.FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
			to, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue // outside: no test may ask
			}
			links++
			path := name
			if to != "" {
				path = filepath.ToSlash(filepath.Join(filepath.Dir(name), to))
			}
			if _, err := os.Stat(filepath.Join(moduleRoot, path)); err != nil {
				t.Errorf("%s: %s leads nowhere", name, m[1])
				continue
			}
			if anchor == "" {
				continue
			}
			anchors := map[string]bool{}
			for _, h := range heading.FindAllStringSubmatch(fence.ReplaceAllString(pages[path], ""), -1) {
				anchors[slug(h[1])] = true
			}
			if !anchors[anchor] {
				t.Errorf("%s: %s: no such heading", name, m[1])
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links seen", links)
	}
}

// notCommands are what a document writes like a command of labo, and is none,
// and why.
var notCommands = map[string]string{
	"labo …":       "any command",
	"labo Étape 1": "it shows that capitals and accents do not count: another test",
}

// A command that a document gives is one that labo knows, with its options. It
// is not run: it may wait for a port, or for a reader. The sessions of
// testdata/script run each command.
func TestCommandsOfTheDocuments(t *testing.T) {
	found := map[string]string{}
	for name, page := range documents(t) {
		for _, m := range inline.FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
			found[strings.Join(strings.Fields(m[1]), " ")] = name
		}
		if name == "docs/reference.md" {
			continue // help prints forms: [PORT…]
		}
		for _, block := range fence.FindAllString(screens.ReplaceAllString(page, ""), -1) {
			for line := range strings.Lines(block) {
				found[strings.Join(strings.Fields(line), " ")] = name
			}
		}
	}
	seen := 0
	for _, line := range slices.Sorted(maps.Keys(found)) {
		words := commandWords(line)
		if words == nil || notCommands[line] != "" {
			continue
		}
		seen++
		if why := understood(words); why != "" {
			t.Errorf("%s: %q: %s", found[line], line, why)
		}
	}
	if seen < 60 {
		t.Errorf("only %d commands seen", seen)
	}
}

// commandWords returns the arguments of a line that runs labo; nil where it
// runs something else.
func commandWords(line string) []string {
	line, _, _ = strings.Cut(strings.TrimPrefix(line, "$ "), " # ")
	words := strings.Fields(line)
	if len(words) == 0 || !slices.Contains([]string{"labo", "./labo", `.\labo`}, words[0]) {
		return nil
	}
	args := []string{}
	for _, w := range words[1:] {
		if strings.ContainsAny(w, "|>&;") && !strings.ContainsAny(w, `"'`) {
			break
		}
		args = append(args, strings.Trim(w, `"'`))
	}
	return args
}

// understood says what labo does not know in a command.
func understood(args []string) string {
	root := newRootCommand(newConsole(nil, &bytes.Buffer{}, &bytes.Buffer{}, nil))
	cmd, rest, err := root.Find(args)
	if err != nil {
		return "no such command"
	}
	for i, w := range rest {
		if w == "--" {
			break
		}
		option, value, given := strings.Cut(w, "=")
		if !strings.HasPrefix(option, "-") || option == "-" {
			if cmd.Name() == "trace" && i > 0 {
				break // what follows is the program's
			}
			continue
		}
		name := strings.TrimLeft(option, "-")
		flag := cmd.Flag(string(flagName(nil, name)))
		if flag == nil && !strings.HasPrefix(option, "--") {
			flag = cmd.Flags().ShorthandLookup(name)
		}
		if flag == nil {
			return "no option " + option
		}
		if given && value != strings.ToUpper(value) && flag.Value.Set(value) != nil {
			return option + " does not take " + value
		}
	}
	return ""
}
