package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"labo/lessons/text"
)

// commands builds every command of labo, in the order help shows them within
// their group. A new command is one constructor in its own file, and one line
// here.
var commands = []func(*console) *cobra.Command{
	newEtapeCommand,
	newRevoirCommand,
	newCahierCommand,
	newChildCommand,
	newJudgeCommand,
	newAtelierCommand,
	newVerifierCommand,
	newSondeCommand,
	newTraceCommand,
	newEtatsCommand,
	newVoisinCommand,
	newFilmCommand,
	newRejoindreCommand,
	newQuitterCommand,
	newNotesCommand,
	newClasseCommand,
	newPaquetCommand,
	newServeurCommand,
	newClientCommand,
	newServeur2Command,
	newClient2Command,
	newDiagnosticCommand,
	newVersionCommand,
	newCompletionCommand,
	newManualCommand,
}

// The groups of commands in help, in order. A command names one in GroupID.
const (
	groupLearn    = "apprendre"
	groupWatch    = "observer"
	groupTeach    = "enseigner"
	groupPrograms = "programmes"
	groupAbout    = "labo"
)

// A student reads etape, then sonde, serveur before client: not the alphabet.
func init() { cobra.EnableCommandSorting = false }

// newRootCommand returns the command line of labo, speaking French.
func newRootCommand(c *console) *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use: "labo",
		Long: "labo fait avec vous le TP sur les sockets TCP, et montre à chaque instant ce que " +
			"le système d'exploitation en sait.",
		SilenceErrors: true, // run tells them
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 { // labo "", labo -- etape
				return unknownCommand(cmd, args[0], nil)
			}
			if version {
				fmt.Fprintln(c.out, versionLine())
				return nil
			}
			return contents(c)
		},
	}
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.CompletionOptions.DisableDefaultCmd = true // ours is in French
	root.SetGlobalNormalizationFunc(flagName)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(c, cmd) })
	root.SetUsageFunc(func(cmd *cobra.Command) error { writeHelp(c, cmd); return nil })

	root.Flags().BoolVar(&version, "version", false, "affiche la version de labo")
	root.PersistentFlags().BoolP("aide", "h", false, "affiche cette aide")
	root.PersistentFlags().Var(&c.colors, "couleur", "met de la couleur : `QUAND` vaut auto, toujours ou jamais")
	complete(root, "couleur", colorWords[:]...)

	root.AddGroup(
		&cobra.Group{ID: groupLearn, Title: "Apprendre"},
		&cobra.Group{ID: groupWatch, Title: "Observer"},
		&cobra.Group{ID: groupTeach, Title: "Enseigner"},
		&cobra.Group{ID: groupPrograms, Title: "Les programmes de la fiche"},
		&cobra.Group{ID: groupAbout, Title: "Autour de labo"},
	)
	for _, build := range commands {
		root.AddCommand(build(c))
	}
	root.SetHelpCommand(newHelpCommand())
	root.InitDefaultHelpCmd() // now, so that whoever walks the tree meets it
	return root
}

// flagName forgives case and accents in the names of options (--écoute), and
// lets the --help of every other program mean --aide.
func flagName(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "help" {
		return "aide"
	}
	return pflag.NormalizedName(text.Fold(name))
}

// complete proposes words for the value of an option when Tab is pressed.
func complete(cmd *cobra.Command, option string, words ...string) {
	propose := cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc(option, propose); err != nil {
		panic(err) // the option does not exist, or twice: a mistake in this program
	}
}
