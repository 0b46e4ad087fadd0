package atelier

import (
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNoEditor: nothing names the reader's editor, and VS Code is not there.
var ErrNoEditor = errors.New("no editor found")

// windowed are editors that open a window of their own: labo goes on meanwhile.
// Any other is taken to be on the terminal.
var windowed = []string{
	"code", "code-insiders", "codium", "vscodium", "cursor", "zed", "subl", "sublime_text", "atom", "gedit", "gnome-text-editor",
	"kate", "kwrite", "mousepad", "xed", "pluma", "geany", "thonny", "idle", "idle3", "pycharm", "charm", "bbedit", "mate", "open",
	"xdg-open", "notepad", "notepad++", "gvim", "mvim",
}

// Editor returns the command that opens a file in the reader's editor: VISUAL, else
// EDITOR, else VS Code. terminal reports whether it takes the terminal until it
// ends. Error: [ErrNoEditor], also where what the variable names is not there.
func Editor(getenv func(string) string, path string) (cmd *exec.Cmd, terminal bool, err error) {
	for _, words := range [][]string{split(getenv("VISUAL")), split(getenv("EDITOR")), {"code"}} {
		if len(words) == 0 {
			continue
		}
		program, err := exec.LookPath(words[0])
		if err != nil {
			continue
		}
		name := strings.ToLower(strings.TrimSuffix(filepath.Base(words[0]), ".exe"))
		name = strings.TrimSuffix(name, ".cmd")
		return exec.Command(program, append(words[1:], path)...), !slices.Contains(windowed, name), nil
	}
	return nil, false, ErrNoEditor
}

// split separates the words of a command, those between quotes together: a path
// of Windows has spaces, and backslashes that mean nothing else.
func split(command string) []string {
	var words []string
	var word strings.Builder
	quote, inWord := rune(0), false
	for _, c := range command {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote, inWord = c, true
		case c == quote:
			quote = 0
		case quote == 0 && (c == ' ' || c == '\t'):
			if inWord {
				words, inWord = append(words, word.String()), false
				word.Reset()
			}
		default:
			word.WriteRune(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}
