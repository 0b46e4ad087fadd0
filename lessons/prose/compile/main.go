// Command compile turns the Markdown of the steps into the data that the program
// carries: a Markdown parser would be the longest part of labo's start. It is
// run in the folder of the texts by
//
//	go generate ./lessons/prose
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/prose/markdown"
)

func main() {
	log.SetFlags(0)
	files, err := filepath.Glob("*.md")
	if err != nil || len(files) == 0 {
		log.Fatal("no Markdown here: ", err)
	}
	var all bytes.Buffer
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		data, err := compiled(file, src)
		if err != nil {
			log.Fatal(err)
		}
		all.Write(data)
	}
	old, err := os.ReadFile(target)
	if err != nil {
		log.Fatal(err)
	}
	_, plays, _ := bytes.Cut(old, []byte(prose.Mark(prose.PlaysName))) // the recordings of the scenes give them
	all.WriteString(prose.Mark(prose.PlaysName))
	all.Write(plays)
	if err := os.WriteFile(target, all.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// target is what the program carries.
const target = "compiled.data"

// compiled returns the data of one text, after its mark, a scene a line.
func compiled(file string, src []byte) ([]byte, error) {
	step, err := markdown.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var b bytes.Buffer
	b.WriteString(prose.Mark(strings.TrimSuffix(filepath.Base(file), ".md")))
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(step); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(b.Bytes(), []byte(`{"ID":`), []byte("\n"+`{"ID":`)), nil
}
