package main

import (
	"github.com/spf13/cobra"

	"labo/lessons/demo"
)

// childCommand is the hidden command by which a demonstration runs labo again
// in a process of its own.
const childCommand = "enfant"

func newChildCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:    childCommand,
		Short:  "Sert aux démonstrations de labo",
		Hidden: true,
		RunE: func(_ *cobra.Command, args []string) error {
			return demo.RunChild(args, c.in, c.out)
		},
	}
}
