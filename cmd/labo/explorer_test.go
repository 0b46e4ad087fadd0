package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// What was double-clicked waits for a reader: until Enter, the end of the input,
// or Ctrl+C, and not one moment less.
func TestDoubleClickedStays(t *testing.T) {
	if cobra.MousetrapHelpText != "" {
		t.Error("cobra would speak English")
	}
	for name, end := range map[string]func(typed *io.PipeWriter, interrupt func()){
		"Enter":  func(typed *io.PipeWriter, _ func()) { _, _ = typed.Write([]byte("\n")) },
		"closed": func(typed *io.PipeWriter, _ func()) { typed.Close() },
		"Ctrl+C": func(_ *io.PipeWriter, interrupt func()) { interrupt() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			in, typed := io.Pipe()
			defer typed.Close()
			var shown bytes.Buffer
			over := make(chan struct{})
			go func() { defer close(over); stay(ctx, newConsole(in, io.Discard, &shown, nil)) }()
			select {
			case <-over:
				t.Fatal("it did not wait")
			case <-time.After(50 * time.Millisecond):
			}
			end(typed, interrupt)
			select {
			case <-over:
			case <-time.After(30 * time.Second):
				t.Fatal("it goes on")
			}
			if !strings.Contains(shown.String(), "Entrée ferme cette fenêtre") {
				t.Errorf("%q", shown.String())
			}
		})
	}
}
