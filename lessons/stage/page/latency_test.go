package page_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"labo/lessons/dialogue"
	"labo/lessons/scene"
	"labo/probe/probetest/freeport"
)

// A connection that the kernel has made is a token on a page that is open. How
// long that takes is told, not asserted.
func TestFromTheKernelToThePage(t *testing.T) {
	port := freeport.Get(t)
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	l := playing(t, port, func(ctx context.Context, on dialogue.Stage) error {
		on.Begin(scene.Head{Step: 1, Total: 1, ID: "x", Title: "x"})
		return on.Pause(ctx)
	})
	p := open(t, l.server.Address(), 1280, 800)
	p.until("document.querySelectorAll('.machines .token').length === 1")
	// seen: when each number of tokens was first painted, on the clock of this machine.
	p.do(chromedp.Evaluate[chromedp.Void](`globalThis.seen = {}; (function look() { const n = document.querySelectorAll('.machines .token:not(.gone)').length + [...document.querySelectorAll('.machines text')].reduce((sum, t) => sum + (Number(t.textContent.match(/^\+ (\d+)/)?.[1]) || 0), 0); seen[n] ??= Date.now(); requestAnimationFrame(look); })(); 0`))
	var took []time.Duration
	for i := range 40 {
		time.Sleep(time.Duration(100+37*i%211) * time.Millisecond) // at any moment of a period
		c, err := net.Dial("tcp4", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		at := time.Now()
		server, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		n := 1 + 2*(i+1)
		p.until(fmt.Sprintf("seen[%d]", n))
		took = append(took, time.UnixMilli(js[int64](p, fmt.Sprintf("seen[%d]", n))).Sub(at))
	}
	slices.Sort(took)
	t.Logf("from connect() to the page: median %v, 95th percentile %v, most %v", took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
}
