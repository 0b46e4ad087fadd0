package lessons

import (
	"labo/lessons/evidence"
	"labo/probe"
)

// threadChart draws the goroutines of labo beside its OS threads, each time
// they were counted. x tells by what the measurements differ, "" where ticks,
// one for each, say it themselves.
func threadChart(x string, ticks []string, counted ...probe.RuntimeInfo) *evidence.Chart {
	goroutines := evidence.Curve{Label: "goroutines", Source: "runtime/metrics"}
	threads := evidence.Curve{Label: "threads du système", Source: threadSource()}
	for _, r := range counted {
		goroutines.Points = append(goroutines.Points, probe.Known(float64(r.Goroutines)))
		threads.Points = append(threads.Points, probe.Maybe[float64]{Value: float64(r.OSThreads.Value), Known: r.OSThreads.Known})
	}
	return &evidence.Chart{X: x, Y: "nombre", Ticks: ticks, Curves: []evidence.Curve{goroutines, threads}}
}
