package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// failingWriter fails as a full disk or a closed pipe does.
type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestUnwrittenResultIsAFailure(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want string
	}{
		{syscall.ENOSPC, "labo : impossible d'écrire le résultat (plus de place sur le disque)"},
		{io.ErrClosedPipe, "labo : impossible d'écrire le résultat (plus personne à l'autre bout)"},
		{syscall.EPIPE, ""}, // the reader left: nothing to say
	} {
		var stderr bytes.Buffer
		c := newConsole(strings.NewReader(""), failingWriter{tc.err}, &stderr, nil)
		if exit := run(t.Context(), []string{"--version"}, c); exit != 1 {
			t.Errorf("%v: exit status %d, want 1", tc.err, exit)
		}
		first, _, _ := strings.Cut(strings.ReplaceAll(stderr.String(), text.NBSP, " "), "\n")
		if first != tc.want {
			t.Errorf("%v: stderr %q, want %q", tc.err, first, tc.want)
		}
	}
}

func TestInterruptedContextGivesItsStatus(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(interrupted{syscall.SIGINT})
	var out, err bytes.Buffer
	if exit := run(ctx, []string{"--version"}, newConsole(nil, &out, &err, nil)); exit != 130 {
		t.Errorf("exit status %d, want 130", exit)
	}
	if exit := run(ctx, []string{"etpae"}, newConsole(nil, &out, &err, nil)); exit != 2 {
		t.Errorf("a mistake is told even when interrupted: exit status %d, want 2", exit)
	}
}

func TestTellWrapsUnderItselfOnATerminal(t *testing.T) {
	var b bytes.Buffer
	c := newConsole(nil, nil, &b, nil)
	writeHanging(c, "  → ", "Fermez l'autre programme, ou essayez un autre port avec `labo serveur --port 12346`.", 40)
	want := "  → Fermez l'autre programme, ou essayez\n    un autre port avec\n    « labo serveur --port 12346 ».\n"
	if got := strings.ReplaceAll(b.String(), text.NBSP, " "); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(b.String(), "labo serveur --port 12346") {
		t.Error("the command to copy holds no-break spaces")
	}
}

func TestToldFaultIsSilent(t *testing.T) {
	var b bytes.Buffer
	tell(newConsole(nil, nil, &b, nil), fault.Told(1))
	if b.Len() > 0 {
		t.Errorf("tell wrote %q", b.String())
	}
}

func TestUnexpectedErrorIsMadeVisible(t *testing.T) {
	f := unexpected(errors.New("boom \x1b[2J"))
	if strings.ContainsRune(f.What, 0x1b) || f.Exit != 1 || f.Hint == "" {
		t.Errorf("unexpected = %+v", f)
	}
}

// withCommand adds a command to labo for one test, which must not be parallel.
func withCommand(t *testing.T, use string, do func(ctx context.Context, c *console) error) {
	t.Helper()
	before := commands
	t.Cleanup(func() { commands = before })
	commands = append(slices.Clone(before), func(c *console) *cobra.Command {
		return &cobra.Command{Use: use, RunE: func(cmd *cobra.Command, _ []string) error { return do(cmd.Context(), c) }}
	})
}

// Where no SIGPIPE ends a process whose reader has left (Windows), the first
// write that fails does.
func TestFailedWriteEndsTheCommand(t *testing.T) {
	withCommand(t, "bavard", func(ctx context.Context, c *console) error {
		fmt.Fprintln(c.out, "un")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(30 * time.Second):
			return errors.New("the context did not end")
		}
	})
	var stderr bytes.Buffer
	c := newConsole(nil, failingWriter{syscall.EPIPE}, &stderr, nil)
	if exit := run(t.Context(), []string{"bavard"}, c); exit != 1 || stderr.Len() > 0 {
		t.Errorf("exit status %d, stderr %q; want 1 and nothing", exit, stderr.String())
	}
}

func TestExitStatusIsTheFaults(t *testing.T) {
	for _, tc := range []struct {
		err    error
		exit   int
		stderr string
	}{
		{nil, 0, ""},
		{fault.Failed("le port 12345 est pris", "Essayez `labo serveur --port 12346`.", io.EOF), 1,
			"labo : le port 12345 est pris\n  → Essayez « labo serveur --port 12346 ».\n"},
		{fmt.Errorf("listening: %w", fault.Usage("« x » n'est pas un port", "")), 2, "labo : « x » n'est pas un port\n"},
		{fault.Told(1), 1, ""},
		{errors.New("boom"), 1, "labo : erreur inattendue : labo ne sait pas pourquoi\n" +
			"  → Recommencez. Si cela se reproduit, signalez-le avec ce qu'affiche « labo diagnostic » et ces mots : « boom ».\n"},
	} {
		t.Run(fmt.Sprint(tc.err), func(t *testing.T) {
			withCommand(t, "essai", func(context.Context, *console) error { return tc.err })
			stdout, stderr, exit := play(t, "essai")
			if exit != tc.exit || stderr != tc.stderr || stdout != "" {
				t.Errorf("exit status %d, stdout %q, stderr %q; want %d, nothing, %q", exit, stdout, stderr, tc.exit, tc.stderr)
			}
		})
	}
}
