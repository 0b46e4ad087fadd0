// Package sonde answers `labo sonde`: it turns a question into a
// [probe.Filter] and a [probe.Snapshot] into text, JSON or lines of events.
package sonde

import (
	"strconv"
	"strings"

	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// Report returns the answer about all the sockets of a snapshot that f chose,
// in groups, for a reader of width columns.
func Report(palette paint.Palette, width int, f probe.Filter, s *probe.Snapshot) []byte {
	p := newPage(palette, width, s)
	p.heading("CE QUE VOIT LE NOYAU", panel.Source(s))
	p.process(f, s)
	if len(s.Sockets) == 0 {
		p.sentence(noMark, nothing(f))
		p.footer(f, s)
		return p.b
	}
	p.sentence(noMark, panel.Count(s.Sockets)+".")
	grid := panel.NewGrid(palette, width-len(noMark), s.Source, s.Sockets)
	p.blank()
	for _, l := range grid.Header() {
		p.line(noMark + l)
	}
	for g, entries := range sortIntoGroups(s.Sockets) {
		if len(entries) == 0 {
			continue
		}
		p.section(groupTitles[g] + " (" + strconv.Itoa(len(entries)) + ")")
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

// process says what the processes asked about are.
func (p *page) process(f probe.Filter, s *probe.Snapshot) {
	if len(f.PIDs) == 0 {
		return
	}
	for _, h := range s.Holders {
		for _, pid := range f.PIDs {
			if h.PID == pid {
				p.holder(h)
			}
		}
	}
}

// holder writes one process: what it is called, what it has open, its command.
func (p *page) holder(h *probe.Holder) {
	var facts []string
	if h.Threads.Known {
		facts = append(facts, text.Plural(h.Threads.Value, "thread"))
	}
	if h.FDs.Known {
		facts = append(facts, text.Plural(h.FDs.Value, "descripteur ouvert"))
	}
	line := panel.Holder(h)
	if len(facts) > 0 {
		line += " : " + strings.Join(facts, ", ")
	}
	p.sentence(noMark, text.French(line))
	if h.Command != "" {
		p.line(p.palette.Faint("    " + text.Truncate(text.Visible(h.Command), p.width-4)))
	}
}

// nothing says that no socket was chosen, and by what.
func nothing(f probe.Filter) string {
	switch {
	case len(f.PIDs) == 1 && f.States == 0:
		return "Le processus " + strconv.Itoa(f.PIDs[0]) + " n'a aucun socket TCP visible."
	case len(f.PIDs) > 1 && f.States == 0:
		return "Ces processus n'ont aucun socket TCP visible."
	case f.States != 0:
		return "Aucun socket TCP n'est dans l'état demandé."
	}
	return "Aucun socket TCP sur ce système."
}

// meanings explains each state that is present, in the order of a life.
func (p *page) meanings(sockets []probe.Socket) {
	var present probe.StateSet
	for i := range sockets {
		present |= probe.NewStateSet(sockets[i].State)
	}
	width := 0
	for _, st := range probe.States {
		if present.Has(st) {
			width = max(width, text.Width(panel.StateName(st)))
		}
	}
	p.section("Ce que veulent dire ces états")
	for _, st := range probe.States {
		if present.Has(st) {
			name := text.PadRight(panel.StateName(st), width)
			p.sentence(noMark+p.palette.State(st, name)+"  ", panel.Meaning(st))
		}
	}
}
