package page

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"regexp"
	"strings"

	"labo/lessons/film"
	"labo/lessons/stage/markup"
)

// messages are those of a film.
func messages(f *film.Film) []message {
	var r renderer
	all := make([]message, len(f.Records))
	for i, rec := range f.Records {
		all[i] = r.message(i+1, rec)
	}
	return all
}

func filmCover(f *film.Film) cover {
	return cover{Title: f.Title, Begun: f.At.Format(moment), Port: f.Port, Recorded: f.Recorded(), Film: messages(f)}
}

// HTML writes a film as one file that needs nothing else, with its scrubber.
// What it may load is nothing; what it may run is the modules of the page.
func HTML(w io.Writer, f *film.Film) error {
	c := filmCover(f)
	script := bundle("page.js")
	style := markup.Paper
	for _, name := range []string{"page.css", "drawings.css"} {
		sheet, err := asset(name)
		if err != nil {
			return err
		}
		style += string(sheet)
	}
	c.Script, c.Style = script, style
	c.Policy = fmt.Sprintf("default-src 'none'; script-src '%s'; style-src '%s'; img-src data:; base-uri 'none'; form-action 'none'", hash(script), hash(style))
	_, err := w.Write(c.index())
	return err
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// bundle returns a module with those that it imports before it, as one. Their
// names share one scope, so each may be used once: TestModulesShareOneScope.
func bundle(name string) string {
	var b strings.Builder
	done := map[string]bool{}
	var add func(string)
	add = func(name string) {
		if done[name] {
			return
		}
		done[name] = true
		source, err := asset(name)
		if err != nil {
			panic(err) // a module imports one that is not embedded
		}
		imports := regexp.MustCompile(`(?m)^import \{[^}]*\} from "\./([a-z]+\.js)";\n`)
		for _, m := range imports.FindAllStringSubmatch(string(source), -1) {
			add(m[1])
		}
		body := imports.ReplaceAllString(string(source), "")
		b.WriteString(regexp.MustCompile(`(?m)^export `).ReplaceAllString(body, ""))
	}
	add(name)
	return b.String()
}
