package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// newVersionCommand returns `labo version`.
func newVersionCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Affiche la version de labo",
		GroupID: groupAbout,
		Long:    "Affiche la version de labo. Pour signaler un défaut, joignez aussi `labo diagnostic`.",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			fmt.Fprintln(c.out, versionLine())
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
