package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// Filter chooses the sockets of the lesson's port.
func (b *Bench) Filter() probe.Filter { return probe.Filter{Ports: []uint16{b.Port}} }

// Sockets measures the sockets of the lesson's port, without showing them.
func (b *Bench) Sockets() *probe.Snapshot {
	s, err := b.Look(b.ctx, b.Filter())
	b.Must(err, "lire la table des sockets")
	return b.Ours(s)
}

// Beside has the stage show this port live, where it shows one.
func (b *Bench) Beside(port uint16) {
	if f, ok := b.stage.(dialogue.Follower); ok {
		f.Follow(port)
	}
}

// Look measures any sockets, without showing them.
func (b *Bench) Look(ctx context.Context, f probe.Filter) (*probe.Snapshot, error) {
	return b.system.Sockets(ctx, f)
}

// Examine returns what the system says of a process; name says which, in French.
func (b *Bench) Examine(pid int, name string) probe.ProcessInfo {
	p, err := b.system.Process(b.ctx, pid)
	b.Must(err, "lire l'état de "+name)
	return p
}

// ShowMemories has the tables of the scene hold the memories (TIME-WAIT) of what
// was there before it too.
func (b *Bench) ShowMemories() { b.before = nil }

// Kernel shows a snapshot of the lesson's port.
func (b *Bench) Kernel(s *probe.Snapshot) {
	b.Beside(b.Port)
	rows, old, notes := b.rows(s)
	empty := "aucune ligne ne cite le port %d"
	if len(notes) > 0 || old > 0 {
		empty = "aucune autre ligne ne cite le port %d"
	}
	b.Show(evidence.Evidence{
		Title:   cmp.Or(b.Whose, "Ce que voit le noyau"),
		At:      s.TakenAt,
		Source:  s.Source.String(),
		Sockets: &evidence.Table{Rows: rows, Empty: fmt.Sprintf(empty, b.Port), Old: old},
		Notes:   append(b.NewNotes(measured.Notes(s)), notes...),
		Checks:  measured.Checks(b.Filter(), measured.Shown{Sockets: rows}),
	})
}

// rows returns the rows of a snapshot without the memories of what was there
// before the scene, how many these are, and what is to be known of the rest.
func (b *Bench) rows(s *probe.Snapshot) (rows []probe.Socket, old int, notes []string) {
	for _, sock := range s.Sockets {
		if sock.State == probe.TimeWait && b.before[[2]netip.AddrPort{sock.Local, sock.Remote}] {
			old++
			continue
		}
		rows = append(rows, sock)
		if sock.State == probe.CloseWait && sock.RecvQueue.Or(0) > 0 {
			notes = b.NewNotes([]string{FinCounts})
		}
	}
	if names := b.witness.aside(s.TakenAt); names != "" && !b.welcome {
		notes = append(notes, "labo laisse de côté les lignes de "+names+" : elles ne sont pas de cette scène.")
	}
	return rows, old, notes
}

// FinCounts explains the queue of a socket in CLOSE-WAIT that nobody has read.
const FinCounts = "Dans les files, une fermeture reçue (FIN) compte pour 1, jusqu'à ce que recv() la lise."

// NewNotes returns the notes that this step has not shown yet: what a system
// cannot show is said once, not under every table.
func (b *Bench) NewNotes(notes []string) []string {
	var fresh []string
	for _, n := range notes {
		if !b.noted[n] {
			b.noted[n] = true
			fresh = append(fresh, n)
		}
	}
	return fresh
}

// Until measures until the sockets of the lesson's port satisfy reached, and
// stops the scene when they do not within a bound that no healthy machine
// needs. what says what is waited for, in French.
func (b *Bench) Until(what string, reached func(*probe.Snapshot) bool) *probe.Snapshot {
	const bound, step = 15 * time.Second, 2 * time.Millisecond
	begun := time.Now()
	ctx, cancel := pace.WithTimeout(b.ctx, bound)
	defer cancel()
	tick := time.NewTicker(step)
	defer tick.Stop()
	for {
		s, err := b.Look(ctx, b.Filter())
		if err == nil {
			if s = b.Ours(s); reached(s) {
				return s
			}
		}
		if err != nil && ctx.Err() == nil {
			b.Must(err, "lire la table des sockets")
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			b.Stop(b.ctx.Err())
			b.Fail(what + " : toujours pas après " + text.Duration(time.Since(begun)))
		}
	}
}

// Watch shows the lesson's port live until done is closed, the reader goes on
// (false), or the limit is over (false). Events are shown as they come.
func (b *Bench) Watch(title, prompt string, done <-chan struct{}, events <-chan evidence.Event, limit time.Duration) bool {
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	updates := probe.Watch(ctx, b.Filter(), 100*time.Millisecond)
	shown, end := overhear(events)
	err := b.stage.Watch(ctx, dialogue.Watch{
		Title: title, Prompt: prompt, Filter: b.Filter(), Updates: updates, Done: done, Events: shown, Limit: limit, Edit: b.Edit,
	})
	cancel()
	passed, late := end()
	for _, e := range passed {
		if e.Outcome != evidence.Waiting { // it was for the reader of that moment
			b.rec.Happened(b.section.ID, e)
		}
	}
	if err == nil {
		for _, e := range late { // they had happened when the wait ended
			b.Event(e)
		}
	}
	for range updates { // until the watcher has ended
	}
	if errors.Is(err, dialogue.ErrSkipped) || errors.Is(err, context.DeadlineExceeded) && b.ctx.Err() == nil {
		return false
	}
	b.Stop(err)
	return true
}
