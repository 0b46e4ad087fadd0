package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"labo/lessons/text"
)

// maxHelpColumns keeps lines of help short enough to be read on a wide screen.
const maxHelpColumns = 100

// newHelpCommand returns `labo aide`, which help is an alias of.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "aide [COMMANDE]",
		Aliases: []string{"help"},
		Short:   "Explique une commande et ses options",
		GroupID: groupAbout,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return commandNames(cmd.Root()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			topic := cmd.Root()
			for _, word := range args {
				name := sameCommand(topic, word)
				if name == "" {
					return unknownCommand(topic, word, nil)
				}
				topic, _, _ = topic.Find([]string{name})
			}
			return topic.Help()
		},
	}
}

// writeHelp writes the help of a command as the result asked for.
func writeHelp(c *console, cmd *cobra.Command) {
	h := helpWriter{w: c.out, columns: min(c.width(), maxHelpColumns)}
	h.prose(cmp.Or(cmd.Long, cmd.Short))
	h.title("Utilisation")
	fmt.Fprintln(h.w, "  "+useLine(cmd))
	if cmd.HasExample() {
		h.title("Exemples")
		for line := range strings.Lines(strings.Trim(cmd.Example, "\n")) {
			fmt.Fprintln(h.w, "  "+strings.TrimSpace(line))
		}
	}
	h.commands(cmd)
	h.options("Options", cmd.LocalFlags())
	h.options("Options générales", cmd.InheritedFlags())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintln(h.w)
		h.prose("Tapez `" + helpLine(cmd) + " COMMANDE` pour en savoir plus sur une commande.")
	}
}

// useLine returns the form of a command: "labo sonde [PORT…] [options]".
func useLine(cmd *cobra.Command) string {
	line := cmd.Use
	if cmd.HasParent() {
		line = cmd.Parent().CommandPath() + " " + line
	}
	if !cmd.HasParent() || !cmd.Runnable() {
		line += " [COMMANDE]"
	}
	if cmd.HasAvailableLocalFlags() {
		line += " [options]"
	}
	return line
}

// helpLine returns what to type for the help of a command: "labo aide sonde".
func helpLine(cmd *cobra.Command) string {
	root := cmd.Root().Name()
	return root + " aide" + strings.TrimPrefix(cmd.CommandPath(), root)
}

// helpWriter writes the parts of a help page within its columns.
type helpWriter struct {
	w       io.Writer
	columns int
}

func (h *helpWriter) title(s string) {
	fmt.Fprintln(h.w, "\n"+text.French(s+" :"))
}

// prose writes paragraphs, wrapped; a line that begins with a space is code
// and stays as it is.
func (h *helpWriter) prose(s string) {
	for i, paragraph := range strings.Split(strings.Trim(s, "\n"), "\n\n") {
		if i > 0 {
			fmt.Fprintln(h.w)
		}
		if strings.HasPrefix(paragraph, " ") {
			fmt.Fprintln(h.w, paragraph)
			continue
		}
		for _, line := range text.Paragraph(strings.Join(strings.Fields(paragraph), " "), h.columns) {
			fmt.Fprintln(h.w, line)
		}
	}
}

// row writes a term and its explanation, in two columns.
func (h *helpWriter) row(term, explanation string, termColumns int) {
	margin := 2 + termColumns + 2
	lines := text.Paragraph(explanation, max(h.columns-margin, 20))
	line := "  " + text.PadRight(term, termColumns) + "  "
	if text.Width(term) > termColumns { // the explanation begins below
		fmt.Fprintln(h.w, "  "+term)
		line = strings.Repeat(" ", margin)
	}
	fmt.Fprintln(h.w, line+strings.Join(lines, "\n"+strings.Repeat(" ", margin)))
}

func (h *helpWriter) commands(cmd *cobra.Command) {
	width := 0
	for _, sub := range cmd.Commands() {
		width = max(width, text.Width(sub.Name()))
	}
	group := func(title, id string) {
		for _, sub := range cmd.Commands() {
			if sub.GroupID != id || !listed(sub) {
				continue
			}
			if title != "" {
				h.title(title)
				title = ""
			}
			h.row(sub.Name(), sub.Short, width)
		}
	}
	for _, g := range cmd.Groups() {
		group(g.Title, g.ID)
	}
	group("Commandes", "")
}

// listed reports whether help shows a command: not a hidden one. (For cobra,
// the help command itself is never available.)
func listed(cmd *cobra.Command) bool {
	return !cmd.Hidden && (cmd.IsAvailableCommand() || cmd.Name() == "aide")
}

// optionColumns is the room of an option before its explanation.
const optionColumns = 22

func (h *helpWriter) options(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	h.title(title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Deprecated != "" {
			return
		}
		_, usage := pflag.UnquoteUsage(f)
		if !zeroDefault(f) {
			usage += " (par défaut : " + f.DefValue + ")"
		}
		h.row(optionForm(f), usage, optionColumns)
	})
}

// optionForm returns an option as it is typed: "-p, --port N", or
// "--suivre[=DURÉE]" where the value may be left out.
func optionForm(f *pflag.Flag) string {
	form := "    --" + f.Name
	if f.Shorthand != "" {
		form = "-" + f.Shorthand + ", --" + f.Name
	}
	value := valueName(f)
	switch {
	case value == "":
		return form
	case f.NoOptDefVal != "":
		return form + "[=" + value + "]"
	}
	return form + " " + value
}

// valueNames are the French names of pflag's types, for the options that give
// their value no name between backquotes. A name in capitals is already ours.
var valueNames = map[string]string{"bool": "", "string": "TEXTE", "duration": "DURÉE", "": ""}

// valueName returns the name of an option's value, "" when it takes none.
func valueName(f *pflag.Flag) string {
	if f.Value.Type() == "bool" {
		return ""
	}
	quoted, _ := pflag.UnquoteUsage(f)
	if strings.Contains(f.Usage, "`"+quoted+"`") || quoted == strings.ToUpper(quoted) {
		return quoted
	}
	if name, ok := valueNames[f.Value.Type()]; ok {
		return name
	}
	if strings.Contains(f.Value.Type(), "int") {
		return "N"
	}
	return "VALEUR"
}

// zeroDefault reports whether an option does nothing unless it is given.
func zeroDefault(f *pflag.Flag) bool {
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
		return true
	}
	return false
}
