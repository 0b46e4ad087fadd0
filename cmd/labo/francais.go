package main

import (
	"errors"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// inFrench returns what cmd ended with as a fault: as it is when it is one
// already, translated when cobra or pflag made it, and untouched otherwise.
// pflag gives its errors types; cobra only gives words, which a test holds to
// those known here.
func inFrench(cmd *cobra.Command, args []string, err error) error {
	if f := optionFault(cmd, err); f != nil {
		return f
	}
	if word, ok := unknownWord(err); ok {
		if cmd.HasSubCommands() {
			return unknownCommand(cmd, word, after(word, args))
		}
		return fault.Usage(quoted(cmd)+" ne prend pas d'argument : « "+text.Visible(word)+" » est de trop", formHint(cmd))
	}
	if _, ok := errors.AsType[*fault.Fault](err); ok {
		return err
	}
	for _, s := range cobraSentences {
		if m := regexp.MustCompile(s.words).FindStringSubmatch(err.Error()); m != nil {
			return s.french(cmd, m[1:])
		}
	}
	return err
}

// unknownWord returns the word of cobra's "unknown command" error.
func unknownWord(err error) (word string, ok bool) {
	if err == nil {
		return "", false
	}
	rest, ok := strings.CutPrefix(err.Error(), "unknown command ")
	if !ok {
		return "", false
	}
	literal, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return "", false
	}
	word, err = strconv.Unquote(literal)
	return word, err == nil
}

// cobraSentences are the errors that cobra makes out of words alone (args.go,
// flag_groups.go and ValidateRequiredFlags of v1.10).
var cobraSentences = []struct {
	words  string // a regular expression, compiled when an error needs it and not at start
	french func(cmd *cobra.Command, found []string) *fault.Fault
}{
	{`^requires at least (\d+) arg\(s\), only received (\d+)$`,
		func(cmd *cobra.Command, m []string) *fault.Fault {
			return argumentCount(cmd, "au moins "+m[0], m[0], m[1])
		}},
	{`^accepts at most (\d+) arg\(s\), received (\d+)$`,
		func(cmd *cobra.Command, m []string) *fault.Fault {
			return argumentCount(cmd, "au plus "+m[0], m[0], m[1])
		}},
	{`^accepts (\d+) arg\(s\), received (\d+)$`,
		func(cmd *cobra.Command, m []string) *fault.Fault { return argumentCount(cmd, m[0], m[0], m[1]) }},
	{`^accepts between (\d+) and (\d+) arg\(s\), received (\d+)$`,
		func(cmd *cobra.Command, m []string) *fault.Fault {
			return argumentCount(cmd, "de "+m[0]+" à "+m[1], m[1], m[2])
		}},
	{`^invalid argument ("(?:[^"\\]|\\.)*") for `, invalidArgument},
	{`^if any flags in the group \[.*\] are set none of the others can be; \[(.*)\] were all set$`,
		func(cmd *cobra.Command, m []string) *fault.Fault {
			return fault.Usage("les options "+andList(dashed(m[0]))+" ne vont pas ensemble", "Gardez-en une seule. "+formHint(cmd))
		}},
	{`^if any flags in the group \[(.*)\] are set they must all be set; missing \[(.*)\]$`,
		func(cmd *cobra.Command, m []string) *fault.Fault {
			return fault.Usage("les options "+andList(dashed(m[0]))+" vont ensemble : il manque "+andList(dashed(m[1])), formHint(cmd))
		}},
	{`^at least one of the flags in the group \[(.*)\] is required$`,
		func(cmd *cobra.Command, m []string) *fault.Fault {
			return fault.Usage(quoted(cmd)+" demande une de ces options : "+orList(dashed(m[0])), formHint(cmd))
		}},
	{`^required flag\(s\) "(.*)" not set$`,
		func(cmd *cobra.Command, m []string) *fault.Fault {
			names := dashed(strings.ReplaceAll(m[0], `", "`, " "))
			return fault.Usage("il manque "+andList(names)+" à "+quoted(cmd), formHint(cmd))
		}},
}

// argumentCount is the fault of too few or too many arguments. most is the
// number that decides the plural.
func argumentCount(cmd *cobra.Command, wanted, most, received string) *fault.Fault {
	n, _ := strconv.Atoi(most)
	argument := strings.TrimPrefix(text.Plural(n, "argument"), most+text.NBSP)
	got := received
	if received == "0" {
		got = "aucun"
	}
	return fault.Usage(quoted(cmd)+" attend "+wanted+" "+argument+", et en a reçu "+got, formHint(cmd))
}

// invalidArgument is the fault of an argument outside of cmd.ValidArgs.
func invalidArgument(cmd *cobra.Command, m []string) *fault.Fault {
	word, err := strconv.Unquote(m[0])
	if err != nil {
		word = m[0]
	}
	valid := make([]string, len(cmd.ValidArgs))
	for i, v := range cmd.ValidArgs { // "value\tdescription"
		valid[i], _, _ = strings.Cut(v, "\t")
	}
	hint := didYouMean(cmd.CommandPath(), text.Nearest(word, valid))
	if hint == "" && len(valid) > 0 {
		hint = "Choisissez parmi " + orList(valid) + ". "
	}
	return fault.Usage("« "+text.Visible(word)+" » n'est pas un argument de "+quoted(cmd), hint+formHint(cmd))
}

// optionFault translates the errors of pflag, and returns nil for any other.
func optionFault(cmd *cobra.Command, err error) *fault.Fault {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name, option := e.GetSpecifiedName(), "--"+e.GetSpecifiedName()
		if group := e.GetSpecifiedShortnames(); group != "" { // -port is read as -p -o -r -t
			name, option = group, "-"+group
		}
		near := didYouMean("", nearOptions(cmd, name))
		return fault.Usage(quoted(cmd)+" n'a pas d'option "+text.Visible(option), near+optionsHint(cmd))
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f := e.GetFlag()
		return fault.Usage("l'option --"+f.Name+" attend une valeur", valueHint(cmd, f))
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := e.GetFlag()
		if own, ok := errors.AsType[*fault.Fault](e.Unwrap()); ok { // the option's own words
			own.What += " (option --" + f.Name + ")"
			return own
		}
		return fault.Usage("« "+text.Visible(e.GetValue())+" » ne convient pas à l'option --"+f.Name, valueHint(cmd, f))
	}
	if e, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return fault.Usage("« "+text.Visible(e.GetSpecifiedFlag())+" » ne s'écrit pas comme une option",
			"Une option s'écrit `--nom` ou `--nom=valeur`. "+optionsHint(cmd))
	}
	return nil
}

// valueForms tell what a value looks like, by pflag's name of its type.
var valueForms = map[string]string{
	"duration": "Une durée s'écrit avec son unité : 500ms, 2s, 1m30s. ",
	"bool":     "Cette option se donne seule, sans valeur. ",
}

// valueHint tells what the value of an option looks like.
func valueHint(cmd *cobra.Command, f *pflag.Flag) string {
	form, ok := valueForms[f.Value.Type()]
	if !ok && strings.Contains(f.Value.Type(), "int") {
		form = "Écrivez un nombre entier. "
	}
	_, usage := pflag.UnquoteUsage(f)
	return "`" + strings.TrimSpace(optionForm(f)) + "` " + usage + ". " + form + optionsHint(cmd)
}

// formHint recalls how a command is written.
func formHint(cmd *cobra.Command) string {
	return "La forme est `" + useLine(cmd) + "`, et `" + helpLine(cmd) + "` en dit plus."
}

func optionsHint(cmd *cobra.Command) string {
	return "`" + helpLine(cmd) + "` montre toutes les options."
}

func quoted(cmd *cobra.Command) string { return "`" + cmd.CommandPath() + "`" }

// dashed turns cobra's "port pid" into "--port", "--pid".
func dashed(names string) []string {
	words := strings.Fields(names)
	for i, w := range words {
		words[i] = "--" + w
	}
	return words
}

// unexpected is the fault of an error that nobody has given French words to: a
// mistake of labo. Its own words are for whoever mends it.
func unexpected(err error) *fault.Fault {
	return fault.Failed("erreur inattendue : "+cause(err),
		"Recommencez. Si cela se reproduit, signalez-le avec ce qu'affiche `labo diagnostic` et ces mots : « "+text.Visible(err.Error())+" ».", err)
}

// cause tells in French why the system refused something.
func cause(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "droits insuffisants"
	case errors.Is(err, fs.ErrNotExist):
		return "introuvable"
	case errors.Is(err, syscall.ENOSPC):
		return "plus de place sur le disque"
	}
	return fault.Cause(err)
}
