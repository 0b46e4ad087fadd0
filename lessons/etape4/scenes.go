// Package etape4 is the five questions of the sheet. The reader answers each
// first, in their own words; a few scenes of experiments follow, the last with a
// model answer.
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
		{ID: "ligne-par-ligne", Run: ligneParLigne},
		{ID: "threads-a-qui", Run: threadsAQui},
		{ID: "goroutines", Run: goroutines},
		{ID: "appel-brut", Run: appelBrut},
		{ID: "verrou", Run: verrou},
		{ID: "fermer-proprement", Run: fermerProprement},
		{ID: "fermer-sans-lire", Run: fermerSansLire},
		{ID: "un-seul-sens", Run: unSeulSens},
		{ID: "oubli-de-fermer", Run: oubliDeFermer},
		{ID: "deux-serveurs", Run: deuxServeurs},
		{ID: "adresses", Run: adresses},
		{ID: "port-partage", Run: portPartage},
		{ID: "relance", Run: relance},
		{ID: "generations", Run: generations},
		{ID: "client-avant-serveur", Run: clientAvantServeur},
		{ID: "file-pleine", Run: filePleine},
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
