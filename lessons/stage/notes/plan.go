package notes

import (
	"fmt"
	"time"

	"labo/lessons/projection"
	"labo/lessons/text"
)

// planned is a scene that may still be played.
type planned struct {
	index   int
	title   string
	minutes int
	must    bool
}

// choose returns the scenes to play in that time, in their order: those that must
// be played first, as many as fit one after the other, then those that may be
// skipped.
func choose(left time.Duration, to []planned) []planned {
	chosen := make([]bool, len(to))
	for _, must := range []bool{true, false} {
		for i, s := range to {
			if takes := time.Duration(s.minutes) * time.Minute; s.must == must && takes <= left {
				chosen[i] = true
				left -= takes
			}
		}
	}
	var all []planned
	for i, s := range to {
		if chosen[i] {
			all = append(all, s)
		}
	}
	return all
}

// toCome are the scenes after the present one, as their notes describe them.
func (s *script) toCome(after int) (all []planned) {
	if s == nil {
		return nil
	}
	for i, sec := range s.step.Essential() {
		if note := s.note(sec.ID); note != nil && i > after {
			all = append(all, planned{i, sec.Title, note.Minutes, note.Must})
		}
	}
	return all
}

// numbers are those that can be said of scenes to play.
var numbers = [...]string{"", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "scènes"}

// plan says which scenes fit in the time that is left; nothing where the end of
// the lesson is not known, or no scene is to come.
func (p column) plan(sc *script, s *projection.State, now, end time.Time) []string {
	to := sc.toCome(s.Head.Index)
	if end.IsZero() || len(to) == 0 {
		return nil
	}
	left := end.Sub(now)
	rest := time.Duration(0) // of the present scene
	if note := sc.note(s.Head.ID); note != nil {
		rest = max(time.Duration(note.Minutes)*time.Minute-now.Sub(s.Begun), 0)
	}
	lines := []string{"", p.rule("JUSQU'À " + end.Local().Format("15:04"))}
	if left <= 0 {
		return append(lines, p.sentence("L'heure est passée. Concluez.")...)
	}
	said := fmt.Sprintf("Il reste %d min", int(left.Round(time.Minute).Minutes()))
	chosen := choose(left-rest, to)
	switch len(chosen) {
	case 0:
		return append(lines, p.sentence(said+", et cette scène les prend. Concluez ensuite.")...)
	case len(to):
		said += " : tout ce qui suit y tient."
	case 1:
		said += " : jouez celle-ci."
	default:
		said += " : jouez ces " + numbers[min(len(chosen), len(numbers)-1)] + "."
	}
	lines = append(lines, p.sentence(said)...)
	for _, c := range chosen {
		right := fmt.Sprintf("%d"+text.NBSP+"min", c.minutes)
		title := text.Truncate(text.French(c.title), max(p.width-len("  99  ")-text.Width(right)-3, 8))
		lines = append(lines, text.PadRight(fmt.Sprintf("  %2d  %s", c.index+1, title), max(p.width-text.Width(right)-1, 0))+right)
	}
	return lines
}
