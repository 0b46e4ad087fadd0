package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"labo/lessons"
	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/linear"
	"labo/lessons/text"
	"labo/probe/files"
)

// contents runs `labo` alone: the steps, how far the reader is, and the one
// command to type next.
func contents(c *console) error {
	_ = useCourse(c, "") // what is wrong with it is said where a step is played
	all, err := lessons.Contents()
	if err != nil {
		return err
	}
	book, err := notebook.Read(c.getenv)
	if err != nil && !errors.Is(err, files.ErrNoHome) {
		writeHanging(c, "  → ", notebook.Words(err), 0)
	}
	progress := book.Progress(all)
	entries := make([]linear.Entry, prose.Steps)
	for i := range entries {
		step, err := prose.Load(i + 1)
		if err != nil {
			return err
		}
		entries[i] = linear.Entry{Number: i + 1, Title: step.Title, Summary: step.Summary, State: "à venir"}
		for j := range progress {
			if progress[j].Step.Number == i+1 {
				entries[i].State = stateWords(&progress[j]) + leftWords(book.Step(i+1), scene.Heads(i+1, step))
			}
		}
	}
	others := []string{"labo atelier --ouvrir serveur.py ouvre votre programme ; labo aide montre les autres commandes."}
	if words := notebook.ReviewAhead(book.Reviews(all, time.Local), time.Now()); words != "" {
		others = append([]string{words}, others...)
	}
	linear.Contents(c.out, c.palette(), c.width(), entries, linear.Challenges{
		Lines: challengeLines(book), Command: "labo verifier --defis",
	}, nextCommand(book, all), others...)
	return nil
}

// stateWords says how far the reader is in a step.
func stateWords(p *notebook.Progress) string {
	switch {
	case p.Complete():
		return "✓ faite" + notebook.PassedWords(p.Passed)
	case p.Begun:
		return progressWords(*p) + notebook.PassedWords(p.Passed)
	case p.Seen > 0:
		return text.Plural(p.Total(), "scène") + ", " + text.Plural(p.Seen, "vue") + " sans vous"
	}
	return text.Plural(p.Total(), "scène")
}

// leftWords estimate how long a reader is in the scenes of the main path that are
// not done, without what they write: ", 21 min de lecture".
func leftWords(kept *notebook.Step, heads []scene.Head) string {
	all := len(heads)
	heads = slices.DeleteFunc(heads, func(h scene.Head) bool { return kept.Scene(h.ID).IsDone() })
	left, begun := scene.Reading(heads), len(heads) < all
	switch {
	case left == 0:
		return ""
	case begun:
		return fmt.Sprintf(", encore %d%smin de lecture", left, text.NBSP)
	}
	return fmt.Sprintf(", %d%smin de lecture", left, text.NBSP)
}

// nextCommand is what to type next: the step to go on with, or the notebook
// when all are done.
func nextCommand(book *notebook.Notebook, all notebook.Contents) string {
	if next, ok := book.Next(all); ok {
		return fmt.Sprintf("labo etape %d", next.Step.Number)
	}
	return "labo cahier"
}
