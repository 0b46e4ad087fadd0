package hall

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"labo/lessons/room"
	"labo/lessons/text"
)

// stuckAfter is how long somebody is in one scene before the desk says so.
const stuckAfter = 5 * time.Minute

// members are who is here, where, since when, and what their programs fail.
func (d *Desk) members(now time.Time) g.Node {
	all := d.room.Members()
	here := 0
	for _, m := range all {
		if m.Here {
			here++
		}
	}
	body := g.Group{h.H2(say("%s, %s", text.Plural(here, "présent"), text.Plural(len(all)-here, "absent")))}
	body = append(body, missed(all))
	if len(all) == 0 {
		return append(body, h.P(say("Personne n'a encore rejoint la classe.")))
	}
	slices.SortStableFunc(all, func(a, b room.Member) int {
		rank := func(m room.Member) int {
			switch {
			case stuck(m, now) > 0:
				return 0
			case m.Here:
				return 1
			}
			return 2
		}
		return cmp.Compare(rank(a), rank(b))
	})
	var rows g.Group
	for _, m := range all {
		rows = append(rows, member(m, now))
	}
	return append(body, h.Table(
		h.THead(h.Tr(h.Th(h.Scope("col"), say("Qui")), h.Th(h.Scope("col"), say("Où")), h.Th(h.Scope("col"), say("Depuis")), h.Th(h.Scope("col"), say("Dernier verdict")))),
		h.TBody(rows)))
}

// stuck is for how long somebody who is here has been in one scene, 0 where that is
// not long.
func stuck(m room.Member, now time.Time) time.Duration {
	since := now.Sub(m.Where.Since)
	if !m.Here || m.Where.Scene == "" || m.Where.Done || since <= stuckAfter {
		return 0
	}
	return since
}

func member(m room.Member, now time.Time) g.Node {
	state := ""
	if !m.Here {
		state = "absent"
	}
	where, since := "–", "–"
	switch w := m.Where; {
	case w.Scene != "" && w.Done:
		where = fmt.Sprintf("étape %d finie", w.Step)
	case w.Scene != "":
		where = fmt.Sprintf("étape %d, %s", w.Step, cmp.Or(w.Title, w.Scene))
	}
	if m.Where.Scene != "" && m.Here {
		since = forMinutes(now.Sub(m.Where.Since))
	}
	var late g.Node
	if stuck(m, now) > 0 {
		late = h.Strong(h.Class("stuck"), say(" plus de 5 minutes"))
	}
	return h.Tr(g.If(!m.Here, h.Class("away")),
		h.Th(h.Scope("row"), g.Text(text.Visible(m.Pseudonym)), g.Text(" "), h.Span(h.Class("kind"), g.Text(cmp.Or(state, m.Kind)))),
		h.Td(say("%s", where)), h.Td(say("%s", since), late), h.Td(verdict(m)))
}

func forMinutes(d time.Duration) string {
	if d < time.Minute {
		return "moins d'une minute"
	}
	return text.Plural(int(d.Minutes()), "minute")
}

// verdict is the last one, which opens on what failed.
func verdict(m room.Member) g.Node {
	v := m.Verdict
	if v == nil {
		return g.Text("–")
	}
	words := fmt.Sprintf("%s, %s : %s, %s", v.File, v.At.Local().Format("15:04"), text.Plural(len(v.Passed), "réussie"), text.Plural(len(v.Failed), "échouée"))
	if len(v.Unsure) > 0 {
		words += fmt.Sprintf(", %d non vérifiées", len(v.Unsure))
	}
	if len(v.Failed) == 0 {
		return say("%s", words)
	}
	var items g.Group
	for _, f := range v.Failed {
		items = append(items, h.Li(h.Code(g.Text(f.Check)), say(" : %s", f.Why)))
	}
	return h.Details(h.ID("verdict-"+m.ID), h.Summary(say("%s", words)), h.Ul(items))
}

// missed are the checks that most fail, of those whose program was judged.
func missed(all []room.Member) g.Node {
	counts, judged := map[string]int{}, 0
	for _, m := range all {
		if m.Verdict == nil {
			continue
		}
		judged++
		for _, f := range m.Verdict.Failed {
			counts[f.Check]++
		}
	}
	var names []string
	for name, n := range counts {
		if n > 1 {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	var items g.Group
	for _, name := range names[:min(len(names), 6)] {
		items = append(items, h.Li(h.Code(g.Text(name)), say(" : %d sur %d", counts[name], judged)))
	}
	return g.Group{h.H3(say("Ce que plusieurs ratent")), h.Ul(items)}
}
