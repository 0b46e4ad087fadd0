package etape3

import (
	"fmt"
	"runtime"
	"slices"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// asleep examines a process until all its threads have reached what they wait
// in, within a bound, with what each waits for: one that never sleeps is
// returned as it is. name says which process, in French.
func asleep(b *bench.Bench, pid int, name string) probe.ProcessInfo {
	const bound, step = 2 * time.Second, 2 * time.Millisecond
	running := func(t probe.Thread) bool { return t.State == "R" }
	info := b.Examine(pid, name)
	for end := time.Now().Add(bound); slices.ContainsFunc(info.Tasks, running) && time.Now().Before(end); {
		b.Sleep(step)
		info = b.Examine(pid, name)
	}
	var err error
	info.Waits, err = probe.Waits(b.Context(), pid, b.Sockets().Sockets)
	b.Must(err, "voir ce qu'attendent les threads de "+name)
	return info
}

// threadValues lists the threads of a process, with what each waits for and, as a
// check shows it, in which function of the kernel.
func threadValues(info probe.ProcessInfo) []evidence.Value {
	values := []evidence.Value{{Label: "en tout", Text: act.Count(info.Threads, "thread")}}
	for _, w := range info.Waits {
		words := measured.Waiting(&w)
		for _, t := range info.Tasks {
			if t.TID == w.TID && t.Wait.Known {
				words += " (" + text.Visible(t.Wait.Value) + ")"
			}
		}
		values = append(values, evidence.Value{Label: fmt.Sprintf("%s (%d)", text.Visible(w.Name), w.TID), Text: words})
	}
	return values
}

// waitSource is where the probe sees what threads wait for.
func waitSource() string {
	if runtime.GOOS == "linux" {
		return "/proc/PID/task"
	}
	return act.ThreadSource()
}
