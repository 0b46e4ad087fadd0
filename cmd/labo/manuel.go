package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newManualCommand returns `labo manuel`: the help of every command as one page
// for man(1). Those who make a package ask for it; it is hidden from others.
func newManualCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use: "manuel", Short: "Écrit la page de manuel (man) de labo", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			writeManual(c.out, cmd.Root())
			return nil
		},
	}
}

// writeManual writes a page in the macros of man(7).
func writeManual(w io.Writer, root *cobra.Command) {
	fmt.Fprintf(w, ".TH LABO 1 \"\" %q \"Manuel de labo\"\n", "labo "+release())
	fmt.Fprintln(w, ".SH NOM\nlabo \\- le TP sur les sockets TCP, et ce que le système en sait\n.SH SYNOPSIS\n.B labo\n[COMMANDE] [options]")
	fmt.Fprintln(w, ".SH DESCRIPTION\n"+roff(root.Long))
	fmt.Fprintln(w, ".SH COMMANDES")
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() {
			manualOf(w, cmd)
		}
	}
	fmt.Fprintln(w, ".SH OPTIONS GÉNÉRALES")
	manualOptions(w, root.PersistentFlags())
	fmt.Fprintln(w, ".SH CODE DE SORTIE\n0 : réussi ; 1 : ce qui était demandé a échoué ; 2 : mal demandé ; 130 : arrêté par Ctrl+C.")
}

func manualOf(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(w, ".SS %s\n%s\n", roff(useLine(cmd)), roff(cmp.Or(cmd.Long, cmd.Short)))
	manualOptions(w, cmd.LocalNonPersistentFlags())
	if cmd.HasExample() {
		fmt.Fprintf(w, ".PP\nExemples :\n.nf\n%s\n.fi\n", roff(cmd.Example))
	}
}

func manualOptions(w io.Writer, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		fmt.Fprintf(w, ".TP\n.B %s\n%s\n", roff(strings.TrimSpace(name+" "+value)), roff(usage))
	})
}

// roff protects what means something to man: hyphens, backslashes, and a dot or
// a quote that begins a line.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "`", "").Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if l == "" {
			lines[i] = ".PP"
		} else if l[0] == '.' || l[0] == '\'' {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
