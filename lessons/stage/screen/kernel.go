package screen

import (
	"net/netip"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/live"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// kernel is the live panel: what the system holds of the lesson's port, and of
// this process.
type kernel struct {
	palette paint.Palette
	port    uint16
	width   int
	table   *live.Table
	failure error
	covered bool                   // a prediction is asked: the panel may hold its answer
	tall    int                    // rows that would be enough in this scene
	facing  func() dialogue.Facing // nil: there is no other machine

	told   *probe.Snapshot            // what the scene has shown last, nil before
	old    map[[2]netip.AddrPort]bool // memories of before the scene, by their ends; false: the scene shows it
	sorted bool                       // they are known

	goroutines, threads history
	runtime             probe.RuntimeInfo

	changes int // of what is drawn, the flags above aside
	drawn   drawing[kernelView]
}

// kernelView is all that the lines of the panel depend on.
type kernelView struct {
	changes, width, height int
	covered                bool
	port                   uint16
}

// drawing keeps lines for as long as what they were drawn of is the same: most
// keys change nothing of them.
type drawing[T comparable] struct {
	of    T
	lines []string
}

// draw returns the lines of what is to be drawn now. They are not to be changed.
func (d *drawing[T]) draw(of T, lines func() []string) []string {
	if d.lines == nil || d.of != of {
		d.of, d.lines = of, lines()
	}
	return d.lines
}

func newKernel(p paint.Palette, port uint16, facing func() dialogue.Facing) *kernel {
	k := &kernel{palette: p, port: port, table: live.NewTable(p, 80), facing: facing}
	k.table.Moments = true
	k.clear()
	return k
}

func (k *kernel) resize(width int) {
	if width > 0 && width != k.width {
		k.width = width
		k.changes++
		k.table.Resize(width)
	}
}

// clear forgets what was measured for another scene.
func (k *kernel) clear() {
	k.changes++
	k.table.Clear()
	k.failure, k.tall = nil, emptyRows
	k.told, k.old, k.sorted = nil, map[[2]netip.AddrPort]bool{}, false
}

// acted ends the marks of what the scene has shown: it is read.
func (k *kernel) acted() {
	k.changes++
	k.table.Release()
}

// emptyRows are those of a panel without a table.
const emptyRows = 2

// grow notes how many rows all that is measured would take: beside its rows, the
// heading, the names of the columns, a queue, and the counts of this process.
func (k *kernel) grow() {
	rows := k.table.Rows()
	if rows > 0 {
		rows += len([]string{"heading", "columns", "counts"})
	}
	if len(k.table.Folded) > 0 {
		rows = max(rows, emptyRows) + 1
	}
	if k.table.Snapshot != nil && len(panel.QueueBars(k.palette, 80, k.table.Snapshot.Sockets, 1)) > 0 {
		rows++
	}
	if k.facing != nil {
		rows = max(rows, emptyRows+2) * facingShare
	}
	k.tall = max(k.tall, rows)
}

func (k *kernel) measured(u updateMsg) {
	k.changes++
	if k.failure = u.Err; u.Err != nil {
		return
	}
	k.fold(u.Snapshot, false)
	k.table.Mark(u.Changes, u.at)
	k.table.Measured(u.Snapshot, u.at)
	k.grow()
}

// tick tells the time, so that marks fade.
func (k *kernel) tick(now time.Time) {
	if k.table.Tick(now) || k.facing != nil {
		k.changes++
	}
}

func (k *kernel) counted(r runtimeMsg) {
	k.changes++
	k.runtime = probe.RuntimeInfo(r)
	k.goroutines.add(probe.Known(r.Goroutines))
	k.threads.add(r.OSThreads)
}

// view draws the panel in exactly height lines.
func (k *kernel) view(width, height int) []string {
	if height <= 0 {
		return nil
	}
	return k.drawn.draw(kernelView{k.changes, width, height, k.covered, k.port}, func() []string { return k.picture(width, height) })
}

// picture draws the panel anew.
func (k *kernel) picture(width, height int) []string {
	if k.facing != nil && !k.covered && height > emptyRows {
		return k.both(width, height)
	}
	return k.alone(width, height)
}

// alone draws the table of this machine.
func (k *kernel) alone(width, height int) []string {
	if height == 1 {
		return []string{k.heading(width)}
	}
	scarce := height <= scarceRows
	out := []string{k.heading(width)}
	if owner := k.owner(); owner != "" && k.facing != nil { // the heading says whose table it is
	} else if owner != "" && scarce { // in the heading
		out[0] = frame.Rule(k.palette, owner, k.source(), width)
	} else if owner != "" {
		out = append(out, text.Truncate(owner, width))
	}
	counts := k.countLines(width, scarce)
	switch room := height - len(out); {
	case k.covered:
		out = append(out, text.Paragraph("La table s'ouvre après votre réponse : elle pourrait la contenir.", width)...)
	case k.failure != nil:
		out = append(out, text.Wrap("✗ "+text.French("La table n'a pas pu être lue : "+fault.Cause(k.failure)), width)...)
	case k.table.Snapshot == nil:
		words := text.Paragraph("labo mesure le port pendant que vous lisez, et seulement alors : rien ne trouble ses propres mesures.", width)
		if len(words) > room {
			words = text.Paragraph("labo mesure le port pendant que vous lisez.", width)
		}
		out = append(out, words...)
	default:
		if room > 1 && k.table.Rows()+1 > room-len(counts) { // sockets before the rest
			counts = nil
		}
		out = append(out, k.measuredLines(width, room-len(counts))...)
	}
	for len(out) < height-len(counts) {
		out = append(out, "")
	}
	out = append(out[:max(height-len(counts), 1)], counts...)
	return frame.Clip(out[:height], width)
}

// heading names the panel, with the source and time of its measurement.
func (k *kernel) heading(width int) string {
	if k.covered {
		return frame.Rule(k.palette, "LE NOYAU RÉPONDRA APRÈS VOTRE PRÉDICTION", "", width)
	}
	if k.facing != nil {
		return frame.Rule(k.palette, "CHEZ VOUS", k.source(), width)
	}
	return frame.Rule(k.palette, "CE QUE VOIT LE NOYAU", k.source(), width)
}

// source is by what and when the panel was measured, "" before it was.
func (k *kernel) source() string {
	if k.table.Snapshot == nil {
		return ""
	}
	return "[" + measured.Source(k.table.Snapshot) + "]"
}

// owner says who has the port, "" where that is not known or not to be said.
func (k *kernel) owner() string {
	if k.covered || k.port == 0 || k.table.Snapshot == nil {
		return ""
	}
	return panel.PortOwner(k.port, k.table.Snapshot)
}

// scarceRows is the height up to which the panel spares rows.
const scarceRows = 12

// measuredLines are the table and the queues.
func (k *kernel) measuredLines(width, room int) []string {
	s := k.table.Snapshot
	if k.table.Rows() == 0 && k.facing != nil {
		return []string{"  " + noRow}
	}
	if k.table.Rows() == 0 && k.port == 0 {
		return text.Paragraph("Aucun socket TCP sur cette machine.", width)
	}
	header, rows := k.table.Header(), k.table.Lines()
	all := len(rows)
	if width < widestTable || all > room { // ports and states before anything else
		header, rows, all = []string{k.table.BriefHeader()}, k.table.Brief(room), k.table.Rows()
	}
	folded := k.foldedLine(width)
	if folded != "" {
		room--
	}
	spare := room - all
	if spare < len(header) || all == 0 {
		header = nil
	}
	out := append([]string(nil), header...)
	out = append(out, cut(rows, all, room-len(out))...)
	if folded != "" {
		out = append(out, k.palette.Faint(folded))
	}
	return append(out, panel.QueueBars(k.palette, width, s.Sockets, spare-len(header))...)
}

// widestTable is the width from which a table has one line a socket.
const widestTable = 76

// cut keeps what fits in so many rows, and says how much of all does not.
func cut(rows []string, all, room int) []string {
	if all <= room {
		return rows
	}
	kept := max(room-1, 0)
	return append(append([]string(nil), rows[:kept]...), "  … "+lines(all-kept)+" de plus")
}

// countLines are the goroutines and the threads of this process, as curves: a
// line each, or beside each other where rows are scarce; the numbers alone where
// columns are too.
func (k *kernel) countLines(width int, scarce bool) []string {
	if k.runtime.TakenAt.IsZero() || k.facing != nil {
		return nil
	}
	number := func(n probe.Maybe[int]) string {
		if n.Known {
			return itoa(n.Value)
		}
		return "?"
	}
	line := func(name string, n probe.Maybe[int], h *history, width int) string {
		head := name + text.PadLeft(number(n), 6) + "  "
		return head + k.palette.Kernel(h.spark(max(width-text.Width(head), 0)))
	}
	const one, other = "goroutines de labo", "threads du système"
	switch half := width/2 - 2; {
	case scarce && half >= 32:
		return []string{text.PadRight(line(one, probe.Known(k.runtime.Goroutines), &k.goroutines, half), half+4) +
			line(other, k.runtime.OSThreads, &k.threads, half)}
	case scarce:
		return []string{text.Truncate(one+" "+itoa(k.runtime.Goroutines)+" · "+other+" "+number(k.runtime.OSThreads), width)}
	}
	return []string{
		line(one, probe.Known(k.runtime.Goroutines), &k.goroutines, width),
		line(other, k.runtime.OSThreads, &k.threads, width),
	}
}
