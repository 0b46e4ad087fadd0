package hall

import (
	"embed"
	"mime"
	"net/http"
	"path"

	"labo/lessons/stage/markup"
)

// web is what a page of a class loads, beside the paper of the notebook.
//
//go:embed web
var web embed.FS

func file(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	data, err := web.ReadFile("web/" + name)
	if name == "paper.css" {
		data, err = []byte(markup.Paper), nil
	}
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name))+"; charset=utf-8")
	w.Write(data)
}
