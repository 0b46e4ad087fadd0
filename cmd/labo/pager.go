package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"labo/lessons/text"
)

// page shows a long text through the reader's pager, as git does: PAGER, else
// less where there is one. Where it fits on the screen, or nobody looks, it is
// written as it is. The pager ends with labo.
func (c *console) page(ctx context.Context, body string) error {
	command := c.pager()
	if _, rows := c.size(); command == nil || strings.Count(body, "\n") < rows {
		_, err := io.WriteString(c.out, body)
		return err
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = c.outFile, c.errFile
	cmd.Env = os.Environ()
	if c.getenv("LESS") == "" {
		cmd.Env = append(cmd.Env, "LESS=FRX") // colours, and what was read stays on the screen
	}
	if c.getenv("LESSCHARSET") == "" && c.glyphs != text.ASCII {
		cmd.Env = append(cmd.Env, "LESSCHARSET=utf-8") // without a locale too, as labo writes
	}
	// Killed, a pager would leave the terminal as it had made it.
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			return cmd.Process.Kill()
		}
		return nil
	}
	cmd.WaitDelay = pagerDelay
	if fd := int(c.outFile.Fd()); c.terminal != nil {
		if mode, err := term.GetState(fd); err == nil {
			defer term.Restore(fd, mode)
			defer c.terminal.Use(func() { // suspended with labo, the pager finds its own mode again
				its, err := term.GetState(fd)
				term.Restore(fd, mode)
				c.terminal.Stop()
				if err == nil && ctx.Err() == nil {
					term.Restore(fd, its)
				}
			})()
		}
	}
	var in io.Reader = strings.NewReader(body)
	if c.glyphs != text.Unicode {
		var b strings.Builder
		if _, err := io.WriteString(&glyphWriter{w: &b, glyphs: c.glyphs}, body); err != nil {
			return err
		}
		in = strings.NewReader(b.String())
	}
	cmd.Stdin = in
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	const notFound = 127 // of a shell
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() == notFound) {
		_, err := io.WriteString(c.out, body)
		return err
	}
	return nil // however the reader left it
}

// pagerDelay is how long a pager has to end once it is told to.
const pagerDelay = 300 * time.Millisecond

// pager is the command that pages, nil for none.
func (c *console) pager() []string {
	if !c.canDraw() {
		return nil
	}
	switch command := strings.TrimSpace(c.getenv("PAGER")); {
	case command == "cat":
		return nil
	case command != "" && (runtime.GOOS == "windows" || !strings.ContainsAny(command, "|&;<>()$`\\\"'*?[#~=%!{}")):
		return strings.Fields(command) // no shell between, which would end alone
	case command != "":
		return []string{"sh", "-c", command}
	}
	if less, err := exec.LookPath("less"); err == nil {
		return []string{less}
	}
	return nil
}
