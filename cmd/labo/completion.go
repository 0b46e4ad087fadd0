package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// shells are those that labo can write a completion script for, with what to
// do with it: once for this session, then for all.
var shells = []struct {
	name, label, session, always string
	script                       func(root *cobra.Command, c *console) error
}{
	{"bash", "bash", "source <(labo completion bash)",
		"mkdir -p ~/.local/share/bash-completion/completions\n" +
			"labo completion bash > ~/.local/share/bash-completion/completions/labo",
		func(root *cobra.Command, c *console) error { return root.GenBashCompletionV2(c.out, true) }},
	{"zsh", "zsh", "source <(labo completion zsh)",
		`labo completion zsh > "${fpath[1]}/_labo"`,
		func(root *cobra.Command, c *console) error { return root.GenZshCompletion(c.out) }},
	{"fish", "fish", "labo completion fish | source",
		"mkdir -p ~/.config/fish/completions\n" +
			"labo completion fish > ~/.config/fish/completions/labo.fish",
		func(root *cobra.Command, c *console) error { return root.GenFishCompletion(c.out, true) }},
	{"powershell", "PowerShell", "labo completion powershell | Out-String | Invoke-Expression",
		`"labo completion powershell | Out-String | Invoke-Expression" >> $PROFILE`,
		func(root *cobra.Command, c *console) error { return root.GenPowerShellCompletionWithDesc(c.out) }},
}

// newCompletionCommand returns `labo completion`, one command per shell below.
func newCompletionCommand(c *console) *cobra.Command {
	completion := &cobra.Command{
		Use:     "completion bash|zsh|fish|powershell",
		Short:   "Complète les commandes avec la touche Tab",
		GroupID: groupAbout,
		Long: "Écrit le programme qui apprend à votre terminal à compléter les commandes de labo " +
			"avec la touche Tab. L'aide de chaque terminal dit comment l'installer : par exemple " +
			"`labo aide completion bash`.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, shell := range shells {
		completion.AddCommand(&cobra.Command{
			Use:   shell.name,
			Short: "Écrit la complétion pour " + shell.label,
			Long: "Écrit le programme de complétion pour " + shell.label + ".\n\n" +
				"Pour l'essayer dans ce terminal seulement :\n\n    " + shell.session + "\n\n" +
				"Pour l'avoir dans tous les suivants, une seule fois :\n\n    " +
				strings.ReplaceAll(shell.always, "\n", "\n    "),
			Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return shell.script(cmd.Root(), c) },
		})
	}
	return completion
}
