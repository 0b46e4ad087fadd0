// Command labo is a workbook on TCP sockets and an instrument that shows what
// the operating system holds.
package main

import (
	"context"
	"os"

	"labo/probe/syscalls"
)

func main() {
	syscalls.Helper() // first: it may be a program to trace that starts
	e := hear()
	c := newConsole(os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	ctx, stop := e.until(context.Background(), c)
	code := run(ctx, os.Args[1:], c)
	if doubleClicked(os.Args[1:]) {
		stay(ctx, c)
	}
	stop()
	endBy(c.endedBy)
	os.Exit(code)
}
