package screen

import (
	"bytes"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/stage/linear"
	"labo/lessons/text"
)

// journal is everything said in this step, drawn for a width.
type journal struct {
	items  []*item
	lines  []string
	starts []int // the line where each item begins
	drawn  int   // how often lines have changed

	scene int // index of the first item of the scene
	fresh int // index of the first item since the reader last acted

	v      view
	table  bool // there is a panel with the table
	buffer bytes.Buffer
	linear *linear.Stage
}

// maxItems bounds what can be scrolled back to.
const maxItems = 600

// resize draws everything again for a screen of another size. For one reader
// the height changes nothing, and it changes often.
func (j *journal) resize(v view) {
	same := j.linear != nil && j.v.width == v.width && (j.v.height == v.height || !v.o.Projection) && j.table == v.hasTable()
	if j.v, j.table = v, v.hasTable(); !same {
		j.redraw()
	}
}

func (j *journal) redraw() {
	j.drawn++
	j.buffer.Reset()
	j.linear = linear.New(&j.buffer, j.v.palette, func() int { return j.v.width }, nil, nil)
	j.linear.Brief = j.v.width < widestTable
	j.lines, j.starts = j.lines[:0], j.starts[:0]
	for _, it := range j.items {
		j.draw(it)
	}
}

// add takes a new item.
func (j *journal) add(it *item) {
	it.first = len(j.items) == j.fresh
	j.items = append(j.items, it)
	if extra := len(j.items) - maxItems; extra > maxItems/4 && extra <= j.scene {
		j.items = append([]*item(nil), j.items[extra:]...)
		j.scene -= extra
		j.fresh -= extra
		j.redraw()
		return
	}
	j.draw(it)
}

// draw appends the lines of an item.
func (j *journal) draw(it *item) {
	j.drawn++
	n, at := len(j.lines), len(j.starts)
	apart := it.linear == nil && it.kind != itemTyped || it.kind == itemProse && at > 0 && j.items[at-1].kind == itemTyped
	if n > 0 && apart && (it.kind == itemTitle || !blank(j.lines[n-1])) {
		j.lines = append(j.lines, "")
	}
	j.starts = append(j.starts, len(j.lines))
	if it.kind == itemQuestion && j.v.o.Projection {
		it.ask.above = j.above(it.ask)
	}
	if it.linear == nil {
		j.lines = append(j.lines, it.lines(&j.v)...)
		return
	}
	j.buffer.Reset()
	it.linear(j.linear, &j.v)
	lines := strings.Split(strings.TrimSuffix(j.buffer.String(), "\n"), "\n")
	if len(j.lines) == 0 || blank(j.lines[len(j.lines)-1]) {
		for len(lines) > 0 && blank(lines[0]) {
			lines = lines[1:]
		}
	}
	for _, l := range lines {
		j.lines = append(j.lines, broken(l, j.v.width)...)
	}
}

// broken breaks a line that is too long, which only commands to copy are: no
// character of them is lost, and the rest stands two columns further.
func broken(line string, width int) []string {
	if text.Width(line) <= width {
		return []string{line}
	}
	plain := ansi.Strip(line)
	margin := plain[:len(plain)-len(strings.TrimLeft(plain, " "))]
	var out []string
	for rest := strings.TrimLeft(plain, " "); rest != ""; {
		room := max(width-len(margin)-1, 8)
		part := ansi.Truncate(rest, room, "")
		if cut := strings.LastIndexByte(part, ' '); cut > room/3 && len(part) < len(rest) {
			part = part[:cut+1] // the space stays at the end of its line
		}
		out = append(out, margin+part)
		if rest = rest[len(part):]; len(out) == 1 {
			margin += "  "
		}
	}
	return out
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }

// total is the number of lines, blank ones at the end aside.
func (j *journal) total() int {
	n := len(j.lines)
	for n > 0 && blank(j.lines[n-1]) {
		n--
	}
	return n
}

// start returns the line where item i begins, the end for one yet to come.
func (j *journal) start(i int) int {
	if i < len(j.starts) {
		return j.starts[i]
	}
	return len(j.lines)
}

// again draws anew what has changed: the last item, or any other.
func (j *journal) again() {
	n := len(j.items)
	if n == 0 || j.items[n-1].kind != itemQuestion {
		j.redraw()
		return
	}
	j.lines = j.lines[:j.starts[n-1]]
	j.starts = j.starts[:n-1]
	j.draw(j.items[n-1])
}

// over takes away what did not work in the tries before that one, as it is no longer so,
// and what had worked of what is told anew.
func (j *journal) over(try int, of string) {
	past := func(it *item) bool { return it.try > 0 && it.try < try && (it.of == "" || it.of == of) }
	if !slices.ContainsFunc(j.items, past) {
		return
	}
	for _, index := range []*int{&j.scene, &j.fresh} {
		for _, it := range j.items[:*index] {
			if past(it) {
				*index--
			}
		}
	}
	j.items = slices.DeleteFunc(j.items, past)
	j.redraw()
}

// clear forgets all that was said.
func (j *journal) clear() {
	j.items, j.scene, j.fresh = nil, 0, 0
	j.redraw()
}

// acted notes that the reader has acted: what was shown is read.
func (j *journal) acted() { j.fresh = len(j.items) }

// begin opens a scene with its title.
func (j *journal) begin(it *item) {
	j.scene = len(j.items)
	j.fresh = j.scene
	j.add(it)
}

// moving reports whether something that is drawn after each measurement was said
// in this scene.
func (j *journal) moving() bool {
	for _, it := range j.items[min(j.scene, len(j.items)):] {
		if it.moves {
			return true
		}
	}
	return false
}
