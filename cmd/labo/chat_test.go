package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"labo/lessons/text"
	"labo/probe"
	"labo/probe/probetest/freeport"
)

// scriptListening waits until somebody listens on a port, without connecting:
// a server of the sheet takes one client only.
func scriptListening(ts *testscript.TestScript, neg bool, args []string) {
	awaitSocket(ts, neg, args, probe.Listen)
}

// scriptConnected waits until somebody is connected to a port.
func scriptConnected(ts *testscript.TestScript, neg bool, args []string) {
	awaitSocket(ts, neg, args, probe.Established)
}

func awaitSocket(ts *testscript.TestScript, neg bool, args []string, state probe.State) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: listening PORT, or connected PORT")
	}
	port, err := parsePort(args[0])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	filter := probe.Filter{Ports: []uint16{port}, States: probe.NewStateSet(state)}
	for {
		snap, err := probe.Sockets(ctx, filter)
		ts.Check(err)
		if len(snap.Sockets) > 0 {
			return
		}
	}
}

// TestInterruptedServerSaysSo stops a server by Ctrl+C while it waits.
func TestInterruptedServerSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	out, shown := io.Pipe()
	var stderr bytes.Buffer
	exit := make(chan int)
	port := fmt.Sprint(freeport.Get(t))
	go func() {
		defer shown.Close()
		exit <- run(ctx, []string{"serveur", "--port", port}, newConsole(strings.NewReader(""), shown, &stderr, nil))
	}()
	want := "[Serveur] En attente de connexion...\n"
	line := make([]byte, len(want))
	if _, err := io.ReadFull(out, line); err != nil || string(line) != want {
		t.Fatalf("labo wrote %q (%v)", line, err)
	}
	cancel(interrupted{syscall.SIGINT})
	if got := <-exit; got != 130 {
		t.Errorf("exit status %d, want 130", got)
	}
	said := strings.ReplaceAll(stderr.String(), text.NBSP, " ")
	if want := "[labo] Arrêt demandé. Aucun client n'était venu ; le serveur rend son port au système.\n"; said != want {
		t.Errorf("stderr %q, want %q", said, want)
	}
}
