package main

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/stage/scope"
	"labo/lessons/text"
	"labo/lessons/trace"
)

// The views of `labo trace`.
const (
	viewLines    = "lignes"
	viewThread   = "fil"
	viewSummary  = "resume"
	viewSequence = "sequence"
)

var traceViews = []string{viewLines, viewThread, viewSummary, viewSequence}

// traceOptions are the options of `labo trace`.
type traceOptions struct {
	view    string
	json    bool
	out     string
	explain bool
	all     bool
	text    bool
	source  string

	projection bool
	page       pageOptions
	film       string
}

func newTraceCommand(c *console) *cobra.Command {
	o := traceOptions{explain: true}
	cmd := &cobra.Command{
		Use:     "trace PROGRAMME [ARGUMENT…]",
		Short:   "Montre les appels système d'un programme, et la ligne qui a causé chacun",
		GroupID: groupWatch,
		Long: "labo lance votre programme et montre chaque demande qu'il fait au système d'exploitation : " +
			"laquelle, par quelle ligne de votre fichier Python, avec quelle réponse du noyau, et combien de temps " +
			"elle a pris. Aucun droit particulier n'est nécessaire.\n\n" +
			"Plusieurs fichiers Python à la suite sont lancés l'un après l'autre, et montrés sur une même horloge.\n\n" +
			"Sur un terminal, le programme est d'un côté de l'écran et ses appels de l'autre. Avec --sortie, le " +
			"terminal est tout entier au programme ; avec --page aussi : le navigateur montre la ligne où en est chaque thread, son " +
			"appel et ce qu'il touche dans le noyau, en avant et en arrière. Les options de labo se mettent avant le programme. Le code de " +
			"retour est celui du programme. Votre cahier garde le résumé de chaque fichier Python (`labo cahier`).",
		Example: "labo trace serveur.py\nlabo trace --vue fil -- python3 client.py\nlabo trace serveur.py client.py\n" +
			"labo trace --sortie appels.txt serveur.py\nlabo trace --page serveur.py client.py\nlabo trace --film echange.film serveur.py client.py\nlabo trace --json -- ./serveur > appels.jsonl",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fault.Usage("il manque le programme à suivre", "Essayez `labo trace serveur.py`.")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runTrace(cmd.Context(), c, args, o) },
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false) // what follows the program is the program's
	flags.StringVar(&o.view, "vue", "", "choisit la `VUE` : lignes, fil (du temps), resume ou sequence")
	flags.BoolVar(&o.json, "json", false, "écrit un évènement JSON par ligne (docs/json-trace.md)")
	flags.StringVar(&o.out, "sortie", "", "écrit dans ce `FICHIER`, et laisse le terminal au programme")
	flags.BoolVar(&o.explain, "explique", true, "explique chaque appel la première fois")
	flags.BoolVar(&o.all, "tout", false, "montre aussi les lectures, écritures et fermetures de fichiers")
	flags.BoolVar(&o.text, "texte", false, "n'utilise pas le plein écran")
	flags.BoolVar(&o.projection, "projection", false, "pour une classe : encre et papier, rien de pâle ni de coloré")
	flags.StringVar(&o.source, "source", "auto", "observe par `MOYEN` : auto, noyau ou python")
	o.page.flags(cmd)
	filmFlag(cmd, &o.film)
	complete(cmd, "vue", traceViews...)
	complete(cmd, "source", "auto", "noyau", "python")
	return cmd
}

var traceSources = map[string]trace.How{"auto": trace.Best, "noyau": trace.Kernel, "python": trace.Python}

func runTrace(ctx context.Context, c *console, args []string, o traceOptions) error {
	debug.SetGCPercent(400) // what a trace keeps is small; the program waits while it is collected
	if o.projection {
		if o.json || o.out != "" {
			return fault.Usage("--projection se contredit avec --json ou --sortie", "Elle occupe le terminal que voit la classe : retirez l'autre option.")
		}
		c.projected = true
	}
	if err := o.page.check(against(o)); err != nil {
		return err
	}
	how, ok := traceSources[text.Fold(o.source)]
	if !ok {
		return fault.Usage("« "+text.Visible(o.source)+" » ne convient pas à l'option --source",
			"Choisissez `--source auto`, `--source noyau` ou `--source python`.")
	}
	if o.view = text.Fold(o.view); o.view != "" && !contains(traceViews, o.view) {
		return fault.Usage("il n'y a pas de vue « "+text.Visible(o.view)+" »",
			"Choisissez `--vue lignes`, `--vue fil`, `--vue resume` ou `--vue sequence`.")
	}
	commands, err := resolveAll(args)
	if err != nil {
		return err
	}
	if o.view == "" {
		o.view = defaultView(commands)
	}
	t := &tracing{c: c, o: o, commands: commands,
		run: trace.Options{How: how, All: o.all, Wait: readyWait, Since: time.Now()}}
	return t.filmed(ctx, func(ctx context.Context) error {
		switch {
		case o.page.wanted:
			return t.discard(ctx)
		case o.out == "" && !o.json && !o.text && scope.Available && c.canDraw():
			return t.screen(ctx)
		}
		return t.text(ctx)
	})
}

// against is the option that goes against a page, "" for none.
func against(o traceOptions) string {
	switch {
	case o.json:
		return "--json"
	case o.out != "":
		return "--sortie"
	case o.text:
		return "--texte"
	case o.projection:
		return "--projection"
	}
	return ""
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// readyWait is how long a program may take to be ready for the next one.
const readyWait = 5 * time.Second

func resolveAll(args []string) ([]*trace.Command, error) {
	var commands []*trace.Command
	for _, words := range trace.Split(args) {
		command, err := trace.Resolve(words)
		if err != nil {
			return nil, startFault(err)
		}
		commands = append(commands, command)
	}
	return commands, nil
}

// defaultView is the listing where there is one source to list.
func defaultView(commands []*trace.Command) string {
	switch {
	case len(commands) > 1:
		return viewSequence
	case commands[0].Script != "":
		return viewLines
	}
	return viewThread
}

// tracing is one `labo trace`.
type tracing struct {
	c        *console
	o        traceOptions
	commands []*trace.Command
	run      trace.Options
}
