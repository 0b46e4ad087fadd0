package main

import (
	"fmt"
	"slices"

	"labo/lessons/chat"
	"labo/lessons/fault"
)

// chatOptions are the options of the sheet's programs.
type chatOptions struct {
	host string
	port portValue
}

func newChatOptions() *chatOptions {
	return &chatOptions{host: chat.DefaultHost, port: chat.DefaultPort}
}

// remark writes a remark of labo among the lines of a program of the sheet.
// It goes to stderr: stdout has what the sheet's program prints and no more.
func remark(c *console, n chat.Notice) {
	columns := 0
	if c.errTerminal() {
		columns, _ = terminalSize(c.errFile)
		if n.MidLine && c.outTerminal() {
			fmt.Fprintln(c.err)
		}
	}
	writeHanging(c, "[labo] ", n.Words(), columns)
}

// chatEnd returns the error of a program that has run: nil, the fault of what
// went wrong, or only the exit status where a remark has told a bad ending.
func chatEnd(ending chat.Ending, err error, bad ...chat.Ending) error {
	if err != nil {
		if f := chat.Fault(err); f != nil {
			return f
		}
		return err
	}
	if slices.Contains(bad, ending) {
		return fault.Told(fault.ExitFailed)
	}
	return nil
}
