package main

import (
	"context"
	"io"

	"labo/lessons/chat"
	"labo/lessons/stage/editor"
)

// desk is where a two-way program is typed to and shown: on a terminal that
// can be drawn on, with a line editor; else on the streams as they are.
type desk struct {
	in     io.Reader
	out    io.Writer
	remark func(chat.Notice)
	close  func()
}

// openDesk prepares the console of a two-way program. The terminal is given
// back as it was by close, and as soon as ctx ends.
func openDesk(ctx context.Context, c *console) desk {
	plain := desk{in: c.in, out: c.out, remark: func(n chat.Notice) { remark(c, n) }, close: func() {}}
	if !c.canDraw() {
		return plain
	}
	var e *editor.Editor
	opened := make(chan struct{})
	used := c.terminal.Use(func() {
		if <-opened; e == nil {
			c.terminal.Stop()
			return
		}
		e.Suspend(c.terminal.Stop)
	})
	c.terminal.Front()
	e, err := editor.Open(c.inFile, c.out, c.width)
	close(opened)
	if err != nil { // a terminal that is not ours to change
		used()
		return plain
	}
	stop := context.AfterFunc(ctx, func() { e.Close() })
	return desk{
		in: e, out: e,
		remark: func(n chat.Notice) { e.Above(func() { remark(c, n) }) },
		close:  func() { stop(); e.Close(); used() },
	}
}
