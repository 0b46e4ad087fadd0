package main

import (
	"os"
	"path/filepath"
	"strings"

	"labo/lessons/check"
)

// judgementKeeper keeps the judgements of one command in the notebook, which is
// open only while one is written: a step that is played in another terminal
// must not find it taken. Why nothing is kept is told once.
type judgementKeeper struct {
	c    *console
	tell func(sentence string)
	told map[string]bool
}

func newJudgementKeeper(c *console) *judgementKeeper {
	return &judgementKeeper{
		c: c, told: map[string]bool{},
		tell: func(sentence string) { writeHanging(c, "  → ", sentence, 0) },
	}
}

// keep records a report. That it cannot changes nothing to the verdict.
func (k *judgementKeeper) keep(r *check.Report) {
	session := openNotebookTelling(k.c, func(sentence string) {
		if !k.told[sentence] {
			k.told[sentence] = true
			k.tell(sentence)
		}
	})
	defer session.Close()
	session.Judged(keptName(r), r.Document(0))
}

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
