package export

import (
	"slices"
	"strconv"
	"strings"

	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/text"
)

// plain is [prose.Text] that keeps code between backquotes.
func plain(spans []prose.Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Style == prose.CodeSpan {
			b.WriteString("`" + s.Text + "`")
			continue
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

// visibleLines makes a text visible and keeps its line feeds.
func visibleLines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = text.Visible(l)
	}
	return strings.Join(lines, "\n")
}

// tally counts what the summary tells, over the scenes that the program has.
type tally struct {
	done, total    int
	answered, good int // first answers to questions that the measurement settled
	sure           int // of those that were not good, without hesitation
	passed         int // questions that were never answered
	unsettled      int // answered, but the measurement fits no option
	written        int
	seen           int // scenes that only went by with nobody at the keyboard
}

func count(r *Report) tally {
	var t tally
	for _, s := range r.Steps {
		t.done, t.total = t.done+s.Done, t.total+s.Total
		for _, sc := range s.Scenes {
			if sc.Seen {
				t.seen++
			}
			for _, p := range sc.Predictions {
				switch {
				case p.Unasked || p.Chosen < 0:
				case p.Right < 0:
					t.unsettled++
				default:
					t.answered++
					if p.Good {
						t.good++
					} else if p.Certain {
						t.sure++
					}
				}
			}
			for _, w := range sc.Writings {
				if len(w.Versions) > 0 {
					t.written++
				}
			}
			t.passed += sc.passed
		}
	}
	return t
}

// summary is what a reader is told first: what was done, how the predictions
// fared, what to play next. Each sentence is exact.
func summary(r *Report, n *notebook.Notebook, contents notebook.Contents) []string {
	t := count(r)
	var out []string
	switch {
	case t.total > 0 && t.done == t.total && t.passed > 0:
		out = append(out, "Vous avez joué jusqu'au bout les "+strconv.Itoa(t.total)+" scènes.")
	case t.total > 0 && t.done == t.total:
		out = append(out, "Vous avez joué jusqu'au bout les "+strconv.Itoa(t.total)+" scènes : le parcours est complet, bravo !")
	case t.done == 0 && !slices.ContainsFunc(r.Steps, func(s Step) bool {
		return slices.ContainsFunc(s.Scenes, func(sc Scene) bool { return sc.Begun && !sc.Seen })
	}):
		out = append(out, "Aucune scène n'est encore jouée.")
	case t.done == 0:
		out = append(out, "Vous avez commencé. Aucune scène n'est encore jouée jusqu'au bout.")
	default:
		out = append(out, "Vous avez joué jusqu'au bout "+text.Plural(t.done, "scène")+" sur "+strconv.Itoa(t.total)+"."+completeWords(r))
	}
	if t.seen > 0 {
		out = append(out, seenWords(t.seen))
	}
	out = append(out, predictionWords(t)...)
	if t.written > 0 {
		out = append(out, "Vous avez rédigé "+text.Plural(t.written, "réponse")+".")
	}
	if len(r.Programs) > 0 {
		out = append(out, programWords(r.Programs))
	}
	if words := notebook.ReviewAhead(n.Reviews(contents, r.Made.Location()), r.Made); words != "" {
		out = append(out, words+".")
	}
	if p, ok := n.Next(contents); ok {
		out = append(out, "La suite : « "+text.Visible(p.Next.Title)+" », avec `labo etape "+strconv.Itoa(p.Step.Number)+"`.")
	}
	return out
}

// seenWords tells of the scenes that the reader has not played.
func seenWords(n int) string {
	if n == 1 {
		return "Une scène a été déroulée sans personne au clavier (`--auto`, ou un tube) : elle reste à jouer."
	}
	return strconv.Itoa(n) + " scènes ont été déroulées sans personne au clavier (`--auto`, ou un tube) : elles restent à jouer."
}

// completeWords names the steps whose every scene is done, with no question
// passed; "" for none.
func completeWords(r *Report) string {
	var complete []string
	for _, s := range r.Steps {
		if s.Total > 0 && s.Done == s.Total && s.passed() == 0 {
			complete = append(complete, strconv.Itoa(s.Number))
		}
	}
	switch n := len(complete); n {
	case 0:
		return ""
	case 1:
		return " L'étape " + complete[0] + " est complète, bravo !"
	default:
		return " Les étapes " + strings.Join(complete[:n-1], ", ") + " et " + complete[n-1] + " sont complètes, bravo !"
	}
}

func predictionWords(t tally) []string {
	var out []string
	wrong := t.answered - t.good
	switch {
	case t.answered == 0:
	case t.answered == 1 && wrong == 0:
		out = append(out, "Vous avez fait une prédiction, et la mesure la confirme.")
	case t.answered == 1:
		out = append(out, "Vous avez fait une prédiction, et le système a répondu autrement : relisez pourquoi, c'est là que l'on apprend.")
	case wrong == 0:
		out = append(out, "La mesure confirme vos "+strconv.Itoa(t.answered)+" prédictions, toutes dès le premier essai : très bien vu.")
	case t.good == 0:
		out = append(out, "Vous avez fait "+text.Plural(t.answered, "prédiction")+", et le système a chaque fois répondu autrement : relisez pourquoi, c'est là que l'on apprend.")
	default:
		out = append(out, "Sur "+text.Plural(t.answered, "prédiction")+", la mesure en confirme "+strconv.Itoa(t.good)+" dès le premier essai. "+
			rereading(wrong, t.sure))
	}
	switch {
	case t.passed == 1:
		out = append(out, "Vous avez passé une question.")
	case t.passed > 1:
		out = append(out, "Vous avez passé "+text.Plural(t.passed, "question")+".")
	}
	return out
}

func rereading(wrong, sure int) string {
	said := "Les " + strconv.Itoa(wrong) + " autres sont les plus utiles à relire"
	if wrong == 1 {
		said = "L'autre est la plus utile à relire"
	}
	switch {
	case sure == 0:
		return said + "."
	case sure == wrong:
		return said + " : vous n'hésitiez pas."
	}
	return said + ", et d'abord " + strconv.Itoa(sure) + " où vous n'hésitiez pas."
}
