// Package etape4 is the five questions of the sheet. In each scene the reader
// answers first, in their own words; experiments follow, then a model answer.
package etape4

import (
	"slices"

	"labo/lessons/bench"
	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/probe"
)

// Step returns the scenes, in their order.
func Step() bench.Step {
	return bench.Step{Number: 4, Scenes: []bench.Scene{
		{ID: "systeme-implique", Run: systemeImplique},
		{ID: "threads-a-qui", Run: threadsAQui},
		{ID: "fermer-proprement", Run: fermerProprement},
		{ID: "deux-serveurs", Run: deuxServeurs},
		{ID: "client-avant-serveur", Run: clientAvantServeur},
		{ID: "onze-etats", Run: onzeEtats},
	}}
}

// kernelOf shows a snapshot of a port that is not the lesson's, with a check
// where what it shows is still there.
func kernelOf(b *bench.Bench, port uint16, s *probe.Snapshot, notes ...string) {
	b.Beside(port)
	f := probe.Filter{Ports: []uint16{port}}
	var checks []string
	if now, err := b.Look(b.Context(), f); err == nil && !slices.ContainsFunc(s.Sockets, func(row probe.Socket) bool { return !among(row, now.Sockets) }) {
		checks = measured.Checks(f, measured.Shown{Sockets: s.Sockets})
	}
	b.Show(evidence.Evidence{
		Title: "Ce que voit le noyau", At: s.TakenAt, Source: s.Source.String(),
		Sockets: &evidence.Table{Rows: s.Sockets, Empty: "aucune ligne ne cite ce port"},
		Notes:   append(b.NewNotes(measured.Notes(s)), notes...),
		Checks:  checks,
	})
}

// among reports whether a row is still one of those, in the same state.
func among(row probe.Socket, rows []probe.Socket) bool {
	return slices.ContainsFunc(rows, func(r probe.Socket) bool {
		return r.State == row.State && r.Local == row.Local && r.Remote == row.Remote && r.Inode == row.Inode
	})
}
