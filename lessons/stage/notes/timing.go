package notes

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"labo/lessons/projection"
	"labo/lessons/scene"
	"labo/lessons/text"
)

// clock writes a duration as a watch would: whole seconds, minutes from 60 s on.
func clock(d time.Duration) string {
	if d < time.Second {
		return "0" + text.NBSP + "s"
	}
	return text.Duration(d.Truncate(time.Second))
}

// spent is the time that a scene took, all its plays together.
type spent struct {
	head  scene.Head
	plays int
	total time.Duration
}

// tally adds up plays by scene, in the order of the step.
func tally(plays []projection.Play) []spent {
	var all []spent
	for _, p := range plays {
		i := slices.IndexFunc(all, func(s spent) bool { return s.head.ID == p.Head.ID })
		if i < 0 {
			i = len(all)
			all = append(all, spent{head: p.Head})
		}
		all[i].plays++
		all[i].total += max(p.Ended.Sub(p.Begun), 0)
	}
	slices.SortStableFunc(all, func(a, b spent) int {
		return cmp.Or(cmp.Compare(a.head.Index, b.head.Index), cmp.Compare(a.head.Further, b.head.Further))
	})
	return all
}

// passing is a scene that was only crossed, on the way to another: it tells
// nothing of the pace.
const passing = 10 * time.Second

// expectedEnd is when the step will end if the scenes to come last as long as
// the ones played, on average; ok is false before two were.
func expectedEnd(s *projection.State, now time.Time) (end time.Time, ok bool) {
	played, total := 0, time.Duration(0)
	for _, sp := range tally(s.Past) {
		if sp.total >= passing && sp.head.ID != s.Head.ID {
			played++
			total += sp.total
		}
	}
	if played < 2 || s.Head.Total == 0 {
		return end, false
	}
	mean := total / time.Duration(played)
	left := time.Duration(s.Head.Total-1-s.Head.Index) * mean
	return now.Add(left + max(mean-now.Sub(s.Begun), 0)), true
}

// timetable draws how long each scene took; a scene that was not played has
// none. The scene now is marked.
func (p column) timetable(all []spent, now string) []string {
	var lines []string
	for _, sp := range all {
		right := ""
		switch {
		case sp.plays > 1:
			right = fmt.Sprintf("%s (%d fois)", clock(sp.total), sp.plays)
		case sp.plays == 1:
			right = clock(sp.total)
		}
		mark := "  "
		if sp.head.ID == now {
			mark = "▸ "
		}
		title := text.Truncate(text.French(sp.head.Title), max(p.width-len("  99  ")-text.Width(right)-3, 8))
		line := text.PadRight(fmt.Sprintf("%s%2s  %s", mark, sp.head.Number(), title), max(p.width-text.Width(right)-1, 0)) + right
		if sp.head.ID == now {
			line = p.palette.Strong(line)
		}
		lines = append(lines, line)
	}
	return lines
}

// course returns every scene of the step that is projected, with the time it
// took so far.
func course(sc *script, s *projection.State, now time.Time) []spent {
	played := tally(s.Plays(now))
	if sc == nil || len(sc.step.Essential()) != s.Head.Total {
		return played
	}
	all := make([]spent, 0, s.Head.Total)
	for _, h := range sc.heads() {
		sp := spent{head: h}
		if k := slices.IndexFunc(played, func(p spent) bool { return p.head.ID == h.ID }); k >= 0 {
			sp.plays, sp.total = played[k].plays, played[k].total
		}
		all = append(all, sp)
	}
	return all
}
