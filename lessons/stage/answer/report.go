// Package answer draws what `labo sonde` was asked: a port, a process, all
// sockets, or their changes line by line.
package answer

import (
	"strconv"

	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// Report returns the answer about all the sockets of a snapshot that f chose,
// in groups, for a reader of width columns. The processes of f come first, as
// far as they are known: one that is not among them has ended.
func Report(palette paint.Palette, width int, f probe.Filter, s *probe.Snapshot, processes []probe.ProcessInfo) []byte {
	p := newWriter(palette, width, s)
	p.heading("CE QUE VOIT LE NOYAU", measured.Source(s))
	for i := range processes {
		p.process(&processes[i])
	}
	for _, pid := range ended(f, processes) {
		p.sentence(noMark, "Le processus "+strconv.Itoa(pid)+" s'est terminé pendant la mesure.")
	}
	if len(f.PIDs) > 0 {
		p.blank()
	}
	if len(s.Sockets) == 0 {
		if words := nothing(f, hidden(f, s), len(processes)); words != "" {
			p.sentence(noMark, words)
		}
		p.footer(f, s)
		return p.b
	}
	p.sentence(noMark, measured.Count(s.Sockets)+".")
	grid := panel.NewGrid(palette, width-len(noMark), s.Source, s.Sockets)
	p.blank()
	for _, l := range grid.Header() {
		p.line(noMark + l)
	}
	for g, entries := range sortIntoGroups(s.Sockets) {
		if len(entries) == 0 {
			continue
		}
		p.section(groupTitles[g] + " (" + text.Number(len(entries)) + ")")
		p.rows(grid, s.Sockets, entries)
	}
	p.legend(s.Sockets)
	if f.States != 0 {
		p.meanings(s.Sockets)
	} else if len(f.PIDs) == 0 {
		p.painted(paint.Faint, noMark, "`labo sonde PORT` explique ce qui se passe sur un port.")
	}
	p.footer(f, s)
	return p.b
}

// nothing says that no socket was chosen, and by what; alive is how many of
// the processes asked for are still there.
func nothing(f probe.Filter, hidden bool, alive int) string {
	switch {
	case hidden && len(f.PIDs) == 1:
		return "Ce que ce processus ouvre ne vous est pas visible : labo ne peut pas dire s'il tient des sockets."
	case hidden:
		return "Ce qu'ils ouvrent ne vous est pas visible en entier : labo ne peut pas dire s'ils tiennent des sockets."
	case len(f.PIDs) > 0 && alive == 0:
		return "" // it is said that they ended
	case f.States != 0:
		return "Aucun socket TCP visible d'ici n'est dans l'état demandé."
	case len(f.PIDs) == 1:
		return "Le processus " + strconv.Itoa(f.PIDs[0]) + " n'a aucun socket TCP visible d'ici."
	case len(f.PIDs) > 1:
		return "Ces processus n'ont aucun socket TCP visible d'ici."
	}
	return "Aucun socket TCP visible d'ici."
}

// meanings explains each state that is present, in the order of a life.
func (p *writer) meanings(sockets []probe.Socket) {
	var present probe.StateSet
	for i := range sockets {
		present |= probe.NewStateSet(sockets[i].State)
	}
	width := 0
	for _, st := range probe.States {
		if present.Has(st) {
			width = max(width, text.Width(measured.StateName(st)))
		}
	}
	p.section("Ce que veulent dire ces états")
	for _, st := range probe.States {
		if present.Has(st) {
			name := text.PadRight(measured.StateName(st), width)
			p.sentence(noMark+p.palette.State(st, name)+"  ", measured.Meaning(st))
		}
	}
}
