package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

//go:generate go test -run "LicencesOfWhatIsInside|TestReference|TestGlossary" -update .
//go:embed licences.txt
var licences string

// newVersionCommand returns `labo version`.
func newVersionCommand(c *console) *cobra.Command {
	var asked bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Affiche la version de labo",
		GroupID: groupAbout,
		Long:    "Affiche la version de labo. Pour signaler un défaut, joignez aussi `labo diagnostic`.",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asked {
				_, err := io.WriteString(c.out, licences)
				return err
			}
			fmt.Fprintln(c.out, versionLine())
			return nil
		},
	}
	cmd.Flags().BoolVar(&asked, "licences", false, "écrit la licence de labo et de chaque bibliothèque qu'il contient")
	return cmd
}

// stamped is the version of a release, given by who builds it (-ldflags -X).
var stamped string

func release() string {
	info, _ := debug.ReadBuildInfo()
	return cmp.Or(stamped, version(info))
}

// versionLine returns "labo v1.2.0 (go1.26.1, linux/amd64)".
func versionLine() string {
	return fmt.Sprintf("labo %s (%s, %s/%s)", release(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
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
