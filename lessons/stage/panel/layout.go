package panel

import (
	"math"
	"slices"

	"labo/lessons/text"
)

const (
	gap        = 2  // between two columns
	shortOwner = 15 // a name cut to that much is still recognised: "python3 (12345)"
)

// layout says where the columns of a table are, and on which line of a row.
type layout struct {
	width                                      int
	state, local, remote, queues, timer, owner int // widths; 0: no such column

	stacked   bool // queues, timer and owner have a second line
	indent    int  // of that second line
	timerLast bool // a timer follows its owner, for want of a column
}

// detailAt is the column where queues, timer and owner begin.
func (l *layout) detailAt() int {
	if l.stacked {
		return l.indent
	}
	return l.state + gap + l.local + gap + l.remote + gap
}

// ownerAt is the column where the owner begins.
func (l *layout) ownerAt() int {
	at := l.detailAt()
	if l.queues > 0 {
		at += l.queues + gap
	}
	if l.timer > 0 {
		at += l.timer + gap
	}
	return at
}

// best returns the layout that shows all rows on the fewest lines and, among
// those, with the fewest addresses out of their column. An address longer than
// its column takes lines of its own, so one long address among many does not
// spoil the others.
func (w *wishes) best() layout {
	base := layout{width: w.width, state: w.state, queues: w.queues, timer: w.timer}
	stacked, last := base, base
	stacked.stacked, stacked.indent = true, w.state+gap
	last.timer, last.timerLast = 0, true
	kinds := []struct {
		layout
		owner int // the least that its last column needs
	}{{base, w.owner}, {last, max(w.owner, w.timer)}, {stacked, w.owner}}
	if w.timer == 0 {
		kinds = slices.Delete(kinds, 1, 2)
	}
	fewest, strays := math.MaxInt, 0
	var best layout
	for _, kind := range kinds {
		for _, l := range w.divided(kind.layout, kind.owner) {
			if lines, out := w.lines(&l), w.strays(&l); lines < fewest || lines == fewest && out < strays {
				fewest, strays, best = lines, out, l
			}
		}
	}
	if fewest == math.MaxInt {
		return w.narrow(stacked)
	}
	return best
}

// divided returns the ways to share the room between the two addresses, when
// the owners are left at least so many cells.
func (w *wishes) divided(l layout, owner int) []layout {
	room := w.width - (w.state + gap + gap)
	if l.stacked {
		if l.ownerAt()+owner > w.width {
			return nil
		}
	} else {
		room -= l.ownerAt() - l.detailAt() + gap + owner
	}
	widest := wish{local: text.Width("local"), remote: text.Width("distant")}
	locals := map[int]bool{widest.local: true}
	for row := range w.rows {
		locals[max(row.local, text.Width("local"))] = true
		widest.local, widest.remote = max(widest.local, row.local), max(widest.remote, row.remote)
	}
	var all []layout
	for local := widest.local; local >= text.Width("local"); local-- { // the widest first: it wins where equal
		if l.local, l.remote = local, min(widest.remote, room-local); locals[local] && l.remote >= text.Width("distant") {
			l.owner = w.width - l.ownerAt()
			all = append(all, l)
		}
	}
	return all
}

// lines returns how many lines all the rows take.
func (w *wishes) lines(l *layout) int {
	total := 0
	for row, n := range w.rows {
		total += n * l.lines(row)
	}
	return total
}

// strays returns how many rows have addresses that leave their columns.
func (w *wishes) strays(l *layout) int {
	total := 0
	for row, n := range w.rows {
		if l.wide(row.local, row.remote) {
			total += n
		}
	}
	return total
}

func (l *layout) lines(row wish) int {
	n := 1
	if l.wide(row.local, row.remote) {
		n++
		if row.peer {
			n++
		}
		if l.state+gap+row.local > l.width {
			n++
		}
	} else if l.stacked {
		n++
	}
	if l.timerLast && row.timer > 0 && !l.timerFits(row.owner, row.timer) {
		n++
	}
	return n
}

// wide reports whether a row's addresses need lines of their own.
func (l *layout) wide(local, remote int) bool { return local > l.local || remote > l.remote }

// timerFits reports whether a timer has room behind its owner.
func (l *layout) timerFits(owner, timer int) bool { return owner+text.Width(", ")+timer <= l.owner }

// narrow is what is left where nothing fits: half of the room for each
// address, owners cut.
func (w *wishes) narrow(l layout) layout {
	half := max((w.width-w.state-2*gap)/2, 1)
	l.local, l.remote, l.indent = half, half, gap
	l.owner = max(w.width-l.ownerAt(), 1)
	return l
}
