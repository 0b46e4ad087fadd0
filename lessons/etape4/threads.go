package etape4

import (
	"context"
	"fmt"
	"runtime"

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
	b.Write("question")
	python, ok := b.Python(ctx)
	if !ok {
		b.Explain("sans-python")
		return
	}
	b.Set("python", python.Command)
	countPython(ctx, b, python.Isolated())
}

// countPython counts the OS threads of Python programs.
func countPython(ctx context.Context, b *bench.Bench, python []string) {
	const tasks = 10_000
	asked := bench.Anew(b, 100, 40, 60)
	b.Set("nombre", asked)
	p := b.Predict("prediction").Apart()
	var values []evidence.Value
	count := func(kind demo.Tasks, n int, name string) demo.Counted {
		b.Measuring(text.Number(n)+" "+name, len(values)+1, 4)
		c, err := demo.CountThreads(ctx, python, kind, n)
		b.Must(err, "lancer "+text.Number(n)+" "+name)
		values = append(values, evidence.Value{Label: text.Number(n) + " " + name, Text: act.Count(c.Threads, "thread") + " du système"})
		return c
	}
	for _, n := range []int{1, 10} {
		c := count(demo.PyThreads, n, "threading.Thread")
		c.Close()
	}
	last := count(demo.PyThreads, asked, "threading.Thread")
	defer last.Close() // until it has been looked at
	async := count(demo.PyAsyncio, tasks, "tâches asyncio")
	async.Close()
	b.Show(evidence.Evidence{
		Title: "Des programmes Python qui attendent", At: last.At, Source: act.ThreadSource(), Values: values, Checks: act.CpuCheck(last.PID),
	})
	b.Set("cent", act.Count(last.Threads, "thread"))
	b.Set("asyncio", act.Count(async.Threads, "thread"))
	measured := fmt.Sprintf("%s pour %d objets Thread", act.Count(last.Threads, "thread"), asked)
	switch n := last.Threads.Value; {
	case !last.Threads.Known:
		p.Leave("ce système ne dit pas combien de threads a un processus")
	case n >= asked:
		p.Settle("un-chacun", measured)
		if async.Threads.Value == 1 {
			b.Explain("python")
			return
		}
	case n == 1:
		p.Settle("un-seul", measured)
	case n == runtime.NumCPU(), n == runtime.NumCPU()+1: // and the main thread
		p.Settle("coeurs", measured)
	default:
		p.Settle("", measured)
	}
	b.Explain("python-autrement")
}

// goroutines: thousands of tasks of the application, on a few OS threads.
func goroutines(ctx context.Context, b *bench.Bench) {
	const most, many = 10_000, 1000
	now := probe.Runtime(ctx)
	b.Set("goroutines", text.Plural(now.Goroutines, "goroutine"))
	b.Set("threads", act.Count(now.OSThreads, "thread"))
	b.Say("")
	p := b.Predict("prediction").Apart()
	last, values := countGo(ctx, b, demo.GoNetwork, 10, many, most)
	defer last.Close() // until it has been looked at
	b.Show(evidence.Evidence{
		Title: "Des programmes Go qui attendent le réseau", At: last.At, Source: act.ThreadSource(), Values: values, Checks: act.CpuCheck(last.PID),
	})
	measured := fmt.Sprintf("%s pour %s", act.Count(last.Threads, "thread"), text.Plural(last.N, "goroutine"))
	b.Set("reseau", measured)
	switch n := last.Threads.Value; {
	case !last.Threads.Known:
		p.Leave("ce système ne dit pas combien de threads a un processus")
	case last.N < many:
		p.Leave(text.Plural(last.N, "goroutine") + " seulement ont pu être lancées ici")
	case n == 1:
		p.Settle("un", measured)
	case n <= last.N/10:
		p.Settle("quelques", measured)
		b.Explain("explication")
		return
	case n >= last.N:
		p.Settle("autant", measured)
	default:
		p.Settle("", measured)
	}
	b.Explain("autrement")
}

// countGo counts the OS threads of Go programs with so many goroutines, which all
// wait. It returns the last, still running, and a value for each.
func countGo(ctx context.Context, b *bench.Bench, kind demo.Tasks, counts ...int) (last demo.Counted, values []evidence.Value) {
	for i, n := range counts {
		b.Measuring(text.Plural(n, "goroutine"), i+1, len(counts))
		c, err := demo.CountThreads(ctx, b.Self, kind, n)
		b.Stop(ctx.Err())
		v := evidence.Value{Label: text.Plural(n, "goroutine")}
		if err != nil { // most often the limit on descriptors
			v.Text = "impossible ici : " + fault.Cause(err)
		} else {
			last.Close()
			last = c
			v.Text = act.Count(c.Threads, "thread") + " du système"
		}
		values = append(values, v)
	}
	if last.N == 0 {
		b.Fail("aucun programme Go n'a pu être mesuré : " + values[len(values)-1].Text)
	}
	return last, values
}

// appelBrut: where each goroutine is stopped within a call, each needs a thread.
func appelBrut(ctx context.Context, b *bench.Bench) {
	most := bench.Anew(b, 300, 150, 220)
	b.Set("nombre", most)
	b.Say("")
	p := b.Predict("prediction").Apart()
	network, _ := countGo(ctx, b, demo.GoNetwork, most)
	defer network.Close()
	last, values := countGo(ctx, b, demo.GoRawCall, 10, 100, most)
	defer last.Close() // until it has been looked at
	b.Show(evidence.Evidence{
		Title: "Des goroutines arrêtées dans un appel", At: last.At, Source: act.ThreadSource(), Values: values,
		Notes:  []string{fmt.Sprintf("Pas plus de %d : il faudrait autant de threads.", most)},
		Checks: act.CpuCheck(last.PID),
	})
	measured := fmt.Sprintf("%s pour %s", act.Count(last.Threads, "thread"), text.Plural(last.N, "goroutine"))
	b.Set("appel", measured)
	b.Set("reseau", fmt.Sprintf("%s pour %s", act.Count(network.Threads, "thread"), text.Plural(network.N, "goroutine")))
	switch n := last.Threads.Value; {
	case !last.Threads.Known || !network.Threads.Known:
		p.Leave("ce système ne dit pas combien de threads a un processus")
	case n >= last.N && network.Threads.Value <= network.N/10:
		p.Settle("autant", measured)
		b.Explain("explication")
		return
	case n >= last.N:
		p.Settle("autant", measured)
	case n <= last.N/10:
		p.Settle("quelques", measured)
	default:
		p.Settle("", measured)
	}
	b.Explain("autrement")
}
