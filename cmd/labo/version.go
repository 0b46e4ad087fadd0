package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"labo/lessons/text"
	"labo/probe/host"
)

// newVersionCommand returns `labo version`: what a bug report needs.
func newVersionCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Affiche la version, et ce qu'il faut pour signaler un défaut",
		GroupID: groupAbout,
		Long: "Affiche la version de labo et ce que cette machine dit d'elle-même : de quoi " +
			"signaler un défaut. Ni votre nom ni celui de la machine n'y figurent.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			fmt.Fprintln(c.out, versionLine())
			fmt.Fprintln(c.out)
			for _, fact := range surroundings(cmd.Context(), c) {
				fmt.Fprintln(c.out, "  "+text.PadRight(fact[0], 12)+text.Visible(fact[1]))
			}
			return nil
		},
	}
}

// versionLine returns "labo v1.2.0 (go1.26.1, linux/amd64)".
func versionLine() string {
	info, _ := debug.ReadBuildInfo()
	return fmt.Sprintf("labo %s (%s, %s/%s)", version(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// version returns the module's version where Go recorded one, else the
// revision it was built from, else "développement" (go run, go test).
func version(info *debug.BuildInfo) string {
	if info == nil {
		return "développement"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return "développement"
	}
	v := "développement " + revision[:min(12, len(revision))]
	if settings["vcs.modified"] == "true" {
		v += " modifié"
	}
	return v
}

// surroundings returns what the machine and the console say of themselves,
// as pairs of a word and its value.
func surroundings(ctx context.Context, c *console) [][2]string {
	const unknown = "inconnu"
	machine := host.Describe(ctx)
	columns, rows := c.size()
	color := "non"
	if c.wantsColor() {
		color = "oui"
	}
	screen := "aucun (un tube ou un fichier)"
	if c.outTerminal() {
		screen = fmt.Sprintf("%s, %d colonnes × %d lignes", cmp.Or(c.getenv("TERM"), "TERM vide"), columns, rows)
	}
	return [][2]string{
		{"système", machine.Name.Or(unknown)},
		{"noyau", machine.Kernel.Or(unknown)},
		{"processeurs", fmt.Sprint(machine.CPUs)},
		{"terminal", screen},
		{"couleur", color},
		{"langue", cmp.Or(c.getenv("LC_ALL"), c.getenv("LC_MESSAGES"), c.getenv("LANG"), unknown)},
	}
}
