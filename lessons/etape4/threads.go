package etape4

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// threadsAQui: question 2, whose threads they are.
func threadsAQui(ctx context.Context, b *bench.Bench) {
	b.Say("")
	answer := b.Write("question")
	python, ok := b.Python(ctx)
	if ok {
		b.Set("python", python.Command)
		countPython(ctx, b, python.Isolated())
	} else {
		b.Say("sans-python")
	}
	countGo(ctx, b)
	if ok {
		compute(ctx, b, python.Isolated())
	}
	answer.Compare("reponse")
	b.Explain("suite")
}

// countPython counts the OS threads of Python programs.
func countPython(ctx context.Context, b *bench.Bench, python []string) {
	const asked, tasks = 100, 10_000
	p := b.Predict("prediction").Apart()
	curve := evidence.Curve{Label: "threads du système"}
	chart := &evidence.Chart{X: "threading.Thread lancés", Y: "nombre"}
	var last demo.Counted // still running, to be looked at
	defer func() { last.Close() }()
	for _, n := range []int{1, 10, asked} {
		c, err := demo.CountThreads(ctx, python, demo.PyThreads, n)
		b.Must(err, "lancer des threads en Python")
		last.Close()
		last = c
		chart.Ticks = append(chart.Ticks, text.Number(n))
		curve.Points = append(curve.Points, counted(last))
	}
	chart.Curves = []evidence.Curve{curve}
	b.Show(evidence.Evidence{
		Title: "Les threads de Python", At: last.At, Source: act.ThreadSource(), Chart: chart, Checks: act.CpuCheck(last.PID),
	})
	async, err := demo.CountThreads(ctx, python, demo.PyAsyncio, tasks)
	b.Must(err, "lancer des tâches asyncio en Python")
	defer async.Close()
	b.Show(evidence.Evidence{
		Title: "Les tâches d'asyncio", At: async.At, Source: act.ThreadSource(),
		Values: []evidence.Value{
			{Label: "tâches lancées", Text: text.Number(tasks)},
			{Label: "threads du système", Text: act.Count(async.Threads, "thread")},
		},
		Checks: act.CpuCheck(async.PID),
	})
	b.Set("cent", act.Count(last.Threads, "thread"))
	b.Set("asyncio", act.Count(async.Threads, "thread"))
	measured := fmt.Sprintf("%s pour %d objets Thread", act.Count(last.Threads, "thread"), asked)
	switch n := last.Threads.Value; {
	case !last.Threads.Known:
		p.Leave("ce système ne dit pas combien de threads a un processus")
	case n >= asked:
		p.Settle("un-chacun", measured)
		b.Say("python")
		b.Pause()
		return
	case n == 1:
		p.Settle("un-seul", measured)
	case n == runtime.NumCPU(), n == runtime.NumCPU()+1: // and the main thread
		p.Settle("coeurs", measured)
	default:
		p.Settle("", measured)
	}
	b.Say("python-autrement")
	b.Pause()
}

func counted(c demo.Counted) probe.Maybe[float64] {
	return probe.Maybe[float64]{Value: float64(c.Threads.Value), Known: c.Threads.Known}
}

// countGo counts the OS threads of Go programs whose goroutines all wait.
func countGo(ctx context.Context, b *bench.Bench) {
	const most, mostInCall = 10_000, 300
	p := b.Predict("prediction-go").Apart()
	network := evidence.Curve{Label: "threads, dans recv()"}
	call := evidence.Curve{Label: "threads, appel brut"}
	chart := &evidence.Chart{X: "goroutines lancées", Y: "nombre"}
	var last, lastInCall demo.Counted // still running, to be looked at
	defer func() { last.Close(); lastInCall.Close() }()
	var notes []string
	for _, n := range []int{10, 100, mostInCall, 1000, most} {
		c, err := demo.CountThreads(ctx, b.Self, demo.GoNetwork, n)
		b.Stop(ctx.Err())
		if err != nil { // most often the limit on descriptors
			notes = append(notes, fmt.Sprintf("%d goroutines sur le réseau : impossible ici (%s)", n, fault.Cause(err)))
			continue
		}
		last.Close()
		last = c
		chart.Ticks = append(chart.Ticks, text.Number(n))
		network.Points = append(network.Points, counted(c))
		var inCall demo.Counted
		if n <= mostInCall {
			inCall, err = demo.CountThreads(ctx, b.Self, demo.GoRawCall, n)
			b.Must(err, "bloquer des goroutines dans un appel")
			lastInCall.Close()
			lastInCall = inCall
		}
		call.Points = append(call.Points, counted(inCall))
	}
	if last.N == 0 {
		b.Fail("aucun programme Go n'a pu être mesuré : " + strings.Join(notes, " ; "))
	}
	if len(call.Points) > 0 && !call.Points[len(call.Points)-1].Known {
		notes = append(notes, fmt.Sprintf("L'appel brut s'arrête à %s : au-delà, il faudrait autant de threads.", text.Plural(mostInCall, "goroutine")))
	}
	chart.Curves = []evidence.Curve{network, call}
	b.Show(evidence.Evidence{
		Title: "Les threads de Go", At: last.At, Source: act.ThreadSource(), Chart: chart, Notes: notes,
		Checks: append(act.CpuCheck(last.PID), act.CpuCheck(lastInCall.PID)...),
	})
	b.Set("reseau", fmt.Sprintf("%s pour %s", act.Count(last.Threads, "thread"), text.Plural(last.N, "goroutine")))
	b.Set("appel", fmt.Sprintf("%s pour %s", act.Count(lastInCall.Threads, "thread"), text.Plural(lastInCall.N, "goroutine")))
	measured := fmt.Sprintf("%s pour %s", act.Count(last.Threads, "thread"), text.Plural(last.N, "goroutine"))
	switch n := last.Threads.Value; {
	case !last.Threads.Known:
		p.Leave("ce système ne dit pas combien de threads a un processus")
	case n == 1:
		p.Settle("un", measured)
	case n <= last.N/10:
		p.Settle("quelques", measured)
	case n >= last.N:
		p.Settle("autant", measured)
	default:
		p.Settle("", measured)
	}
	if last.Threads.Known && last.Threads.Value <= last.N/10 && lastInCall.Threads.Value >= lastInCall.N {
		b.Say("go")
	} else {
		b.Say("go-autrement")
	}
	b.Pause()
}

// compute: what Python's lock changes, and what it does not.
func compute(ctx context.Context, b *bench.Bench, python []string) {
	p := b.Predict("prediction-gil").Apart()
	c := computedInPeace(ctx, b, python)
	var values []evidence.Value
	for i, name := range []string{"un thread", "deux threads"} {
		values = append(values, evidence.Value{
			Label: name,
			Text:  fmt.Sprintf("%s tours de boucle en %s, %s cœur occupé", text.Number(c.Turns[i]), text.Duration(c.Wall[i].Round(time.Millisecond)), decimal(c.Cores(i))),
		})
	}
	b.Show(evidence.Evidence{
		Title: "Deux threads qui calculent", Source: "horloges de Python (process_time)", Values: values,
		Notes: []string{"Un ordinateur occupé à autre chose donne moins d'un cœur, même à un seul thread."},
	})
	b.Set("un", text.Number(c.Turns[0]))
	b.Set("deux", text.Number(c.Turns[1]))
	b.Set("coeurs", decimal(c.Cores(1)))
	b.Set("verrou", map[bool]string{true: "avec GIL", false: "sans GIL"}[c.Lock])
	measured := fmt.Sprintf("%s tours à un thread, %s à deux ; %s cœur occupé", text.Number(c.Turns[0]), text.Number(c.Turns[1]), decimal(c.Cores(1)))
	switch answer := lockSays(c); {
	case c.Cores(0) < calm:
		p.Leave("un thread seul n'a eu que " + decimal(c.Cores(0)) + " cœur : l'ordinateur est trop occupé pour en juger")
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

// computedInPeace computes again while something else takes the processor, a
// few times, and returns the calmest of these.
func computedInPeace(ctx context.Context, b *bench.Bench, python []string) (best demo.Computed) {
	const tries = 3
	for range tries {
		c, err := demo.Compute(ctx, python)
		b.Must(err, "faire calculer Python")
		if best.Wall[0] == 0 || c.Cores(0) > best.Cores(0) {
			best = c
		}
		if best.Cores(0) >= calm {
			break
		}
	}
	return best
}

// calm is how much of a core one computing thread gets where the computer has
// nothing else to do, at least.
const calm = 0.8

// lockSays returns the option of prediction-gil that a computation makes right:
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
