package probe

import (
	"net"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"testing"
)

func TestRuntimeMetricsExist(t *testing.T) {
	for _, name := range []string{metricGoroutines, metricRunning, metricRunnable, metricWaiting, metricNotInGo, metricThreads} {
		if !slices.ContainsFunc(metrics.All(), func(d metrics.Description) bool {
			return d.Name == name && d.Kind == metrics.KindUint64
		}) {
			t.Errorf("this Go has no metric %s that counts", name)
		}
	}
}

func TestRuntimeOfThisProgram(t *testing.T) {
	r := Runtime(t.Context())
	if r.Goroutines < 1 || r.MaxProcs != runtime.GOMAXPROCS(0) {
		t.Errorf("%d goroutines, GOMAXPROCS %d", r.Goroutines, r.MaxProcs)
	}
	if r.Running.Value < 1 || !r.Runnable.Known || !r.Waiting.Known || !r.InCall.Known || r.RuntimeThreads.Value < 1 {
		t.Errorf("by state: %+v", r)
	}
	if os := mustProcess(t, os.Getpid()).Threads; r.OSThreads.Known != os.Known || r.OSThreads.Value < 1 {
		t.Errorf("OS threads %+v, the process has %+v", r.OSThreads, os)
	}
}

// Goroutines that wait take no OS thread, on a channel as on the network.
func TestGoroutinesThatWaitAreNoThreads(t *testing.T) {
	const n = 200
	t.Run("channel", func(t *testing.T) {
		never := make(chan struct{})
		waitersAreNoThreads(t, n, func(int) { <-never }, func() { close(never) })
	})
	t.Run("network", func(t *testing.T) {
		server, clients := netPairs(t, n)
		waitersAreNoThreads(t, n,
			func(i int) { server[i].Read(make([]byte, 1)) },
			func() {
				for _, c := range clients {
					c.Close()
				}
			})
	})
}

// waitersAreNoThreads starts n goroutines that wait, sees n more waiting and
// nearly as many OS threads as before, lets them go and sees them leave.
func waitersAreNoThreads(t *testing.T, n int, wait func(i int), release func()) {
	t.Helper()
	const slack = 20 // goroutines of earlier tests may end meanwhile
	before := Runtime(t.Context())
	ended := make(chan struct{}, n)
	for i := range n {
		go func() {
			wait(i)
			ended <- struct{}{}
		}()
	}
	var during RuntimeInfo
	eventually(t, "all goroutines wait", func() bool {
		during = Runtime(t.Context())
		return during.Waiting.Value >= before.Waiting.Value+n-slack && during.Goroutines >= before.Goroutines+n-slack
	})
	// The runtime may start a few threads of its own meanwhile.
	for what, pair := range map[string][2]Maybe[int]{
		"the system": {before.OSThreads, during.OSThreads}, "the runtime": {before.RuntimeThreads, during.RuntimeThreads},
	} {
		if grown := pair[1].Value - pair[0].Value; !pair[1].Known || grown > n/10 {
			t.Errorf("%s counts %d more threads for %d goroutines that wait", what, grown, n)
		}
	}
	release()
	for range n {
		<-ended
	}
	eventually(t, "they are gone", func() bool {
		after := Runtime(t.Context())
		return after.Goroutines <= during.Goroutines-n+slack && after.Waiting.Value <= during.Waiting.Value-n+slack
	})
}

// netPairs returns the server ends and client ends of n connections.
func netPairs(t *testing.T, n int) (server, client []net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range n {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		s, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close(); s.Close() })
		server, client = append(server, s), append(client, c)
	}
	return server, client
}
