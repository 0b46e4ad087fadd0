package screen

import "slices"

// few is how many lines are too few for a page, or for one more key: an orphan.
const few = 3

// packed are the runs of items, from the first to the one after the last, that
// are shown together: those that breaks and joins leave apart, and of these one
// that would be an orphan goes with its neighbour, where there is room for both.
func (p *pages) packed(height int) (all [][2]int) {
	j := &p.m.journal
	var runs [][2]int
	for i := 0; i < len(j.items); {
		next := i + 1
		for next < len(j.items) && (!p.breaks(next) || p.joins(i, next, height)) {
			next++
		}
		runs = append(runs, [2]int{i, next})
		i = next
	}
	for k, run := range runs {
		last := len(all) - 1
		if k == len(runs)-1 && p.m.wait == nil && p.orphan(run) { // more may come to it
			all = append(all, run)
			continue
		}
		lone := p.orphan(run)
		if last < 0 || !lone && !p.orphan(all[last]) || lone && k+1 < len(runs) && p.leads(run, runs[k+1], height) || !p.together(all[last], run) {
			all = append(all, run)
			continue
		}
		if p.lines(all[last], run) <= height || lone && p.divides(all[last], run, height) {
			all[last][1] = run[1]
			continue
		}
		all = append(all, run)
	}
	return all
}

// divides reports whether two runs that are too long for one page make two, none
// of them an orphan, where there is something to cut between.
func (p *pages) divides(a, b [2]int, height int) bool {
	j := &p.m.journal
	parts := p.split(a[0], j.start(a[0]), j.start(b[1]), height)
	for _, part := range parts {
		if written(j.lines[part.from:part.to]) <= few {
			return false
		}
	}
	cut := parts[max(len(parts)-2, 0)].to
	return len(parts) > 1 && (blank(j.lines[cut]) || slices.Contains(j.starts, cut))
}

// lines is how many lines two runs have, blank ones at their end aside.
func (p *pages) lines(a, b [2]int) int {
	j := &p.m.journal
	end := j.start(b[1])
	for end > j.start(b[0]) && blank(j.lines[end-1]) {
		end--
	}
	return end - j.start(a[0])
}

// written is how many lines are not blank.
func written(lines []string) (n int) {
	for _, l := range lines {
		if !blank(l) {
			n++
		}
	}
	return n
}

// orphan reports whether a run brings too little, how to check it aside.
func (p *pages) orphan(run [2]int) bool {
	j, n := &p.m.journal, 0
	for i := run[0]; i < run[1]; i++ {
		if j.items[i].kind != itemChecks {
			n += written(j.lines[j.start(i):j.start(i+1)])
		}
	}
	return n <= few
}

// together reports whether two runs can be on one page: nothing shares that of a
// vote, a scene begins its own, and what comes after the class has acted stays
// with what it saw before only where it would be an orphan.
func (p *pages) together(a, b [2]int) bool {
	j := &p.m.journal
	for _, it := range j.items[a[0]:b[1]] {
		if it.kind == itemQuestion {
			return false
		}
	}
	begins := j.items[b[0]]
	return begins.kind != itemTitle && !begins.moves && (!begins.first || p.orphan(b))
}

// leads reports whether an orphan says what comes next, rather than what was: it is
// what comes first after the class has acted, or the words before what is done.
func (p *pages) leads(run, next [2]int, height int) bool {
	j := &p.m.journal
	opens := j.items[run[0]].first || j.items[run[0]].kind == itemProse && j.items[next[0]].kind == itemEvent
	return opens && p.together(run, next) && p.lines(run, next) <= height
}

// above is how many lines of a title, and of the little that is said below it,
// stand on the page of the question that comes after them: 0 where they have their
// own, because there is more of them than a few, or no room for the votes.
func (j *journal) above(a *asking) int {
	at := len(j.starts) - 2 // the question has its start already
	for at > 0 && j.items[at].kind == itemProse {
		at--
	}
	if at < 0 || j.items[at].kind != itemTitle {
		return 0
	}
	above := len(j.lines) - j.starts[at]
	if written(j.lines[j.starts[at]:]) > few || above+a.tallest(&j.v) > j.v.height {
		return 0
	}
	return above
}
