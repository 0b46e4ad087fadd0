package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// run runs labo with args (without the program's name) on a console, and
// returns the exit status: 0 success, 1 the thing asked for failed, 2 wrong
// usage, 130 after Ctrl+C. Commands find ctx in cmd.Context().
func run(ctx context.Context, args []string, c *console) int {
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	c.results.failed = cancel // nothing goes on for a reader who left
	err := execute(working, args, c)
	if failure := c.results.failure(); failure != nil && (err == nil || errors.Is(err, context.Canceled) || errors.Is(err, failure)) {
		err = unwritten(failure)
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if signal := c.endedBySignal(ctx); signal != nil && !(ok && f.Exit == fault.ExitUsage) {
		return signal.exit()
	}
	if err == nil {
		return 0
	}
	if !ok {
		f = unexpected(err)
	}
	tell(c, f)
	return f.Exit
}

// execute runs the command line, and once more when its command is known under
// a spelling that differs by case or accents only (labo Étape 1). Whatever
// cobra has to say comes out in French.
func execute(ctx context.Context, args []string, c *console) error {
	cmd, err := parseAndRun(ctx, args, c)
	if word, ok := unknownWord(err); ok {
		if at, name := slices.Index(args, word), sameCommand(cmd, word); at >= 0 && name != "" {
			args = slices.Clone(args)
			args[at] = name
			cmd, err = parseAndRun(ctx, args, c)
		}
	}
	if err == nil {
		return nil
	}
	return inFrench(cmd, args, err)
}

func parseAndRun(ctx context.Context, args []string, c *console) (*cobra.Command, error) {
	root := newRootCommand(c)
	root.SetArgs(append([]string{}, args...)) // never nil: cobra would read os.Args
	return root.ExecuteContextC(ctx)
}

// unwritten is the fault of a result that could not be written. Whoever reads
// a pipe may leave when he has seen enough (labo sonde | head): nothing to say.
func unwritten(failure error) error {
	if brokenPipe(failure) {
		return fault.Told(fault.ExitFailed)
	}
	return fault.Failed("impossible d'écrire le résultat ("+cause(failure)+")",
		"Vérifiez la place libre et vos droits là où le résultat est écrit.", failure)
}

// brokenPipe reports whether err says that nobody reads the pipe any more.
func brokenPipe(err error) bool {
	const windowsBrokenPipe, windowsNoData = syscall.Errno(109), syscall.Errno(232)
	if errors.Is(err, syscall.EPIPE) {
		return true
	}
	return runtime.GOOS == "windows" && (errors.Is(err, windowsBrokenPipe) || errors.Is(err, windowsNoData))
}

// tell writes a fault on the console: what failed, then what to do next.
func tell(c *console, f *fault.Fault) {
	if f.What == "" {
		return
	}
	columns := 0
	if c.errTerminal() {
		columns, _ = terminalSize(c.errFile)
	}
	writeHanging(c, "labo"+text.NBSP+": ", f.What, columns)
	if f.Hint != "" {
		writeHanging(c, "  → ", f.Hint, columns)
	}
}

// writeHanging writes a sentence after a mark, wrapped under itself within the
// given columns; 0 columns is a pipe: one line.
func writeHanging(c *console, mark, sentence string, columns int) {
	if columns == 0 {
		fmt.Fprintln(c.err, mark+text.Prose(sentence))
		return
	}
	margin := text.Width(mark)
	lines := text.Paragraph(sentence, max(columns-margin, 20))
	fmt.Fprintln(c.err, mark+strings.Join(lines, "\n"+strings.Repeat(" ", margin)))
}
