package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"labo/lessons/check"
	"labo/lessons/text"
)

// waitForPort waits for a port that the kernel will forget, and says so: on a
// terminal, also how long it still takes.
func waitForPort(ctx context.Context, c *console, port uint16, left time.Duration) error {
	columns := 0
	if c.errTerminal() {
		columns, _ = terminalSize(c.errFile)
	}
	writeHanging(c, "labo"+text.NBSP+": ", fmt.Sprintf("une connexion finie retient encore le port %d (TIME-WAIT) : "+
		"labo l'attend, environ %s (Ctrl+C pour arrêter)", port, text.Duration(left.Round(time.Second))), columns)
	if columns > 0 {
		defer countDown(c.err, left)()
	}
	return check.WaitFree(ctx, port, left)
}

// countDown writes on one line of a terminal how long something still takes,
// until it is stopped.
func countDown(w io.Writer, left time.Duration) (stop func()) {
	const room = 24 // of the longest words
	stopped, ended := make(chan struct{}), make(chan struct{})
	end := time.Now().Add(left)
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			words := "d'un instant à l'autre"
			if left := time.Until(end); left > 0 {
				words = "encore " + text.Duration(left.Round(time.Second))
			}
			fmt.Fprint(w, "\r  "+text.PadRight(words, room))
			select {
			case <-tick.C:
			case <-stopped:
				fmt.Fprint(w, "\r  "+text.PadRight("", room)+"\r")
				return
			}
		}
	}()
	return func() { close(stopped); <-ended }
}
