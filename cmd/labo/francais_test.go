package main

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// english matches the words of cobra, pflag, strconv and time that a reader
// must never meet.
var english = regexp.MustCompile(`(?i)\b(usage|flags?|available|aliases|examples?|help for|version for|defaults?|default is|` +
	`commands?|global|more information|unknown|shorthand|required|requires|accepts|received|invalid|needs|an argument|` +
	`syntax|strconv|parsing|parse|missing|must|none of|set|out of range|string|int|duration|topics?|additional)\b`)

// code matches the lines that are commands to type, not sentences.
var code = regexp.MustCompile(`(?m)^ {4}[^ -].*$`)

func noEnglish(t *testing.T, shown string) {
	t.Helper()
	shown = code.ReplaceAllString(shown, "")
	if word := english.FindString(shown); word != "" {
		t.Errorf("English %q in:\n%s", word, shown)
	}
}

func TestHelpOfEveryCommandIsFrench(t *testing.T) {
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Hidden {
			return
		}
		path := strings.Fields(cmd.CommandPath())[1:]
		for _, args := range [][]string{append(path, "--help"), append(path, "-h"), append(path, "--aide"), append([]string{"aide"}, path...)} {
			stdout, stderr, exit := play(t, args...)
			if exit != 0 || stderr != "" || !strings.Contains(stdout, "Utilisation :\n  "+cmd.CommandPath()) {
				t.Errorf("labo %v: exit status %d, stderr %q, stdout:\n%s", args, exit, stderr, stdout)
			}
			noEnglish(t, stdout)
			for line := range strings.Lines(stdout) {
				if width := text.Width(strings.TrimSuffix(line, "\n")); width > 80 {
					t.Errorf("labo %v: a line of %d cells: %q", args, width, line)
				}
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRootCommand(newConsole(nil, io.Discard, io.Discard, nil)))
}

func TestEveryCommandIsDescribed(t *testing.T) {
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			if sub.Hidden {
				continue
			}
			first, _, _ := strings.Cut(sub.Short, " ")
			if first == "" || first != strings.ToUpper(first[:1])+first[1:] && text.Fold(first[:2]) == first[:2] || strings.HasSuffix(sub.Short, ".") {
				t.Errorf("%s: Short is %q: want a sentence with a capital and no full stop", sub.CommandPath(), sub.Short)
			}
			if !cmd.HasParent() && sub.GroupID == "" {
				t.Errorf("%s is in no group", sub.CommandPath())
			}
			if sub.Args == nil && !sub.HasSubCommands() && sub.Name() != "aide" {
				t.Errorf("%s takes any arguments: set Args", sub.CommandPath())
			}
			walk(sub)
		}
	}
	walk(newRootCommand(newConsole(nil, io.Discard, io.Discard, nil)))
}

// sample is a command that can be asked for wrongly in every way that cobra
// and pflag know.
func sample(args cobra.PositionalArgs) *cobra.Command {
	cmd := &cobra.Command{Use: "sonde [PORT…]", Args: args, ValidArgs: []string{"ports", "pids"}, Run: func(*cobra.Command, []string) {}}
	var n int
	var small uint8
	var d time.Duration
	var b bool
	var s string
	cmd.Flags().IntVar(&n, "nombre", 0, "un nombre")
	cmd.Flags().Uint8Var(&small, "petit", 0, "un petit `NOMBRE`")
	cmd.Flags().DurationVar(&d, "attente", time.Second, "une attente")
	cmd.Flags().BoolVarP(&b, "suivre", "s", false, "suit ce qui change")
	cmd.Flags().StringVarP(&s, "etat", "e", "", "ne garde que cet `ÉTAT`")
	cmd.Flags().Float64("part", 0, "une part")
	cmd.Flags().StringSlice("noms", nil, "des noms")
	return cmd
}

func TestEveryCobraErrorIsFrench(t *testing.T) {
	together := func(cmd *cobra.Command) { cmd.MarkFlagsRequiredTogether("nombre", "petit") }
	apart := func(cmd *cobra.Command) { cmd.MarkFlagsMutuallyExclusive("nombre", "petit") }
	one := func(cmd *cobra.Command) { cmd.MarkFlagsOneRequired("nombre", "petit") }
	required := func(cmd *cobra.Command) {
		if err := errors.Join(cmd.MarkFlagRequired("etat"), cmd.MarkFlagRequired("nombre")); err != nil {
			panic(err)
		}
	}
	for _, tc := range []struct {
		name    string
		args    cobra.PositionalArgs
		prepare func(*cobra.Command)
		typed   string
		what    string
		hint    string // a part of it
	}{
		{"unknown command", nil, nil, "sodne", "« sodne » n'est pas une commande de labo", "Vouliez-vous dire `labo sonde` ? `labo aide`"},
		{"unknown command, more", nil, nil, "sodne 12 --suivre", "« sodne » n'est pas une commande de labo", "Vouliez-vous dire `labo sonde 12 --suivre` ?"},
		{"unknown command, quotes", nil, nil, "sodne a;b", "« sodne » n'est pas une commande de labo", "Vouliez-vous dire `labo sonde` ?"},
		{"no arguments", cobra.NoArgs, nil, "sonde 12", "`labo sonde` ne prend pas d'argument : « 12 » est de trop", "`labo aide sonde`"},
		{"exact, none", cobra.ExactArgs(1), nil, "sonde", "`labo sonde` attend 1 argument, et en a reçu aucun", "La forme est `labo sonde [PORT…] [options]`"},
		{"exact, more", cobra.ExactArgs(2), nil, "sonde 1 2 3", "`labo sonde` attend 2 arguments, et en a reçu 3", "La forme est"},
		{"minimum", cobra.MinimumNArgs(2), nil, "sonde 1", "`labo sonde` attend au moins 2 arguments, et en a reçu 1", "La forme est"},
		{"maximum", cobra.MaximumNArgs(1), nil, "sonde 1 2", "`labo sonde` attend au plus 1 argument, et en a reçu 2", "La forme est"},
		{"range", cobra.RangeArgs(1, 2), nil, "sonde", "`labo sonde` attend de 1 à 2 arguments, et en a reçu aucun", "La forme est"},
		{"valid", cobra.OnlyValidArgs, nil, "sonde port", "« port » n'est pas un argument de `labo sonde`", "Vouliez-vous dire `labo sonde ports` ?"},
		{"valid, far", cobra.OnlyValidArgs, nil, `sonde x"y`, "« x\"y » n'est pas un argument de `labo sonde`", "Choisissez parmi ports ou pids."},
		{"unknown option", nil, nil, "sonde --noombre 3", "`labo sonde` n'a pas d'option --noombre", "Vouliez-vous dire `--nombre` ?"},
		{"unknown letter", nil, nil, "sonde -x", "`labo sonde` n'a pas d'option -x", "`labo aide sonde` montre toutes les options."},
		{"one dash", nil, nil, "sonde -nombre 3", "`labo sonde` n'a pas d'option -nombre", "Vouliez-vous dire `--nombre` ?"},
		{"no value", nil, nil, "sonde --etat", "l'option --etat attend une valeur", "`-e, --etat ÉTAT` ne garde que cet ÉTAT."},
		{"no value, letter", nil, nil, "sonde -e", "l'option --etat attend une valeur", "`-e, --etat ÉTAT`"},
		{"number", nil, nil, "sonde --nombre abc", "« abc » ne convient pas à l'option --nombre", "Écrivez un nombre entier."},
		{"too large", nil, nil, "sonde --petit 256", "« 256 » ne convient pas à l'option --petit", "`--petit NOMBRE`"},
		{"duration", nil, nil, "sonde --attente 3x", "« 3x » ne convient pas à l'option --attente", "500ms, 2s"},
		{"boolean", nil, nil, "sonde --suivre=2", "« 2 » ne convient pas à l'option --suivre", "sans valeur"},
		{"float", nil, nil, "sonde --part y", "« y » ne convient pas à l'option --part", "`--part VALEUR`"},
		{"list", nil, nil, "sonde --noms \"", "« \" » ne convient pas à l'option --noms", "`--noms VALEUR`"},
		{"syntax", nil, nil, "sonde --=3", "« --=3 » ne s'écrit pas comme une option", "Une option s'écrit"},
		{"together", nil, together, "sonde --nombre 3", "les options --nombre et --petit vont ensemble : il manque --petit", "La forme est"},
		{"apart", nil, apart, "sonde --nombre 3 --petit 2", "les options --nombre et --petit ne vont pas ensemble", "Gardez-en une seule."},
		{"one of", nil, one, "sonde", "`labo sonde` demande une de ces options : --nombre ou --petit", "La forme est"},
		{"required", nil, required, "sonde", "il manque --etat et --nombre à `labo sonde`", "La forme est"},
		{"hostile", cobra.NoArgs, nil, "sonde \x1b]0;x\a", "`labo sonde` ne prend pas d'argument : « ␛]0;x␇ » est de trop", "La forme est"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var shown bytes.Buffer
			root := newRootCommand(newConsole(nil, &shown, &shown, nil))
			root.RemoveCommand(root.Commands()...)
			cmd := sample(tc.args)
			if tc.prepare != nil {
				tc.prepare(cmd)
			}
			root.AddCommand(cmd)
			root.SetArgs(strings.Split(tc.typed, " "))
			at, err := root.ExecuteC()
			if err == nil {
				t.Fatal("cobra found no error")
			}
			f, ok := errors.AsType[*fault.Fault](inFrench(at, strings.Split(tc.typed, " "), err))
			if !ok {
				t.Fatalf("not translated: %v", err)
			}
			if f.What != tc.what || !strings.Contains(f.Hint, tc.hint) || f.Exit != 2 {
				t.Errorf("got  %q\n     %q (exit status %d)\nwant %q\n     …%q…", f.What, f.Hint, f.Exit, tc.what, tc.hint)
			}
			noEnglish(t, f.What+"\n"+f.Hint)
			if shown.Len() > 0 {
				t.Errorf("cobra wrote by itself: %s", shown.String())
			}
		})
	}
}

func TestNumberAloneIsAStepOrAPort(t *testing.T) {
	root := &cobra.Command{Use: "labo"}
	for _, name := range []string{"etape", "sonde"} {
		root.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	for word, want := range map[string]string{"1": "`labo etape 1`", "12345": "`labo sonde 12345`"} {
		if hint := unknownCommand(root, word, nil).Hint; !strings.Contains(hint, want) {
			t.Errorf("labo %s: %q, want %s", word, hint, want)
		}
	}
}
