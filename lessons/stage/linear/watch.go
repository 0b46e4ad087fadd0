package linear

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// Watch writes the table once, then a line for each change, until done.
func (s *Stage) Watch(ctx context.Context, w dialogue.Watch) error {
	s.showChecks()
	if w.Title != "" {
		s.gap()
		s.line("  " + s.paint.Strong(text.French(strings.ToUpper(w.Title))))
	}
	var keys <-chan typed
	var asked prompt
	if !s.silent() {
		s.hanging("  ", text.French(w.Prompt))
		s.keys.start()
		keys, asked = s.keys.lines, s.keys.asks()
	}
	var limit <-chan time.Time
	if w.Limit > 0 {
		t := time.NewTimer(w.Limit)
		defer t.Stop()
		limit = t.C
	}
	updates, events := w.Updates, w.Events
	var shown *table
	for {
		select {
		case u, ok := <-updates:
			if !ok {
				updates = nil
				continue
			}
			shown = s.update(u, shown)
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			s.Event(e)
		case <-w.Done:
			s.drain(events)
			return nil
		case line, ok := <-keys:
			if !ok {
				return &dialogue.Jump{Kind: dialogue.Quit}
			}
			if !asked.answeredBy(line) {
				continue
			}
			if kind, isMove := dialogue.Move(line.text); isMove {
				return &dialogue.Jump{Kind: kind}
			}
			if dialogue.Passes(line.text) {
				return dialogue.ErrSkipped
			}
			if w.Edit != nil && dialogue.Edits(line.text) {
				s.edit(w)
				keys, asked = s.keys.lines, s.keys.asks()
				continue
			}
			s.hanging("  ", text.French("labo attend toujours ; p passe à la suite (q pour quitter)."))
		case <-limit:
			return context.DeadlineExceeded
		case <-ctx.Done():
			if keys != nil {
				s.line("") // after the ^C that the terminal shows
			}
			return ctx.Err()
		}
	}
}

// edit opens what the reader is writing. What takes the terminal has the keyboard
// to itself.
func (s *Stage) edit(w dialogue.Watch) {
	cmd, whole, err := w.Edit()
	switch {
	case err != nil:
	case whole:
		run := s.Lend
		if run == nil {
			run = (*exec.Cmd).Run
		}
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err = s.keys.lend(func() error { return run(cmd) }); err == nil {
			s.hanging("  ", text.French("labo attend votre fichier ; p passe à la suite."))
		}
	default:
		var words string
		if words, err = dialogue.EditApart(cmd); err == nil {
			s.hanging("  ", text.French(words))
		}
	}
	if err != nil {
		s.hanging("  → ", text.French(dialogue.EditFault(err)))
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
// returns the table with what was shown, nil before the first.
func (s *Stage) update(u probe.Update, shown *table) *table {
	if u.Err != nil {
		s.hanging("    ✗ ", text.French("La table n'a pas pu être lue : "+fault.Cause(u.Err)))
		return shown
	}
	if shown == nil {
		shown = &table{stage: s}
		shown.all(u.Snapshot)
		return shown
	}
	shown.changed(u)
	return shown
}

// table is the table of a wait: drawn whole once, then one row for each
// change, under the same columns.
type table struct {
	stage  *Stage
	grid   *panel.Grid
	header string // as it was written last
}

// The margins of a table: two columns more than the text, then a sign.
const (
	tableMargin = "    "
	noSign      = "  "
)

// all writes every socket.
func (t *table) all(snapshot *probe.Snapshot) {
	t.columns(snapshot.Source, snapshot.Sockets)
	if len(snapshot.Sockets) == 0 {
		t.stage.hanging(tableMargin, fmt.Sprintf("(aucune ligne) [%s]", snapshot.Source))
		return
	}
	t.head()
	for i := range snapshot.Sockets {
		t.row(noSign, &snapshot.Sockets[i])
	}
}

// changed writes when and how something changed, then the rows it changed.
func (t *table) changed(u probe.Update) {
	if len(u.Changes) == 0 {
		return
	}
	sockets := make([]probe.Socket, len(u.Changes))
	for i := range u.Changes {
		sockets[i] = u.Changes[i].Socket
	}
	t.columns(u.Snapshot.Source, sockets)
	t.head()
	before := ""
	for i := range u.Changes {
		c := &u.Changes[i]
		when, words := tableMargin+c.At.Format("15:04:05")+"  ", panel.ChangeWords(c, u.Snapshot.Source)
		if when+words != before {
			t.stage.hanging(when, words)
			before = when + words
		}
		t.row(panel.Sign(c.Kind)+" ", &c.Socket)
	}
}

// columns makes room for other sockets: the columns stay, or grow.
func (t *table) columns(source probe.Source, sockets []probe.Socket) {
	width := t.stage.width() - len(tableMargin) - len(noSign)
	if t.grid == nil || t.grid.Width() != width {
		t.grid = panel.NewGrid(t.stage.paint, width, source, sockets)
		return
	}
	t.grid = t.grid.Next(source, sockets)
}

// head writes the names of the columns where they are not as they were.
func (t *table) head() {
	lines := t.grid.Header()
	if now := strings.Join(lines, "\n"); now != t.header {
		t.header = now
		for _, l := range lines {
			t.stage.line(tableMargin + noSign + l)
		}
	}
}

// row writes one socket behind a sign.
func (t *table) row(sign string, s *probe.Socket) {
	for _, l := range t.grid.Row(s) {
		t.stage.line(tableMargin + sign + l)
		sign = noSign
	}
}
