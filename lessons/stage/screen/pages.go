package screen

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/text"
)

// pages is the window of a projection: one idea a page, never scrolled. What
// has come but was not turned to yet waits.
type pages struct {
	m     *model
	item  int // the first item of the page on screen
	part  int // which part of it, where it does not fit
	ahead bool

	divided []page // of the journal as it was, for a height
	drawn   int
	height  int
	waits   bool
}

// page is a run of lines shown at once.
type page struct {
	item, part int // the item it begins with
	from, to   int // lines
}

// breaks reports whether item i begins a page.
func (p *pages) breaks(i int) bool {
	items := p.m.journal.items
	it := items[i]
	if i == 0 || it.kind == itemTitle {
		return true
	}
	before := items[i-1].kind
	switch {
	case it.kind == itemQuestion: // it needs its page, but for a title
		return before != itemTitle && it.ask.above == 0
	case it.kind == itemTyped && i+1 < len(items) && items[i+1].kind == itemQuestion: // with what it answers
		return false
	case before == itemTitle, before == itemTyped: // neither is alone on its page
		return false
	case it.first:
		return true
	case it.kind == itemEvent:
		return before != itemEvent
	case it.kind == itemEvidence: // what was done, and what was seen of it
		return before != itemEvent
	}
	return true
}

// joins reports whether item i, which would begin a page, stays on the one that
// begins at from, where there is room for it: what is done in the opening of a
// scene, and how to check a page.
func (p *pages) joins(from, i, height int) bool {
	j := &p.m.journal
	switch it := j.items[i]; {
	case it.first:
		return false
	case it.kind == itemChecks:
	case it.kind == itemEvent && j.items[from].kind == itemTitle:
	default:
		return false
	}
	next := i + 1
	for next < len(j.items) && !p.breaks(next) {
		next++
	}
	end := j.start(next)
	for end > j.start(i) && blank(j.lines[end-1]) {
		end--
	}
	return end-j.start(from) <= height
}

// all returns the pages of the whole journal, each of at most height lines.
func (p *pages) all(height int) []page {
	j := &p.m.journal
	if waits := p.m.wait != nil; p.divided == nil || p.drawn != j.drawn || p.height != height || p.waits != waits {
		p.divided = nil
		for _, run := range p.packed(height) {
			p.divided = append(p.divided, p.split(run[0], j.start(run[0]), j.start(run[1]), height)...)
		}
		p.drawn, p.height, p.waits = j.drawn, height, waits
	}
	return p.divided
}

// split divides lines into pages, at a blank line where there is one.
func (p *pages) split(item, from, to, height int) []page {
	j := &p.m.journal
	height = max(height, 1) // the table may have all of them
	for to > from && blank(j.lines[to-1]) {
		to--
	}
	var all []page
	for part := 0; from < to || part == 0; part++ {
		end := min(from+height, to)
		if end < to {
			end = j.cutting(from+height/2, end)
			if written(j.lines[end:to]) <= few {
				for most := end - 1; most > from && written(j.lines[end:to]) <= few; most-- {
					end = j.cutting(from+few, most)
				}
			}
		}
		all = append(all, page{item: item, part: part, from: from, to: end})
		for from = end; from < to && blank(j.lines[from]); from++ {
		}
	}
	return all
}

// cutting returns where to cut a page between two lines: the last blank line, else
// the last with which something begins, else the last that is not the rest of the
// one above it.
func (j *journal) cutting(least, most int) int {
	const deep = 8 // cells before the rest of a row
	rest := func(line string) bool {
		plain := ansi.Strip(line)
		return len(plain)-len(strings.TrimLeft(plain, " ")) > deep
	}
	for _, fits := range []func(int) bool{
		func(cut int) bool { return blank(j.lines[cut]) },
		func(cut int) bool { _, begins := slices.BinarySearch(j.starts, cut); return begins },
		func(cut int) bool { return !rest(j.lines[cut]) },
	} {
		for cut := most; cut > least; cut-- {
			if fits(cut) {
				return cut
			}
		}
	}
	return most
}

// asked returns what is asked, or answered, on the page on screen: the question
// of its last item of that kind, nil where there is none.
func (p *pages) asked(height int, kind itemKind) (a *asking) {
	all := p.all(height)
	if len(all) == 0 {
		return nil
	}
	j, pg := &p.m.journal, all[p.at(all)]
	for i := pg.item; i < len(j.items) && j.start(i) < pg.to; i++ {
		if end := j.start(i + 1); j.items[i].kind == kind && (end <= pg.to || blankFrom(j.lines[pg.to:end])) {
			a = j.items[i].ask
		}
	}
	return a
}

// blankFrom reports whether all lines are blank.
func blankFrom(lines []string) bool {
	return !slices.ContainsFunc(lines, func(l string) bool { return !blank(l) })
}

// at returns the index of the page on screen.
func (p *pages) at(all []page) int {
	at := 0
	for i, pg := range all {
		if pg.item < p.item || pg.item == p.item && pg.part <= p.part {
			at = i
		}
	}
	return at
}

func (p *pages) turn(to page) { p.item, p.part = to.item, to.part }

func (p *pages) settle(height int) {
	all := p.all(height)
	if len(all) == 0 {
		return
	}
	if p.ahead { // the reader has acted: the next page comes as soon as it is there
		for _, pg := range all {
			if pg.to > p.m.journal.start(p.m.journal.fresh) {
				p.turn(pg)
				p.ahead = false
				return
			}
		}
	}
	p.turn(all[p.at(all)])
}

func (p *pages) visible(height int) []string {
	all := p.all(height)
	if len(all) == 0 {
		return nil
	}
	pg := all[p.at(all)]
	return set(p.m.journal.lines[pg.from:pg.to], height)
}

// words are the lines of a page, without their colours: that on screen (0), or
// the next (1), nil where it has not come yet.
func (p *pages) words(next int) (lines []string) {
	all := p.all(p.m.pageHeight())
	if len(all) == 0 || p.at(all)+next >= len(all) {
		return nil
	}
	pg := all[p.at(all)+next]
	for _, l := range p.m.journal.lines[pg.from:pg.to] {
		lines = append(lines, strings.TrimRight(ansi.Strip(l), " "))
	}
	return lines
}

// set sets a page for the back of the room: large margins, and nothing
// against the upper edge.
func set(lines []string, height int) []string {
	out := make([]string, max(min((height-len(lines))/3, 4), 0), height)
	for _, l := range lines {
		out = append(out, projectionMargin+l)
	}
	return out
}

// projectionMargin stands before every line of a projection.
const projectionMargin = "    "

func (p *pages) more(height int) bool {
	all := p.all(height)
	return len(all) > 0 && p.at(all) < len(all)-1
}

func (p *pages) forward(height int) bool {
	all := p.all(height)
	if len(all) == 0 || p.at(all) == len(all)-1 {
		return false
	}
	p.turn(all[p.at(all)+1])
	return true
}

func (p *pages) scroll(by, height int) {
	all := p.all(height)
	if len(all) == 0 {
		return
	}
	step := 1
	if by < 0 {
		step = -1
	}
	p.turn(all[max(0, min(p.at(all)+step, len(all)-1))])
}

func (p *pages) first(height int) int {
	all := p.all(height)
	if len(all) == 0 {
		return 0
	}
	return all[p.at(all)].item
}

func (p *pages) release() {
	p.ahead = true
	p.settle(p.m.pageHeight())
}

func (p *pages) atEnd() bool { return !p.more(p.m.pageHeight()) }

func (p *pages) place(height int) string {
	all := p.all(height)
	at := p.at(all)
	n := 0
	for i, pg := range all {
		if pg.item >= p.m.journal.scene && i <= at {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	place := "page " + itoa(n)
	if at < len(all)-1 {
		place += ", à suivre"
	}
	return text.French(place)
}
