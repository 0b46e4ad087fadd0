package runner

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// What is kept of a stream, in bytes: its beginning and its end. What lies
// between is read, counted and dropped, so that a program that prints without
// end neither blocks nor fills memory.
const (
	keptHead = 56 << 10
	keptTail = 8 << 10
	// Kept is the most that is held of one stream, 64 KiB.
	Kept = keptHead + keptTail
)

// Capture holds what a program wrote on one stream. It is safe for use by
// several goroutines.
type Capture struct {
	mu    sync.Mutex
	head  []byte // the first keptHead bytes
	tail  []byte // a ring of the last keptTail bytes after head
	at    int    // where the next byte of the ring goes, once it is full
	total int64
	wake  func()
	over  atomic.Bool // nothing is read from it any more
}

// Write takes all of p, and never fails.
func (c *Capture) Write(p []byte) (int, error) {
	n := len(p)
	c.mu.Lock()
	c.total += int64(n)
	if room := keptHead - len(c.head); room > 0 {
		take := min(room, len(p))
		c.head = append(c.head, p[:take]...)
		p = p[take:]
	}
	c.keepEnd(p)
	c.mu.Unlock()
	if c.wake != nil && n > 0 {
		c.wake()
	}
	return n, nil
}

// keepEnd puts p into the ring.
func (c *Capture) keepEnd(p []byte) {
	if len(p) > keptTail {
		p = p[len(p)-keptTail:]
	}
	if room := keptTail - len(c.tail); room > 0 {
		take := min(room, len(p))
		c.tail = append(c.tail, p[:take]...)
		p = p[take:]
	}
	for len(p) > 0 {
		n := copy(c.tail[c.at:], p)
		c.at = (c.at + n) % keptTail
		p = p[n:]
	}
}

// Total returns how many bytes were written, kept or not.
func (c *Capture) Total() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// Since returns what was written from byte mark on. Where bytes were dropped,
// a line says how many.
func (c *Capture) Since(mark int64) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var s []byte
	if mark < int64(len(c.head)) {
		s = append(s, c.head[max(mark, 0):]...)
	}
	end := append(append([]byte{}, c.tail[min(c.at, len(c.tail)):]...), c.tail[:min(c.at, len(c.tail))]...)
	start := c.total - int64(len(end)) // the number of the first byte of end
	switch {
	case mark >= c.total:
		return ""
	case mark > start:
		return string(end[mark-start:])
	}
	if lost := start - max(mark, int64(len(c.head))); lost > 0 {
		s = fmt.Appendf(s, "\n[… %d octets non gardés par labo …]\n", lost)
	}
	return string(append(s, end...))
}

// String returns all that was kept.
func (c *Capture) String() string { return c.Since(0) }

// drain reads r to its end into c, and into shown after. The error of a terminal whose program has
// ended (EIO) is an end like another.
func (c *Capture) drain(r io.Reader, shown *Capture) {
	defer c.over.Store(true)
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		c.Write(buf[:n])
		shown.Write(buf[:n])
		if err != nil {
			return
		}
	}
}
