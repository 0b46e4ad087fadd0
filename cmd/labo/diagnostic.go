package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"labo/lessons/atelier"
	"labo/lessons/diagnostic"
	"labo/lessons/fault"
	"labo/lessons/stage/answer"
	"labo/lessons/text"
)

// newDiagnosticCommand returns `labo diagnostic`: what this machine allows.
func newDiagnosticCommand(c *console) *cobra.Command {
	port := portValue(atelier.Port)
	var asJSON, table bool
	cmd := &cobra.Command{
		Use:     "diagnostic",
		Short:   "Dit ce que cette machine permet, et que faire du reste",
		GroupID: groupAbout,
		Long: "Essaie, à l'instant, tout ce dont labo se sert : le terminal, Python, le port, le réseau, ce que le système montre. " +
			"Chaque manque a son remède, quand il y en a un. À copier dans un message à votre enseignant, ou pour signaler un défaut : " +
			"le nom de la machine n'y est pas.",
		Example: "labo diagnostic\nlabo diagnostic --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if table {
				fmt.Fprint(c.out, diagnostic.Table())
				return nil
			}
			self, err := os.Executable()
			if err != nil {
				return fault.Failed("labo ne trouve pas son propre fichier", "", err)
			}
			parts := diagnostic.Examine(cmd.Context(), diagnostic.Setting{
				Self: []string{self}, Port: uint16(port), Getenv: c.getenv, Terminal: whereItWrites(c),
			})
			if asJSON {
				return diagnostic.WriteJSON(c.out, parts)
			}
			fmt.Fprintln(c.out, c.palette().Title(text.French(versionLine())))
			for part := range parts {
				if err := cmd.Context().Err(); err != nil {
					return err
				}
				if _, err := c.out.Write(answer.Diagnostic(c.palette(), c.width(), part)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.Var(&port, "port", "le `PORT` des étapes")
	flags.BoolVar(&asJSON, "json", false, "écrit un document JSON et rien d'autre")
	flags.BoolVar(&table, "tableau", false, "écrit ce que labo montre sous Linux, macOS et Windows, en Markdown")
	cmd.MarkFlagsMutuallyExclusive("json", "tableau")
	return cmd
}

// whereItWrites says what the console has found out of its terminal.
func whereItWrites(c *console) diagnostic.Terminal {
	columns, rows := 0, 0
	if c.outTerminal() && hasSize(c.outFile) {
		columns, rows = c.size()
	}
	return diagnostic.Terminal{
		Is: c.outTerminal(), Name: c.getenv("TERM"), Columns: columns, Rows: rows, Color: c.wantsColor(), Draws: c.canDraw(),
		Unicode: c.glyphs == text.Unicode, Locale: cmp.Or(c.getenv("LC_ALL"), c.getenv("LC_CTYPE"), c.getenv("LANG")),
	}
}
