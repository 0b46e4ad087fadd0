package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// signsElsewhere are the rooms outside of lessons/stage whose text holds what
// terminals obey or frames are made of, with the reason.
var signsElsewhere = map[string]string{
	"lessons/text":     "knows what each terminal can show",
	"lessons/emulator": "obeys it",
}

// drawn returns where a Go file has, in a string or a character, an escape
// sequence, a frame or block (U+2500 to U+259F), or a figure in SVG.
func drawn(file *ast.File) (at []token.Pos) {
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok {
			return true
		}
		s := literal.Value
		if unquoted, err := strconv.Unquote(s); err == nil {
			s = unquoted
		}
		if strings.Contains(s, "<svg") || strings.ContainsFunc(s, func(r rune) bool { return r == 0x1b || r >= 0x2500 && r <= 0x259f }) {
			at = append(at, literal.Pos())
		}
		return true
	})
	return at
}

// Only stage draws: no other room that ships writes colours, cursor moves,
// frames or figures. (What it would import to draw is in houseRule.)
func TestOnlyStageDraws(t *testing.T) {
	var used []string
	inStage := 0
	err := filepath.WalkDir(moduleRoot, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != moduleRoot && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || entry.Name() == "lessontest"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(moduleRoot, file)
		if err != nil {
			return err
		}
		dir := path.Dir(filepath.ToSlash(rel))
		for _, at := range drawn(parsed) {
			_, excused := signsElsewhere[dir]
			switch {
			case strings.HasPrefix(dir+"/", "lessons/stage/"):
				inStage++
			case excused:
				used = append(used, dir)
			default:
				t.Errorf("%s draws: only lessons/stage does", set.Position(at))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if inStage < 50 {
		t.Errorf("only %d drawings seen in lessons/stage: the walk has missed it", inStage)
	}
	for dir := range signsElsewhere {
		if !slices.Contains(used, dir) {
			t.Errorf("%s draws no more: it needs no reason", dir)
		}
	}
}

// The rule must be able to say no.
func TestDrawnIsSeen(t *testing.T) {
	for source, want := range map[string]int{
		`"\x1b[31m" + "rouge"`:         1,
		"`\u250c\u2500\u2510`":         1,
		`"\u2588"`:                     1,
		`string('\u2502') + "▶ → ✓ …"`: 1,
		"`<svg viewBox=\"0 0 9 9\">`":  1,
		`"- | + ▶ → ✓ … é 日本"`:         0,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nvar _ = "+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(drawn(file)); got != want {
			t.Errorf("%s: seen %d times, want %d", source, got, want)
		}
	}
}
