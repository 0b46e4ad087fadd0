package seat

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"labo/lessons/notebook"
	"labo/lessons/room"
)

// lookEvery is how often the notebook's file is looked at: a stat(2).
const lookEvery = 500 * time.Millisecond

// Follow tells the room what the notebook says since the class began: the scene
// that was begun last, the program that was judged last. It returns when ctx is
// done. What cannot be told now is told at the next look.
func Follow(ctx context.Context, g *room.Guest, getenv func(string) string, since time.Time) {
	path, err := notebook.Path(getenv)
	if err != nil {
		return
	}
	f := follower{g: g, getenv: getenv, since: since}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if info, err := os.Stat(path); err == nil && !info.ModTime().Equal(f.was) && f.tell(ctx) {
			f.was = info.ModTime()
		}
		hand(ctx, g, filepath.Dir(path))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// follower is what the room was told.
type follower struct {
	g       *room.Guest
	getenv  func(string) string
	since   time.Time
	was     time.Time // of the file
	where   room.Where
	verdict room.Verdict
}

// tell tells what is new in the notebook, and reports whether all of it was told.
func (f *follower) tell(ctx context.Context) bool {
	book, err := notebook.Read(f.getenv)
	if err != nil && book.Empty() {
		return false
	}
	if w, ok := place(book, f.since); ok && w != f.where {
		if f.g.Progress(ctx, w) != nil {
			return false
		}
		f.where = w
	}
	if v, ok := judged(book, f.since); ok && !reflect.DeepEqual(v, f.verdict) {
		if f.g.Verdict(ctx, v) != nil {
			return false
		}
		f.verdict = v
	}
	return true
}

// place is the scene that the reader began last, where it was since then.
func place(book *notebook.Notebook, since time.Time) (w room.Where, ok bool) {
	for _, step := range book.Steps {
		for _, s := range step.Scenes {
			if s.Run == nil || s.Run.Unattended || s.Run.Begun.Before(since) || !s.Run.Begun.After(w.Since) {
				continue
			}
			w = room.Where{Step: step.Number, Scene: s.ID, Title: s.Title, Since: s.Run.Begun, Done: !s.Run.Ended.IsZero() || !s.Run.Left.IsZero()}
		}
	}
	return w, !w.Since.IsZero()
}

// judged is the program that was judged last, where it was since then. Of its
// name no folder is told.
func judged(book *notebook.Notebook, since time.Time) (v room.Verdict, ok bool) {
	var last *notebook.Judgement
	for _, j := range book.Judgements {
		if !j.At.Before(since) && (last == nil || j.At.After(last.At)) {
			last = j
		}
	}
	if last == nil {
		return v, false
	}
	v = room.Verdict{File: filepath.Base(filepath.FromSlash(last.File)), At: last.At}
	for _, c := range last.Checks {
		switch c.Verdict {
		case "passed":
			v.Passed = append(v.Passed, c.ID)
		case "failed":
			v.Failed = append(v.Failed, room.Failure{Check: c.ID, Why: c.Title})
		default:
			v.Unsure = append(v.Unsure, c.ID)
		}
	}
	return v, true
}
