package main

import (
	"os"
	"path/filepath"
	"strings"

	"labo/lessons/check"
	"labo/lessons/notebook"
)

// keep puts a judgement in the notebook. That it cannot changes nothing to the
// verdict: why is said once.
func keep(book *notebook.Session, r *check.Report) { book.Judged(keptName(r), r.Document(0)) }

// keptName is what the notebook calls a program: its file or its command as
// they were named, but no folder from the root down, which may say who the
// reader is.
func keptName(r *check.Report) string {
	if r.File != "" {
		return filepath.ToSlash(withoutRoot(r.File))
	}
	words := make([]string, len(r.Argv))
	for i, w := range r.Argv {
		words[i] = withoutRoot(w)
	}
	return strings.Join(words, " ")
}

// withoutRoot returns an absolute path as seen from the current folder, or its
// last name where it is elsewhere; anything else as it is.
func withoutRoot(path string) string {
	if !filepath.IsAbs(path) {
		return path
	}
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return filepath.Base(path)
}
