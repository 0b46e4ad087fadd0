//go:build unix

package editor

import (
	"os"
	"os/signal"
	"syscall"
)

func init() { watchWidth = watchSize }

// watchSize draws the line again when the width of the terminal changes.
func watchSize(e *Editor) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-signals:
				e.resized()
			case <-e.quit:
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		<-done
	}
}
