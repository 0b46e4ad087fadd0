package probe

import (
	"context"
	"os"
	"runtime"
	"runtime/metrics"
	"time"
)

// RuntimeInfo is what the Go runtime says of this program, beside what the
// operating system says of the same process. The counts by state are
// approximate and need not add up to Goroutines (runtime/metrics).
type RuntimeInfo struct {
	TakenAt    time.Time
	Goroutines int // alive, in any state

	Running  Maybe[int] // on a thread, in Go code
	Runnable Maybe[int] // ready, waiting for a turn
	Waiting  Maybe[int] // blocked on a channel, a lock, a timer, or the network
	InCall   Maybe[int] // in a system call or C code: each keeps an OS thread

	RuntimeThreads Maybe[int] // OS threads, as the Go runtime counts its own
	OSThreads      Maybe[int] // OS threads of this process, as the system counts them
	MaxProcs       int        // GOMAXPROCS: threads that may run Go code at once
}

// The metrics of runtime/metrics that [Runtime] reads.
const (
	metricGoroutines = "/sched/goroutines:goroutines"
	metricRunning    = "/sched/goroutines/running:goroutines"
	metricRunnable   = "/sched/goroutines/runnable:goroutines"
	metricWaiting    = "/sched/goroutines/waiting:goroutines"
	metricNotInGo    = "/sched/goroutines/not-in-go:goroutines"
	metricThreads    = "/sched/threads/total:threads"
)

// Runtime returns the goroutines and threads of this program. OSThreads comes
// from num_threads in /proc/self/stat on Linux and from gopsutil elsewhere,
// the rest from runtime/metrics. What cannot be had is unknown.
func Runtime(ctx context.Context) RuntimeInfo {
	samples := []metrics.Sample{
		{Name: metricGoroutines}, {Name: metricRunning}, {Name: metricRunnable},
		{Name: metricWaiting}, {Name: metricNotInGo}, {Name: metricThreads},
	}
	metrics.Read(samples)
	count := func(i int) Maybe[int] {
		if samples[i].Value.Kind() != metrics.KindUint64 {
			return Maybe[int]{} // this Go has no such metric
		}
		return Known(int(samples[i].Value.Uint64()))
	}
	return RuntimeInfo{
		TakenAt:        time.Now(),
		Goroutines:     count(0).Or(runtime.NumGoroutine()),
		Running:        count(1),
		Runnable:       count(2),
		Waiting:        count(3),
		InCall:         count(4),
		RuntimeThreads: count(5),
		OSThreads:      osThreads(ctx, os.Getpid()),
		MaxProcs:       runtime.GOMAXPROCS(0),
	}
}
