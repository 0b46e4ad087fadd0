package live

import (
	"slices"
	"strings"
	"time"

	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// markedFor is how long a change stays marked in a [Table].
const markedFor = 2 * time.Second

// Table is a table of sockets that is measured again and again. A socket that
// appeared or changed a moment ago is marked, one that has gone stays for that
// moment, and the columns do not move about. It is for one goroutine.
type Table struct {
	// Snapshot is the one that is drawn; nil before the first.
	Snapshot *probe.Snapshot

	// Folded are the sockets of the snapshot that have no row: [Table.Fold].
	Folded []probe.Socket

	// Moments has each mark say when what it marks was first seen, where there is
	// room.
	Moments bool

	palette paint.Palette
	width   int
	wanted  func(*probe.Socket) bool // nil: every socket
	fold    func(*probe.Socket) bool // nil: none
	order   order

	now   time.Time
	marks map[key]mark
	grid  *panel.Grid
	rows  []row
	lines []string // the rows, drawn
}

// key knows a socket from one snapshot to the next.
type key struct {
	ends  [2]string
	inode uint32 // of sockets without peer only: a connection gets its inode late
}

func keyOf(s *probe.Socket) key {
	k := key{ends: [2]string{s.Local.String(), s.Remote.String()}}
	if !s.Remote.IsValid() {
		k.inode = s.Inode.Value
	}
	return k
}

// mark is what happened to a socket a moment ago.
type mark struct {
	change probe.Change
	until  time.Time
}

// row is one socket on screen.
type row struct {
	socket *probe.Socket
	change probe.ChangeKind // what happened to it a moment ago; 0: nothing
	since  time.Time        // when that ends
	seen   time.Time        // when it was first seen
}

// NewTable returns a table in width cells, without sockets.
func NewTable(p paint.Palette, width int) *Table {
	return &Table{palette: p, width: width, marks: make(map[key]mark)}
}

// Resize gives the table another width. Its columns are made anew.
func (t *Table) Resize(width int) {
	t.width = width
	t.anew()
}

// anew draws with columns that owe nothing to what was shown before.
func (t *Table) anew() {
	t.grid = nil
	t.draw()
}

// Mark remembers what changed, from now on for [markedFor].
func (t *Table) Mark(changes []probe.Change, now time.Time) {
	for i := range changes {
		c := &changes[i]
		t.marks[keyOf(&c.Socket)] = mark{*c, now.Add(markedFor)}
	}
}

// Keep marks what changed until [Table.Release]. at is when it was measured.
func (t *Table) Keep(changes []probe.Change) {
	for i := range changes {
		c := &changes[i]
		t.marks[keyOf(&c.Socket)] = mark{*c, forever}
	}
}

// forever is when a mark ends that is kept.
var forever = time.Unix(1<<40, 0)

// Release has the marks that are kept end now.
func (t *Table) Release() {
	for k, mark := range t.marks {
		if mark.until.Equal(forever) {
			delete(t.marks, k)
		}
	}
	t.draw()
}

// Fold leaves out of the table the sockets that old says.
func (t *Table) Fold(old func(*probe.Socket) bool) {
	t.fold = old
	t.draw()
}

// Measured shows another snapshot.
func (t *Table) Measured(s *probe.Snapshot, now time.Time) {
	t.Snapshot = s
	t.forget(now)
	t.draw()
}

// Tick tells the time, so that marks fade, and reports whether one did.
func (t *Table) Tick(now time.Time) bool {
	faded := t.forget(now)
	if faded {
		t.draw()
	}
	return faded
}

// Clear forgets everything measured.
func (t *Table) Clear() {
	clear(t.marks)
	t.fold, t.Folded = nil, nil
	t.Snapshot, t.grid, t.rows, t.lines = nil, nil, nil, nil
}

// forget drops the marks that are over and reports whether there were any.
func (t *Table) forget(now time.Time) bool {
	t.now = now
	faded := false
	for k, mark := range t.marks {
		if !now.Before(mark.until) {
			delete(t.marks, k)
			faded = true
		}
	}
	return faded
}

// renew marks for the whole time again what was marked until now.
func (t *Table) renew(now time.Time) {
	for k, mark := range t.marks {
		if mark.until.After(t.now) {
			mark.until = now.Add(markedFor)
			t.marks[k] = mark
		}
	}
}

// Header returns the names of the columns; nothing before the first
// measurement and where there is no socket.
func (t *Table) Header() []string {
	if t.grid == nil || len(t.rows) == 0 {
		return nil
	}
	header := t.grid.Header()
	for i, l := range header {
		header[i] = noSign + l
	}
	return header
}

// Lines returns the rows, header aside.
func (t *Table) Lines() []string { return t.lines }

// Brief returns the first rows on one line each ([panel.Brief]), for where
// there is no room for a table.
func (t *Table) Brief(most int) []string {
	var out []string
	queues := t.queueCells()
	for i := range t.rows[:max(min(most, len(t.rows)), 0)] {
		sign, role, palette := noSign, paint.Plain, t.palette
		switch t.rows[i].change {
		case 0:
		case probe.Gone:
			sign, role, palette = panel.Sign(probe.Gone)+" ", paint.Gone, paint.Palette{}
		default:
			sign, role, palette = panel.Sign(t.rows[i].change)+" ", paint.Changed, paint.Palette{}
		}
		line := text.Truncate(panel.Brief(palette, t.rows[i].socket, t.Snapshot.Source, queues), t.width-len(noSign))
		if t.rows[i].change != 0 {
			line = t.dated([]string{line}, &t.rows[i])[0]
		}
		out = append(out, sign+t.palette.Paint(role, line))
	}
	return out
}

// BriefHeader names the columns of [Table.Brief].
func (t *Table) BriefHeader() string { return noSign + panel.BriefHeader(t.palette, t.queueCells()) }

// queueCells is the width of the column of queues.
func (t *Table) queueCells() int {
	cells := len("files")
	for i := range t.rows {
		cells = max(cells, text.Width(measured.Queues(t.rows[i].socket)))
	}
	return cells
}

// Rows returns how many sockets are shown, those that have just gone included.
func (t *Table) Rows() int { return len(t.rows) }

// here returns the sockets that are shown and still there.
func (t *Table) here() []probe.Socket {
	var here []probe.Socket
	for _, r := range t.rows {
		if r.change != probe.Gone {
			here = append(here, *r.socket)
		}
	}
	return here
}

// noSign stands where a row has no mark.
const noSign = "  "

// draw makes the lines of the rows anew.
func (t *Table) draw() {
	if t.Snapshot == nil {
		return
	}
	t.collect()
	sockets := make([]probe.Socket, len(t.rows))
	for i := range t.rows {
		sockets[i] = *t.rows[i].socket
	}
	if t.grid == nil {
		t.grid = panel.NewGrid(t.palette, t.width-len(noSign), t.Snapshot.Source, sockets)
	} else {
		t.grid = t.grid.Next(t.Snapshot.Source, sockets)
	}
	plain := t.grid.Painted(paint.Palette{})
	t.lines = t.lines[:0]
	for i := range t.rows {
		switch t.rows[i].change {
		case 0:
			t.append(t.grid.Row(&sockets[i]), noSign, paint.Plain)
		case probe.Gone:
			t.append(t.dated(plain.Row(&sockets[i]), &t.rows[i]), panel.Sign(probe.Gone)+" ", paint.Gone)
		default:
			t.append(t.dated(plain.Row(&sockets[i]), &t.rows[i]), panel.Sign(t.rows[i].change)+" ", paint.Changed)
		}
	}
}

// dated adds to the lines of a row when its change was first seen.
func (t *Table) dated(lines []string, r *row) []string {
	last := len(lines) - 1
	when := r.seen.Local().Format("15:04:05")
	if room := t.width - len(noSign) - text.Width(lines[last]); t.Moments && !r.seen.IsZero() && room >= len("  ")+len(when) {
		lines[last] += strings.Repeat(" ", room-len(when)) + when
	}
	return lines
}

// append adds the lines of one row behind a sign.
func (t *Table) append(row []string, sign string, role paint.Role) {
	for _, l := range row {
		t.lines = append(t.lines, sign+t.palette.Paint(role, l))
		sign = noSign
	}
}

// collect gathers the rows to show: the wanted sockets of the snapshot and
// those that have just gone, in order.
func (t *Table) collect() {
	t.rows, t.Folded = t.rows[:0], t.Folded[:0]
	here := make(map[key]bool, len(t.marks))
	for i := range t.Snapshot.Sockets {
		s := &t.Snapshot.Sockets[i]
		if t.fold != nil && t.fold(s) {
			t.Folded = append(t.Folded, *s)
			continue
		}
		r := row{socket: s}
		if len(t.marks) > 0 {
			k := keyOf(s)
			if mark, ok := t.marks[k]; ok {
				here[k] = true
				if mark.change.Kind != probe.Gone {
					r.change, r.since, r.seen = mark.change.Kind, mark.until, mark.change.At
				}
			}
		}
		if t.wanted == nil || t.wanted(s) {
			t.rows = append(t.rows, r)
		}
	}
	for k, mark := range t.marks {
		if mark.change.Kind == probe.Gone && !here[k] {
			gone := mark.change.Socket
			if t.wanted == nil || t.wanted(&gone) {
				t.rows = append(t.rows, row{&gone, probe.Gone, mark.until, mark.change.At})
			}
		}
	}
	slices.SortStableFunc(t.rows, t.order.compare)
}
