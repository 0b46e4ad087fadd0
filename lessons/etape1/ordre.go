package etape1

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/evidence"
	"labo/lessons/holes"
	"labo/lessons/text"
)

// shuffled is the order in which the lines are given: the kernel's answer to any
// other is measured, and to this one too.
var shuffled = []int{3, 5, 0, 4, 2, 6, 1}

// ordonnerLesLignes: the reader puts the lines of a server in order, and the
// kernel answers to that order.
func ordonnerLesLignes(ctx context.Context, b *bench.Bench) {
	for i, at := range shuffled {
		b.Set(fmt.Sprintf("ligne%d", i+1), holes.Lines[at])
	}
	b.Say("")
	python, reason := act.PythonFor(ctx, b, "ce programme")
	if reason != "" {
		b.Set("raison", reason)
		b.Say("sans-python")
		b.Pause() // the scene is not done
		return
	}
	script := []string{"3 7 1", "3 7 5 1 4 2 6"} // accept() before listen(), then an order that works
	for {
		b.Say("lignes") // each time: in projection, a page shows what was said last
		typed, ok := b.Input("Votre ordre", &script)
		if !ok {
			break
		}
		lines, wrong := chosen(typed)
		if wrong != "" {
			b.Note(wrong)
			continue
		}
		o, err := holes.Order(ctx, python, lines, b.Port)
		b.Stop(ctx.Err())
		b.Must(err, "lancer cet ordre")
		show(b, o)
		if o.Works && !b.Alone() {
			break
		}
	}
	b.Explain("explication")
}

// chosen returns the lines that numbers name, or what is wrong with those.
func chosen(typed string) (lines []string, wrong string) {
	given := map[int]bool{}
	for _, word := range strings.FieldsFunc(typed, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '\t' }) {
		n, err := strconv.Atoi(word)
		switch {
		case err != nil || n < 1 || n > len(shuffled):
			return nil, fmt.Sprintf("« %s » n'est pas un numéro de ligne : ils vont de 1 à %d", text.Visible(text.Truncate(word, 20)), len(shuffled))
		case given[n]:
			return nil, fmt.Sprintf("la ligne %d est citée deux fois", n)
		}
		given[n] = true
		lines = append(lines, holes.Lines[shuffled[n-1]])
	}
	if len(lines) == 0 {
		return nil, "tapez au moins un numéro ; :fin passe à la suite"
	}
	return lines, ""
}

// show tells what the kernel answered.
func show(b *bench.Bench, o *holes.Ordered) {
	for _, s := range o.Steps {
		outcome := evidence.Worked
		if s.Failed {
			outcome = evidence.Failed
		}
		b.Event(evidence.Event{From: evidence.Server, To: evidence.Kernel, What: s.Code, Outcome: outcome, Detail: s.Answer, Source: o.Source})
	}
	e := evidence.Event{From: evidence.Server, What: "la fin", Outcome: evidence.Failed, Detail: o.End}
	if o.Works {
		e.Outcome, e.Detail = evidence.Worked, "cet ordre marche : le message est lu, tout est rendu au noyau, et le programme finit sans erreur (code 0)"
	}
	b.Event(e)
}
