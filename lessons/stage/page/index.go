package page

import (
	"bytes"
	"html/template"

	"labo/lessons/stage/markup"
)

// cover is what index.html is made of.
type cover struct {
	Title    string
	Locked   bool   // who asks has no key
	Role     string // "mur", "pupitre", "" for one reader
	Begun    string // when the film began, in its time zone
	Port     uint16 // of the lesson, 0: of none
	Recorded string // what is always on screen of a film: it is not live
	Policy   string
	Style    template.CSS
	Film     any // the messages of a film
	Script   template.JS
}

// index makes the page.
func (c cover) index() []byte {
	source, err := web.ReadFile("web/index.html")
	if err != nil {
		panic(err) // it is embedded
	}
	var b bytes.Buffer
	if err := template.Must(template.New("index").Parse(string(source))).Execute(&b, c); err != nil {
		panic(err) // a mistake in index.html
	}
	return b.Bytes()
}

// asset returns a file of the page; paper.css is the notebook's.
func asset(name string) ([]byte, error) {
	if name == "paper.css" {
		return []byte(markup.Paper), nil
	}
	return web.ReadFile("web/" + name)
}
