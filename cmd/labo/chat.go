package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"labo/lessons/atelier"
	"labo/lessons/chat"
	"labo/lessons/fault"
)

// chatOptions are the options of the sheet's programs.
type chatOptions struct {
	host string
	port uint16
}

func newChatOptions() *chatOptions {
	return &chatOptions{host: chat.DefaultHost, port: atelier.Port}
}

// listening adds the options to a program that listens.
func (o *chatOptions) listening(cmd *cobra.Command) {
	cmd.Flags().Var((*portValue)(&o.port), "port", "écoute sur ce `PORT`")
	cmd.Flags().StringVar(&o.host, "hote", o.host, "écoute à cette `ADRESSE` ; 0.0.0.0 : toutes celles de la machine")
}

// dialing adds the options to a program that connects.
func (o *chatOptions) dialing(cmd *cobra.Command) {
	cmd.Flags().Var((*portValue)(&o.port), "port", "se connecte à ce `PORT`")
	cmd.Flags().StringVar(&o.host, "hote", o.host, "se connecte à cette `ADRESSE`, ou à la machine de ce nom")
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
