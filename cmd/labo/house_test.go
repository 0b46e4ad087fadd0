package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// moduleRoot is the top of the tree, seen from this package.
const moduleRoot = "../.."

// screenParts are what draws, by the beginning of their import path, with who
// else may use them. What measures text is none, but can draw as well.
var screenParts = map[string][]string{
	"charm.land/":                     nil,
	"github.com/fatih/color":          nil,
	"github.com/charmbracelet/":       nil,
	"github.com/gdamore/tcell/":       {"lessons/emulator"},
	"github.com/charmbracelet/x/ansi": {"lessons/emulator", "lessons/text"},
}

// etape is the folder of a step.
var etape = regexp.MustCompile(`^lessons/etape[0-9]$`)

// houseRule says why the package in dir (a folder of the module) may not
// import imported, "" when it may. It holds for tests as well: only they may import the
// rooms of tests. Imports go one
// way: cmd, then lessons, then probe.
func houseRule(dir, imported string, test bool) string {
	inside := func(parent, p string) bool { return p == parent || strings.HasPrefix(p, parent+"/") }
	own, isOwn := strings.CutPrefix(imported, "labo/")
	part := ""
	for p := range screenParts {
		if strings.HasPrefix(imported, p) && len(p) > len(part) {
			part = p
		}
	}
	switch {
	case !test && (imported == "text/template" || imported == "html/template"):
		return "labo says its pages with markup.F: a template looks methods up by name, and the linker then keeps them all"
	case isOwn && inside("cmd", own):
		return "a command is not a library"
	case !test && isOwn && (inside("probe/probetest", own) || inside("lessons/lessontest", own)) && !inside("probe/probetest", dir) && !inside("lessons/lessontest", dir):
		return "what labo ships knows no room of tests"
	case etape.MatchString(own) && dir != "lessons" && dir != own:
		return "a step is imported by the table of contents only"
	case inside("probe", dir) && isOwn && !inside("probe", own):
		return "probe knows no lesson and no screen"
	case strings.HasPrefix(imported, "github.com/spf13/") && dir != "cmd/labo":
		return "only cmd/labo knows cobra"
	case part != "" && !inside("lessons/stage", dir) && !slices.Contains(screenParts[part], dir):
		return "only lessons/stage draws"
	case isOwn && inside("lessons/stage", own) && !inside("lessons/stage", dir) && !inside("cmd", dir) && !inside("lessons/lessontest", dir) && !(test && (dir == "lessons" || dir == "lessons/chat")):
		return "only a command chooses what draws"
	case own == "lessons/dialogue" && !inside("lessons/stage", dir) && !inside("cmd", dir) && !inside("lessons/lessontest", dir) && !slices.Contains([]string{"lessons", "lessons/bench", "lessons/etats"}, dir):
		return dir + " returns facts and knows no stage"
	}
	return ""
}

// eachImport tells of every import of the module, on every system: which file has
// it, by its path from the top, and what it imports.
func eachImport(t *testing.T, told func(file, imported string)) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(moduleRoot, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != moduleRoot && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".go":
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(moduleRoot, file)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			seen++
			told(filepath.ToSlash(rel), imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("only %d imports seen: the walk has missed the module", seen)
	}
}

func TestImportsGoOneWay(t *testing.T) {
	eachImport(t, func(file, imported string) {
		if why := houseRule(path.Dir(file), imported, strings.HasSuffix(file, "_test.go")); why != "" {
			t.Errorf("%s imports %s: %s", file, imported, why)
		}
	})
}

// roomOf is the room of a folder: cmd, probe, and each folder of lessons.
func roomOf(dir string) string {
	parts := strings.Split(dir, "/")
	if parts[0] == "lessons" && len(parts) > 1 {
		return "lessons/" + parts[1]
	}
	return parts[0]
}

// chain is the longest way down from a room, itself first. Rooms that import each
// other in a circle have none, and are in it twice.
func chain(below map[string]map[string]bool, above []string, from string) []string {
	above = append(slices.Clip(above), from)
	longest := above
	if slices.Contains(above[:len(above)-1], from) {
		return above
	}
	for to := range below[from] {
		if c := chain(below, above, to); len(c) > len(longest) {
			longest = c
		}
	}
	return longest
}

// A room stands above those it uses: no more floors than a maintainer can see, and
// no circle.
func TestTheHouseIsNotTall(t *testing.T) {
	const most = 10
	below := map[string]map[string]bool{}
	eachImport(t, func(file, imported string) {
		own, isOwn := strings.CutPrefix(imported, "labo/")
		from, to := roomOf(path.Dir(file)), roomOf(own)
		if !isOwn || from == to || strings.HasSuffix(file, "_test.go") {
			return
		}
		if below[from] == nil {
			below[from] = map[string]bool{}
		}
		below[from][to] = true
	})
	floors := 0
	for from := range below {
		c := chain(below, nil, from)
		for i, r := range c {
			if slices.Contains(c[:i], r) {
				t.Fatalf("rooms import each other: %s", strings.Join(c, " → "))
			}
		}
		if len(c) > most {
			t.Errorf("%d floors, of %d at most: %s", len(c), most, strings.Join(c, " → "))
		}
		floors = max(floors, len(c))
	}
	if floors < 5 {
		t.Errorf("%d floors: the rooms have not been seen", floors)
	}
}

// The rule itself must be able to say no.
func TestHouseRule(t *testing.T) {
	for _, tc := range []struct {
		dir, imported string
		allowed       bool
	}{
		{"cmd/labo", "labo/lessons/stage/screen", true},
		{"cmd/labo", "labo/probe", true},
		{"cmd/labo", "github.com/spf13/cobra", true},
		{"cmd/labo", "github.com/fatih/color", false},
		{"lessons/stage/page", "html/template", false},
		{"lessons/stage/notes", "text/template", false},
		{"lessons", "labo/cmd/labo", false},
		{"lessons", "labo/probe", true},
		{"lessons", "github.com/spf13/pflag", false},
		{"lessons/chat", "labo/lessons/dialogue", false},
		{"lessons/demo", "labo/lessons/stage/linear", false},
		{"lessons/check", "charm.land/bubbletea/v2", false},
		{"lessons/stage/live", "charm.land/lipgloss/v2", true},
		{"lessons/text", "github.com/charmbracelet/x/ansi", true},
		{"lessons/sonde", "github.com/charmbracelet/x/ansi", false},
		{"lessons/chat", "github.com/charmbracelet/x/ansi", false},
		{"lessons/trace", "labo/lessons/stage/paint", false},
		{"lessons/bench", "labo/lessons/stage/paint", false},
		{"lessons/bench", "labo/lessons/dialogue", true},
		{"lessons/etape1", "labo/lessons/dialogue", false},
		{"lessons/notebook", "labo/lessons/dialogue", false},
		{"lessons/lessontest", "labo/lessons/stage/linear", true},
		{"lessons/trace", "github.com/gdamore/tcell/v3/vt", false},
		{"lessons/emulator", "github.com/gdamore/tcell/v3/vt", true},
		{"probe", "labo/probe/probetest", false},
		{"probe/probetest/agree", "labo/probe/probetest", true},
		{"lessons/lessontest", "labo/probe/probetest/freeport", true},
		{"lessons/demo", "labo/lessons/lessontest", false},
		{"lessons/stage/screen", "labo/lessons/lessontest/recording", false},
		{"lessons", "labo/lessons/etape1", true},
		{"lessons/bench", "labo/lessons/etape1", false},
		{"lessons/etape2", "labo/lessons/etape1", false},
		{"cmd/labo", "labo/lessons/etape1", false},
		{"probe/host", "labo/probe", true},
		{"probe", "labo/lessons/text", false},
		{"probes", "labo/lessons/text", true},
	} {
		if why := houseRule(tc.dir, tc.imported, false); (why == "") != tc.allowed {
			t.Errorf("houseRule(%s, %s) = %q, allowed is %v", tc.dir, tc.imported, why, tc.allowed)
		}
	}
}

// Pages are written in one way, markup.F: labo has no library that brings templates
// of HTML, and cobra alone one of text.
func TestPagesAreWrittenInOneWay(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{.ImportPath}} {{join .Imports " "}}`, ".")
	said, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	cobra := false
	for line := range strings.Lines(string(said)) {
		imports := strings.Fields(line)
		switch from := imports[0]; {
		case from == "html/template" || slices.Contains(imports[1:], "html/template"):
			t.Errorf("%s brings html/template", from)
		case slices.Contains(imports[1:], "text/template") && from != "github.com/spf13/cobra":
			t.Errorf("%s brings text/template", from)
		case from == "github.com/spf13/cobra":
			cobra = true
		}
	}
	if !cobra {
		t.Error("the imports of labo have not been seen")
	}
}

// Nothing that labo reaches looks a method up by a name that the linker cannot
// know (reflect.Value.MethodByName, as text/template does): one such call keeps
// every exported method of every type in the program, a seventh of its file.
func TestTheLinkerMayPrune(t *testing.T) {
	build := exec.CommandContext(t.Context(), "go", "build", "-o", os.DevNull, "-ldflags=-dumpdep", ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	said, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	seen := 0
	for line := range strings.Lines(string(said)) {
		seen++
		if from, _, _ := strings.Cut(line, " -> "); strings.Contains(from, "<ReflectMethod>") {
			t.Fatalf("%s looks methods up by name", from)
		}
	}
	if seen < 10_000 {
		t.Errorf("only %d references seen: the linker has not said them", seen)
	}
}

func TestTopLevelHoldsTheHouseOnly(t *testing.T) {
	allowed := map[string]bool{"cmd": true, "lessons": true, "probe": true, "docs": true,
		"go.mod": true, "go.sum": true, "README.md": true, "LICENSE": true}
	built := map[string]bool{"labo": true, "labo.exe": true} // go build; not in the repository (.gitignore)
	entries, err := os.ReadDir(moduleRoot)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !allowed[name] && !built[name] && !strings.HasPrefix(name, ".") {
			t.Errorf("%s does not belong at the top of the repository", name)
		}
		delete(allowed, name)
	}
	for name := range allowed {
		t.Errorf("%s is missing at the top of the repository", name)
	}
}

// A test skips through package probetest, which decides whether it may.
func TestSkipsGoThroughStrict(t *testing.T) {
	bare := regexp.MustCompile(`[.]Skip(f|Now)?\(`)
	told := regexp.MustCompile(`\bprobetest\.(Missing|Need|Elsewhere)\(`)
	seen := 0
	err := filepath.WalkDir(moduleRoot, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != moduleRoot && strings.HasPrefix(entry.Name(), "."): // git's own come and go
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".go" || strings.Contains(filepath.ToSlash(file), "probe/probetest/"):
			return nil
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, m := range bare.FindAll(b, -1) {
			t.Errorf("%s: %s", file, m)
		}
		seen += len(told.FindAll(b, -1))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 60 {
		t.Errorf("only %d skips seen: the walk has missed the module", seen)
	}
}

// What is built for Windows names an errno of the network by [probe.ErrnoName]: the
// constants of package syscall are inventions of Go there, which no call returns.
func TestErrnosAreThoseOfTheSystem(t *testing.T) {
	invented := regexp.MustCompile(`(?m)^[^/\n]*\bsyscall\.E(CONN|ADDR|HOST|NET|AFNO|SHUT|TIMEDOUT)[A-Z]*`)
	list := exec.CommandContext(t.Context(), "go", "list", "-f", `{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}`, "labo/...")
	list.Env = append(os.Environ(), "GOOS=windows")
	said, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := strings.Fields(string(said))
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if m := invented.Find(b); m != nil {
			t.Errorf("%s: %s", file, m)
		}
	}
	if len(files) < 300 {
		t.Errorf("only %d files seen", len(files))
	}
}

// The maintainers' page tells of every room, and of no other.
func TestTheMaintainersPageNamesEveryRoom(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(moduleRoot, "docs", "mainteneurs.md"))
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^((?:cmd|lessons|probe)(?:/[a-z0-9]+)*)(?: |$)`).FindAllStringSubmatch(string(page), -1) {
		told[m[1]] = true
	}
	err = filepath.WalkDir(moduleRoot, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != moduleRoot && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".go":
			return nil
		}
		room, err := filepath.Rel(moduleRoot, filepath.Dir(file))
		if err != nil {
			return err
		}
		if room = filepath.ToSlash(room); !told[room] && room != "lessons/atelier/fichiers" {
			t.Errorf("docs/mainteneurs.md does not tell of %s", room)
			told[room] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range told {
		if files, _ := filepath.Glob(filepath.Join(moduleRoot, room, "*.go")); len(files) == 0 {
			t.Errorf("docs/mainteneurs.md tells of %s, which is no room", room)
		}
	}
}

// A scene's vocabulary stays small enough to be learnt.
func TestTheBenchHasFewWords(t *testing.T) {
	const most = 35
	files, err := filepath.Glob(filepath.Join(moduleRoot, "lessons", "bench", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	words := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		words += len(regexp.MustCompile(`(?m)^func \(b \*Bench\) [A-Z]`).FindAll(b, -1))
	}
	if words < 20 || words > most {
		t.Errorf("the bench has %d methods, of %d at most: what one step uses is a function beside its scenes", words, most)
	}
}
