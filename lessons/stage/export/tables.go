package export

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/stage/figure"
	"labo/lessons/text"
	"labo/probe"
)

// socketHead are the columns of a table of sockets, as `labo sonde` has them.
var socketHead = []string{"état", "local", "distant", "files", "minuterie", "propriétaire"}

// socketRow is a socket under the columns of its table.
type socketRow struct {
	State probe.State
	Cells []string
}

// socketTable returns the columns and rows of a table. A column in which no
// socket has anything is left out.
func socketTable(t *evidence.Table) (head []string, rows []socketRow) {
	rows = make([]socketRow, len(t.Rows))
	for i := range t.Rows {
		s := &t.Rows[i]
		rows[i] = socketRow{s.State, []string{
			measured.StateName(s.State), measured.Address(s.Local), measured.Address(s.Remote),
			measured.Queues(s), measured.Timer(s), measured.Owner(s.Owner, probe.Auto),
		}}
	}
	head = slices.Clone(socketHead)
	for column := len(head) - 1; column >= 0; column-- {
		if slices.ContainsFunc(rows, func(r socketRow) bool { return strings.Trim(r.Cells[column], "?/") != "" }) {
			continue
		}
		head = slices.Delete(head, column, column+1)
		for i := range rows {
			rows[i].Cells = slices.Delete(rows[i].Cells, column, column+1)
		}
	}
	return head, rows
}

// chartTable returns a chart as a table: a row for each measurement.
func chartTable(c *evidence.Chart) (head []string, rows [][]string) {
	head = []string{text.French(c.X)}
	if c.X == "" {
		head[0] = "moment"
	}
	for _, curve := range c.Curves {
		label := text.French(curve.Label)
		if curve.Source != "" {
			label += " (" + curve.Source + ")"
		}
		head = append(head, label)
	}
	for i, tick := range c.Ticks {
		row := []string{text.French(tick)}
		for _, curve := range c.Curves {
			var p probe.Maybe[float64]
			if i < len(curve.Points) {
				p = curve.Points[i]
			}
			row = append(row, figure.Number(p))
		}
		rows = append(rows, row)
	}
	return head, rows
}

// colophon says where the report comes from.
func colophon(r *Report) []string {
	made := "Fait par labo le " + Date(r.Made)
	if r.Program != "" {
		made += " (cahier tenu par " + r.Program + ")"
	}
	out := []string{made + ". Les mesures sont celles de l'ordinateur où les scènes ont été jouées ; les heures sont les siennes."}
	if len(r.Machines) > 0 {
		out = append(out, "Mesuré sur : "+strings.Join(r.Machines, " ; ")+".")
	}
	return out
}

// capital returns s with a capital first letter.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// statesMet returns the states of every socket in a report, in the order of a
// connection's life.
func statesMet(r *Report) []probe.State {
	var set probe.StateSet
	for _, s := range r.Steps {
		for _, sc := range s.Scenes {
			set |= sc.states
		}
	}
	var met []probe.State
	for _, st := range probe.States {
		if set.Has(st) {
			met = append(met, st)
		}
	}
	return met
}
