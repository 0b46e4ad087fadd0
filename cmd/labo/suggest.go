package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// commandNames returns the names of the commands below cmd that help shows.
func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if listed(sub) {
			names = append(names, sub.Name())
		}
	}
	return names
}

// sameCommand returns the name of the command below cmd that word means when
// case and accents are forgiven, "" for none.
func sameCommand(cmd *cobra.Command, word string) string {
	for _, sub := range cmd.Commands() {
		for _, name := range append([]string{sub.Name()}, sub.Aliases...) {
			if text.Fold(name) == text.Fold(word) {
				return sub.Name()
			}
		}
	}
	return ""
}

// unknownCommand is the fault of a word that names no command below cmd. rest
// is what was typed after it, so that the proposal can be copied whole.
func unknownCommand(cmd *cobra.Command, word string, rest []string) *fault.Fault {
	found := nearCommands(cmd, word)
	for i := range found {
		found[i] = strings.Join(append([]string{found[i]}, rest...), " ")
	}
	return fault.Usage("« "+text.Visible(word)+" » n'est pas une commande de "+cmd.CommandPath(),
		didYouMean(cmd.CommandPath(), found)+"`"+helpLine(cmd)+"` montre toutes les commandes.")
}

// after returns the arguments that follow word, nil when one of them would
// need quotes to be typed again.
func after(word string, args []string) []string {
	at := slices.Index(args, word)
	if at < 0 {
		return nil
	}
	rest := args[at+1:]
	for _, arg := range rest {
		if arg == "" || strings.Trim(strings.ToLower(arg), "abcdefghijklmnopqrstuvwxyz0123456789-_=.,:/%+@") != "" {
			return nil
		}
	}
	return rest
}

// nearCommands returns the commands below cmd that word most likely means. A
// number alone is a step (labo 1) or a port (labo 12345).
func nearCommands(cmd *cobra.Command, word string) []string {
	if strings.Trim(word, "0123456789") == "" {
		for name, fits := range map[string]bool{"etape": len(word) == 1, "sonde": len(word) > 1} {
			if fits && sameCommand(cmd, name) != "" {
				return []string{name + " " + word}
			}
		}
	}
	var names []string
	meaning := map[string]string{}
	for _, sub := range cmd.Commands() {
		if !listed(sub) {
			continue
		}
		for _, name := range slices.Concat([]string{sub.Name()}, sub.Aliases, sub.SuggestFor) {
			names = append(names, name)
			meaning[name] = sub.Name()
		}
	}
	var found []string
	for _, name := range text.Nearest(word, names) {
		if !slices.Contains(found, meaning[name]) {
			found = append(found, meaning[name])
		}
	}
	return found
}

// nearOptions returns the options of cmd that name most likely means.
func nearOptions(cmd *cobra.Command, name string) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	found := text.Nearest(name, names)
	for i, name := range found {
		found[i] = "--" + name
	}
	return found
}

// didYouMean begins a hint with what is near: "Vouliez-vous dire `labo etape` ? ".
// It returns "" when nothing is.
func didYouMean(before string, found []string) string {
	if len(found) == 0 {
		return ""
	}
	forms := make([]string, len(found))
	for i, f := range found {
		forms[i] = "`" + strings.TrimSpace(before+" "+f) + "`"
	}
	return "Vouliez-vous dire " + orList(forms) + " ? "
}

// orList joins words as French does: "a, b ou c".
func orList(words []string) string { return joinList(words, " ou ") }

// andList joins words as French does: "a, b et c".
func andList(words []string) string { return joinList(words, " et ") }

func joinList(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	end := len(words) - 1
	return strings.Join(words[:end], ", ") + last + words[end]
}
