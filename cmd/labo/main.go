// Command labo is a workbook on TCP sockets and an instrument that shows what
// the operating system holds.
package main

import (
	"context"
	"os"
)

func main() {
	ctx, stop := untilInterrupted(context.Background())
	code := run(ctx, os.Args[1:], newConsole(os.Stdin, os.Stdout, os.Stderr, os.Getenv))
	stop()
	os.Exit(code)
}
