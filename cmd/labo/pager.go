package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"labo/lessons/text"
)

// page shows a long text through the reader's pager, as git does: PAGER, else
// less where there is one. Where it fits on the screen, or nobody looks, it is
// written as it is. Ctrl+C is the pager's meanwhile.
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
	var in io.Reader = strings.NewReader(body)
	if c.glyphs != text.Unicode {
		var b strings.Builder
		if _, err := io.WriteString(&glyphWriter{w: &b, glyphs: c.glyphs}, body); err != nil {
			return err
		}
		in = strings.NewReader(b.String())
	}
	cmd.Stdin = in
	if c.ends != nil {
		defer c.ends.lend(func(os.Signal) {})()
	}
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

// pager is the command that pages, nil for none.
func (c *console) pager() []string {
	if !c.canDraw() {
		return nil
	}
	switch command := strings.TrimSpace(c.getenv("PAGER")); {
	case command == "cat":
		return nil
	case command != "" && runtime.GOOS == "windows":
		return strings.Fields(command)
	case command != "":
		return []string{"sh", "-c", command}
	}
	if less, err := exec.LookPath("less"); err == nil {
		return []string{less}
	}
	return nil
}
