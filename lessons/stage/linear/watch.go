package linear

import (
	"context"
	"fmt"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/stage"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// Watch writes the table once, then a line for each change, until done.
func (s *Stage) Watch(ctx context.Context, w stage.Watch) error {
	if w.Title != "" {
		s.gap()
		s.line("  " + s.paint.Strong(text.French(strings.ToUpper(w.Title))))
	}
	var typed <-chan string
	if !s.silent() {
		s.hanging("  ", text.French(w.Prompt))
		s.keys.start()
		typed = s.keys.lines
	}
	var limit <-chan time.Time
	if w.Limit > 0 {
		t := time.NewTimer(w.Limit)
		defer t.Stop()
		limit = t.C
	}
	updates, events := w.Updates, w.Events
	shown := false
	for {
		select {
		case u, ok := <-updates:
			if !ok {
				updates = nil
				continue
			}
			shown = s.update(u, w, shown)
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			s.Event(e)
		case <-w.Done:
			s.drain(events)
			return nil
		case answer, ok := <-typed:
			if !ok {
				return &stage.Jump{Kind: stage.Quit}
			}
			if kind, isMove := stage.Move(answer); isMove && kind != stage.Next {
				return &stage.Jump{Kind: kind}
			}
			return stage.ErrSkipped
		case <-limit:
			return context.DeadlineExceeded
		case <-ctx.Done():
			if typed != nil {
				s.line("") // after the ^C that the terminal shows
			}
			return ctx.Err()
		}
	}
}

// drain shows the events that had happened when the wait ended.
func (s *Stage) drain(events <-chan evidence.Event) {
	for {
		select {
		case e, ok := <-events:
			if !ok {
				return
			}
			s.Event(e)
		default:
			return
		}
	}
}

// update shows the first snapshot as a table, then only what changed. It
// returns whether the table was shown.
func (s *Stage) update(u probe.Update, w stage.Watch, shown bool) bool {
	switch {
	case u.Err != nil:
		s.hanging("    ✗ ", text.French("La table n'a pas pu être lue : "+text.Visible(u.Err.Error())))
		return shown
	case !shown:
		s.sockets(&evidence.Table{Rows: u.Snapshot.Sockets, Empty: fmt.Sprintf("(aucune ligne) [%s]", u.Snapshot.Source)})
		return true
	}
	for i := range u.Changes {
		c := &u.Changes[i]
		s.hanging("    "+c.At.Format("15:04:05")+"  ", panel.Change(s.paint, c, u.Snapshot.Source))
	}
	return true
}
