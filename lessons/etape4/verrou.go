package etape4

import (
	"context"
	"fmt"
	"strings"
	"time"

	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
)

// verrou: what Python's lock changes, and what it does not; and question 2
// again.
func verrou(ctx context.Context, b *bench.Bench) {
	b.Say("")
	if python, ok := b.Python(ctx); ok {
		b.Set("python", python.Command)
		compute(ctx, b, python.Isolated())
		b.Pause()
	} else {
		b.Say("sans-python")
	}
	b.Compare("threads-a-qui", "question", "reponse")
	b.Explain("suite")
}

// compute has two threads of Python compute, and says what that shows of the
// lock.
func compute(ctx context.Context, b *bench.Bench, python []string) {
	p := b.Predict("prediction").Apart()
	c := computedInPeace(ctx, b, python)
	var values []evidence.Value
	for i, name := range []string{"un thread", "deux threads"} {
		values = append(values, evidence.Value{
			Label: name,
			Text:  fmt.Sprintf("%s tours en %s, %s cœur occupé", text.Number(c.Turns[i]), text.Duration(c.Wall[i].Round(time.Millisecond)), decimal(c.Cores(i))),
		})
	}
	b.Show(evidence.Evidence{Title: "Deux threads qui calculent", Source: "horloges de Python (process_time)", Values: values})
	b.Set("un", text.Number(c.Turns[0]))
	b.Set("deux", text.Number(c.Turns[1]))
	b.Set("coeurs", decimal(c.Cores(1)))
	b.Set("verrou", map[bool]string{true: "avec GIL", false: "sans GIL"}[c.Lock])
	measured := fmt.Sprintf("%s tours à un thread, %s à deux ; %s cœur occupé", text.Number(c.Turns[0]), text.Number(c.Turns[1]), decimal(c.Cores(1)))
	switch answer := lockSays(c); {
	case c.Cores(0) < calm:
		p.Leave("un thread seul n'a eu que " + decimal(c.Cores(0)) + " cœur, en " + text.Plural(computations, "essai") + " : l'ordinateur est trop occupé pour en juger")
		b.Say("gil-occupe")
	case answer == "":
		p.Leave("les tours et les cœurs ne disent pas la même chose (" + measured + ")")
		b.Say("gil-autrement")
	case answer == "autant" && c.Lock:
		p.Settle(answer, measured)
		b.Say("gil")
	case answer == "double" && !c.Lock:
		p.Settle(answer, measured)
		b.Say("sans-gil")
	default:
		p.Settle(answer, measured)
		b.Say("gil-autrement")
	}
}

// computations is how often the computation is done again, at most.
const computations = 5

// computedInPeace computes again while something else takes the processor, a
// few times, and returns the calmest of these: the first that tells something,
// else that with most of a core.
func computedInPeace(ctx context.Context, b *bench.Bench, python []string) (best demo.Computed) {
	for i := range computations {
		if i == 0 {
			b.Measuring("un thread, puis deux", 1, 1)
		} else {
			b.Measuring("l'ordinateur était occupé, nouvel essai", i+1, computations)
		}
		c, err := demo.Compute(ctx, python)
		b.Must(err, "faire calculer Python")
		if lockSays(c) != "" {
			return c
		}
		if best.Wall[0] == 0 || c.Cores(0) > best.Cores(0) {
			best = c
		}
	}
	return best
}

// calm is how much of a core one computing thread gets where the computer has
// nothing else to do, at least.
const calm = 0.8

// lockSays returns the option of the prediction that a computation makes right:
// both the turns and the cores say it. "" where they do not agree, or where the
// computer was too busy to tell.
func lockSays(c demo.Computed) string {
	const alone, more = 1.2, 1.4 // cores kept busy by two threads; their turns against those of one
	turns := float64(c.Turns[1]) / float64(max(c.Turns[0], 1))
	switch {
	case c.Cores(0) < calm:
		return ""
	case c.Cores(1) < alone && turns < more:
		return "autant"
	case c.Cores(1) >= alone && turns >= more:
		return "double"
	}
	return ""
}

// decimal writes a number as French does: "0,9".
func decimal(v float64) string { return strings.Replace(fmt.Sprintf("%.1f", v), ".", ",", 1) }
