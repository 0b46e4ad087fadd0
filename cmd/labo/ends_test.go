//go:build !windows

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// waitMain is labo with one command more, which waits to be interrupted. It
// runs in a process of its own, so it may add to the list.
func waitMain() {
	commands = append(commands, func(c *console) *cobra.Command {
		var deaf bool
		cmd := &cobra.Command{
			Use: "attend",
			RunE: func(cmd *cobra.Command, _ []string) error {
				fmt.Fprintln(c.out, "prêt")
				if deaf {
					<-cmd.Context().Done()
					fmt.Fprintln(c.out, "sourd")
					select {}
				}
				<-cmd.Context().Done()
				return cmd.Context().Err()
			},
		}
		cmd.Flags().BoolVar(&deaf, "sourd", false, "n'entend pas qu'on l'arrête")
		return cmd
	})
	main()
}

// waiting is a labo that has said it is ready.
type waiting struct {
	cmd    *exec.Cmd
	lines  *bufio.Scanner
	stderr *bytes.Buffer
}

func startWaiting(t *testing.T, args ...string) *waiting {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // a labo that hangs is killed
	t.Cleanup(cancel)
	w := &waiting{cmd: exec.CommandContext(ctx, self), stderr: new(bytes.Buffer)}
	w.cmd.Args = append([]string{"labo-attend", "attend"}, args...)
	w.cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	w.cmd.Stderr = w.stderr
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.lines = bufio.NewScanner(out)
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.reads(t, "prêt")
	return w
}

func (w *waiting) reads(t *testing.T, want string) {
	t.Helper()
	if !w.lines.Scan() || w.lines.Text() != want {
		t.Fatalf("labo wrote %q, want %q (stderr: %s)", w.lines.Text(), want, w.stderr)
	}
}

func (w *waiting) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := w.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

func TestInterruptedCommandEndsQuietly(t *testing.T) {
	for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGQUIT: 131} {
		t.Run(sig.String(), func(t *testing.T) {
			w := startWaiting(t)
			w.signal(t, sig)
			err := w.cmd.Wait()
			exit, ok := errors.AsType[*exec.ExitError](err)
			if !ok || exit.ExitCode() != want {
				t.Errorf("labo ended with %v, want exit status %d", err, want)
			}
			if w.stderr.Len() > 0 {
				t.Errorf("stderr: %s", w.stderr)
			}
		})
	}
}

// A command that does not end when it is told to is ended without it.
func TestADeafCommandIsEnded(t *testing.T) {
	w := startWaiting(t, "--sourd")
	w.signal(t, syscall.SIGINT)
	w.reads(t, "sourd")
	err := w.cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 130 {
		t.Errorf("labo ended with %v, want exit status 130", err)
	}
}

// A reader of the pipe that leaves early is not told anything.
func TestClosedPipeEndsQuietly(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = []string{"labo", "completion", "bash"}
	cmd.Stdout, cmd.Stderr = w, &stderr
	r.Close()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if err := cmd.Wait(); err == nil {
		t.Error("labo succeeded although nobody could read its result")
	}
	if stderr.Len() > 0 {
		t.Errorf("stderr: %s", stderr.String())
	}
}
