package markup

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

// SocketRow is a socket under the columns of its table.
type SocketRow struct {
	State probe.State
	Cells []string
}

// SocketTable returns the columns and rows of a table. A column in which no
// socket has anything is left out.
func SocketTable(t *evidence.Table) (head []string, rows []SocketRow) {
	rows = make([]SocketRow, len(t.Rows))
	for i := range t.Rows {
		s := &t.Rows[i]
		rows[i] = SocketRow{s.State, []string{
			measured.StateName(s.State), measured.Address(s.Local), measured.Address(s.Remote),
			measured.Queues(s), measured.Timer(s), measured.Owner(s.Owner, probe.Auto),
		}}
	}
	head = slices.Clone(socketHead)
	for column := len(head) - 1; column >= 0; column-- {
		if slices.ContainsFunc(rows, func(r SocketRow) bool { return strings.Trim(r.Cells[column], "?/") != "" }) {
			continue
		}
		head = slices.Delete(head, column, column+1)
		for i := range rows {
			rows[i].Cells = slices.Delete(rows[i].Cells, column, column+1)
		}
	}
	return head, rows
}

// ChartTable returns a chart as a table: a row for each measurement.
func ChartTable(c *evidence.Chart) (head []string, rows [][]string) {
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

// Capital returns s with a capital first letter.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
