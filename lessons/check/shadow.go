package check

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"labo/lessons/check/runner"
	"labo/lessons/text"
)

// findShadows has Python say which modules of its own the program needs, by what
// it imports and what those import, and which of them the folder of the program
// has in their place. Nothing of that folder runs. What is loaded when any
// program starts cannot be shadowed any more.
const findShadows = `import sys
charges = set(sys.modules)
import ast, importlib, os
programme, noms = sys.argv[1], sys.argv[2:]
def cherche(nom):
    for finder in sys.meta_path:
        spec = finder.find_spec(nom, None)
        if spec is not None and spec.origin:
            return spec.origin
    return ""
voulus = set()
with open(programme, "rb") as f:
    for noeud in ast.walk(ast.parse(f.read())):
        if isinstance(noeud, ast.Import):
            voulus.update(a.name.split(".")[0] for a in noeud.names)
        elif isinstance(noeud, ast.ImportFrom) and noeud.module and not noeud.level:
            voulus.add(noeud.module.split(".")[0])
avant = set(sys.modules)
for nom in voulus - {"this", "antigravity"}:
    if cherche(nom):
        importlib.import_module(nom)
voulus |= set(sys.modules) - avant
de_python = {nom: cherche(nom) for nom in noms if nom in voulus and nom not in charges}
sys.path.insert(0, os.path.dirname(programme))
for nom, origine in de_python.items():
    if origine and cherche(nom) != origine:
        print(cherche(nom))
`

// Shadows returns the files beside a Python program that it imports in place of
// modules of Python itself, because they have their names: "socket.py",
// "threading/__init__.py". python is the program to ask; where it does not
// answer, nothing is known, and nothing returned.
func Shadows(ctx context.Context, python, program string) []string {
	program, err := filepath.Abs(program)
	if err != nil {
		return nil
	}
	dir := filepath.Dir(program)
	names := moduleNames(dir)
	if len(names) == 0 {
		return nil
	}
	answer, _, err := ask(ctx, append(Python{Path: python}.Isolated("-c", findShadows, program), names...))
	if err != nil {
		return nil
	}
	var files []string
	for line := range strings.Lines(answer) {
		if file, err := filepath.Rel(dir, strings.TrimSpace(line)); err == nil {
			files = append(files, filepath.ToSlash(file))
		}
	}
	slices.Sort(files)
	return files
}

// moduleNames returns the names under which Python can import something from a
// folder.
func moduleNames(dir string) []string {
	const most = 200 // a folder of exercises has a few
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		name, isPython := strings.CutSuffix(e.Name(), ".py")
		if (isPython || e.IsDir()) && !strings.ContainsAny(name, ".- ") && len(names) < most {
			names = append(names, name)
		}
	}
	return names
}

// ask runs a Python that answers and ends, and returns what it says and the
// processor time that it took. A launcher may be a script that starts others: when the context ends, all of them end.
func ask(ctx context.Context, argv []string) (string, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second) // as SlowPython says
	defer cancel()
	p, err := runner.Start(runner.Command{Argv: argv}, nil)
	if err != nil {
		return "", 0, err
	}
	defer p.Stop()
	p.EndInput()
	select {
	case <-p.Done():
	case <-ctx.Done():
		return "", 0, ctx.Err()
	}
	if exit, _ := p.Ended(); exit != (runner.Exit{}) {
		return "", 0, errNotPython
	}
	return runner.Lines(p.Out.Since(0)), p.Used(), nil
}

// ShadowWords says of a file that it is imported in place of a module of
// Python, and what to do.
func ShadowWords(file string) (what, remedy string) {
	name, _, _ := strings.Cut(strings.TrimSuffix(file, ".py"), "/")
	name = text.Visible(name)
	return "« " + text.Visible(file) + " », à côté de votre programme, a le nom d'un module de Python : `import " + name + "` prend ce fichier-là",
		"Donnez-lui un autre nom, et `import " + name + "` prendra le module de Python."
}
