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

	"labo/lessons/prose/markdown"
)

func main() {
	log.SetFlags(0)
	files, err := filepath.Glob("*.md")
	if err != nil || len(files) == 0 {
		log.Fatal("no Markdown here: ", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		data, err := compiled(file, src)
		if err == nil {
			err = os.WriteFile(strings.TrimSuffix(file, ".md")+".json", data, 0o644)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

// compiled returns the data of one text, a scene a line.
func compiled(file string, src []byte) ([]byte, error) {
	step, err := markdown.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(step); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(b.Bytes(), []byte(`{"ID":`), []byte("\n"+`{"ID":`)), nil
}
