package hall

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"labo/lessons/room"
	"labo/lessons/stage/classe"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
)

// stuckAfter is how long somebody is in one scene before the desk says so.
const stuckAfter = 5 * time.Minute

// members are who is here, where, since when, and what their programs fail.
func (d *Desk) members(now time.Time) markup.HTML {
	all := d.room.Members()
	here := 0
	for _, m := range all {
		if m.Here {
			here++
		}
	}
	var b markup.Builder
	b.F("<h2>{}, {}</h2>{}", text.Plural(here, "présent"), text.Plural(len(all)-here, "absent"), missed(all))
	if len(all) == 0 {
		b.F("<p>Personne n'a encore rejoint la classe.</p>")
		return b.HTML()
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
	b.F(`<table><thead><tr><th scope="col">Qui</th><th scope="col">Où</th><th scope="col">Depuis</th><th scope="col">Dernier verdict</th><th scope="col">Schéma</th></tr></thead><tbody>{}</tbody></table>`,
		markup.Each(all, func(m room.Member) markup.HTML { return d.member(m, now) }))
	return b.HTML()
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

func (d *Desk) member(m room.Member, now time.Time) markup.HTML {
	state := ""
	if !m.Here {
		state = "absent"
	}
	where, since := "–", "–"
	if m.Where.Scene != "" {
		where = classe.Place(m.Where)
	}
	if m.Where.Scene != "" && m.Here {
		since = forMinutes(now.Sub(m.Where.Since))
	}
	late := markup.If(stuck(m, now) > 0, markup.F(`<strong class="stuck"> plus de 5 minutes</strong>`))
	return markup.F(`<tr{}><th scope="row">{} <span class="kind">{}</span></th><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td></tr>`,
		markup.If(!m.Here, markup.F(` class="away"`)), text.Visible(m.Pseudonym), cmp.Or(state, m.Kind), text.French(where), since, late, verdict(m), d.consent(m, now))
}

func forMinutes(d time.Duration) string {
	if d < time.Minute {
		return "moins d'une minute"
	}
	return text.Plural(int(d.Minutes()), "minute")
}

// verdict is the last one, which opens on what failed.
func verdict(m room.Member) markup.HTML {
	v := m.Verdict
	if v == nil {
		return markup.F("–")
	}
	words := fmt.Sprintf("%s, %s : %s, %s", v.File, v.At.Local().Format("15:04"), text.Plural(len(v.Passed), "réussie"), text.Plural(len(v.Failed), "échouée"))
	if len(v.Unsure) > 0 {
		words += fmt.Sprintf(", %d non vérifiées", len(v.Unsure))
	}
	if len(v.Failed) == 0 {
		return markup.F("{}", text.French(words))
	}
	return markup.F(`<details id="verdict-{}"><summary>{}</summary><ul>{}</ul></details>`, m.ID, text.French(words), markup.Each(v.Failed, func(f room.Failure) markup.HTML {
		return markup.F("<li><code>{}</code>{}</li>", f.Check, markup.Say(" : %s", f.Why))
	}))
}

// missed are the checks that most fail, of those whose program was judged.
func missed(all []room.Member) markup.HTML {
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
		return markup.HTML{}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	return markup.F("<h3>Ce que plusieurs ratent</h3><ul>{}</ul>", markup.Each(names[:min(len(names), 6)], func(name string) markup.HTML {
		return markup.F("<li><code>{}</code>{}</li>", name, markup.Say(" : %d sur %d", counts[name], judged))
	}))
}
