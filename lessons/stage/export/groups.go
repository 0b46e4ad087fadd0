package export

import (
	"slices"
	"strconv"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// longTable is the most sockets that a page shows one by one.
const longTable = 8

// grouped returns an evidence whose sockets, where they are many, are counted by
// state and owner. The notebook itself has each of them.
func grouped(e evidence.Evidence) evidence.Evidence {
	if e.Sockets == nil || len(e.Sockets.Rows) <= longTable {
		return e
	}
	type group struct {
		state probe.State
		owner string
		rows  []probe.Socket
	}
	var all []*group
	for _, s := range e.Sockets.Rows {
		owner := measured.Owner(s.Owner, probe.Auto)
		i := slices.IndexFunc(all, func(g *group) bool { return g.state == s.State && g.owner == owner })
		if i < 0 {
			i = len(all)
			all = append(all, &group{state: s.State, owner: owner})
		}
		all[i].rows = append(all[i].rows, s)
	}
	slices.SortStableFunc(all, func(a, b *group) int {
		return slices.Index(probe.States[:], a.state) - slices.Index(probe.States[:], b.state)
	})
	e.Values = slices.Clone(e.Values)
	for _, g := range all {
		label := measured.StateName(g.state)
		if n := len(g.rows); n > 1 {
			label += " × " + text.Number(n)
		}
		said := []string{ends(g.rows), g.owner}
		if queues := alike(g.rows, measured.Queues); strings.Trim(queues, "?/") != "" {
			said = append(said, "files "+queues)
		}
		e.Values = append(e.Values, evidence.Value{Label: label, Text: strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " ; ")})
	}
	e.Notes = append(slices.Clone(e.Notes), text.Plural(len(e.Sockets.Rows), "ligne")+", groupées par état et par propriétaire.")
	e.Sockets = nil
	return e
}

// ends says which two ends the rows have: those that are many are counted.
func ends(rows []probe.Socket) string {
	side := func(of func(*probe.Socket) string, port func(*probe.Socket) uint16) string {
		if one := alike(rows, of); one != "" {
			return one
		}
		ports := make([]uint16, len(rows))
		for i := range rows {
			ports[i] = port(&rows[i])
		}
		slices.Sort(ports)
		if ports = slices.Compact(ports); len(ports) == 1 {
			return "le port " + strconv.Itoa(int(ports[0]))
		}
		return text.Plural(len(ports), "port") + ", de " + strconv.Itoa(int(ports[0])) + " à " + strconv.Itoa(int(ports[len(ports)-1]))
	}
	local := side(func(s *probe.Socket) string { return measured.Address(s.Local) }, func(s *probe.Socket) uint16 { return s.Local.Port() })
	remote := side(func(s *probe.Socket) string { return measured.Address(s.Remote) }, func(s *probe.Socket) uint16 { return s.Remote.Port() })
	return local + " ↔ " + remote
}

// alike returns what of says of every row, "" where it differs.
func alike(rows []probe.Socket, of func(*probe.Socket) string) string {
	first := of(&rows[0])
	for i := range rows {
		if of(&rows[i]) != first {
			return ""
		}
	}
	return first
}
