package lessons

import (
	"labo/lessons/evidence"
	"labo/lessons/stage/panel"
	"labo/probe"
)

// etape4 is the five questions of the sheet. In each scene the reader answers
// first, in their own words; experiments follow, then a model answer.
func etape4() Step {
	return Step{Number: 4, Scenes: []Scene{
		{ID: "systeme-implique", Run: systemeImplique},
		{ID: "threads-a-qui", Run: threadsAQui},
		{ID: "fermer-proprement", Run: fermerProprement},
		{ID: "deux-serveurs", Run: deuxServeurs},
		{ID: "client-avant-serveur", Run: clientAvantServeur},
		{ID: "onze-etats", Run: onzeEtats},
	}}
}

// kernelOf shows a snapshot of a port that is not the lesson's.
func (b *Bench) kernelOf(port uint16, s *probe.Snapshot, notes ...string) {
	b.beside(port)
	b.Show(evidence.Evidence{
		Title: "Ce que voit le noyau", At: s.TakenAt, Source: s.Source.String(),
		Sockets: &evidence.Table{Rows: s.Sockets, Empty: "aucune ligne ne cite ce port"},
		Notes:   append(b.newNotes(panel.Notes(s)), notes...),
		Checks:  []string{panel.Check(probe.Filter{Ports: []uint16{port}})},
	})
}
