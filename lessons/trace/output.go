package trace

import (
	"bufio"
	"io"
	"sync"
	"time"
)

// Output gathers what is written, and writes it a few times a second: a
// program that is traced waits for as few writes as can be.
type Output struct {
	mu   sync.Mutex
	w    *bufio.Writer
	stop chan struct{}
	done chan struct{}
	err  error
}

// flushEvery is how late a line may be.
const flushEvery = 50 * time.Millisecond

// NewOutput returns an output on w. Close must be called.
func NewOutput(w io.Writer) *Output {
	o := &Output{w: bufio.NewWriterSize(w, 64<<10), stop: make(chan struct{}), done: make(chan struct{})}
	go o.run()
	return o
}

func (o *Output) run() {
	defer close(o.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			o.flush()
		case <-o.stop:
			return
		}
	}
}

func (o *Output) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.w.Flush(); err != nil && o.err == nil {
		o.err = err
	}
}

// Write keeps p; what could not be written before is its error.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	return o.w.Write(p)
}

// Close writes what is left and returns the first error.
func (o *Output) Close() error {
	close(o.stop)
	<-o.done
	o.flush()
	return o.err
}
