package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// saysErrors are the functions that may take the text of an error, and why:
// what they make of it is not shown.
var saysErrors = map[string]string{
	"cmd/labo/francais.go":                      "it knows cobra's sentences by their words",
	"lessons/fault/fault.go":                    "it makes an error out of another",
	"lessons/lessontest/recording/recording.go": "a recording is for tests",
	"lessons/prose/compile/main.go":             "it runs when labo is built",
}

// The text of an error of Go or of the system is English: whoever shows why
// something failed asks package fault. An error may be made of another one.
func TestErrorsAreSaidByFault(t *testing.T) {
	looked := 0
	err := filepath.WalkDir(moduleRoot, func(file string, entry fs.DirEntry, err error) error {
		rel := filepath.ToSlash(strings.TrimPrefix(file, filepath.FromSlash(moduleRoot+"/")))
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (file != moduleRoot && strings.HasPrefix(entry.Name(), ".") || rel == "probe"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go"), saysErrors[rel] != "":
			return nil
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			return err
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name == "Error" {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				looked++
				if takesText(call) {
					t.Errorf("%s:%d: the text of an error: fault.Cause says it in French", rel, set.Position(call.Pos()).Line)
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if looked < 5000 {
		t.Errorf("only %d calls were looked at: the walk has missed the module", looked)
	}
}

// anError is what variables that hold errors are called in this module; in a
// structure it is Err (a console's err is a file).
var anError = regexp.MustCompile(`^(err|failed|failure|cause|fault)$`)

// takesText reports whether a call takes the text of an error, or writes it.
func takesText(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if f.Sel.Name == "Error" && len(call.Args) == 0 {
		return true
	}
	if pkg, ok := f.X.(*ast.Ident); !ok || pkg.Name != "fmt" || f.Sel.Name == "Errorf" {
		return false
	}
	for _, arg := range call.Args {
		switch a := arg.(type) {
		case *ast.Ident:
			if anError.MatchString(a.Name) {
				return true
			}
		case *ast.SelectorExpr:
			if a.Sel.Name == "Err" {
				return true
			}
		}
	}
	return false
}

// The rule itself must be able to say no.
func TestTheTextOfAnErrorIsFound(t *testing.T) {
	for source, want := range map[string]bool{
		`err.Error()`: true, `e.Err.Error()`: true, `fmt.Sprintf("x %v", err)`: true, `fmt.Fprintln(out, e.Err)`: true, `fmt.Sprint(failed)`: true,
		`fault.Cause(err)`: false, `fmt.Errorf("x: %w", err)`: false, `fmt.Sprintf("%d", n)`: false, `t.Error("x")`: false,
	} {
		expr, err := parser.ParseExpr(source)
		if err != nil {
			t.Fatal(err)
		}
		if got := takesText(expr.(*ast.CallExpr)); got != want {
			t.Errorf("%s: %v", source, got)
		}
	}
}
