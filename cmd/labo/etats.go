package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/demo"
	"labo/lessons/dialogue"
	"labo/lessons/etats"
	"labo/lessons/fault"
	"labo/lessons/prose"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/page"
	"labo/lessons/stage/screen"
	"labo/lessons/stage/tape"
	"labo/lessons/text"
	"labo/probe"
)

func newEtatsCommand(c *console) *cobra.Command {
	var auto durationValue
	var asText, projection bool
	var o pageOptions
	var filmPath string
	cmd := &cobra.Command{
		Use:     "etats [ÉTAT]",
		Aliases: []string{"états", "etat"},
		Short:   "Fabrique les onze états de TCP, pour de vrai",
		GroupID: groupWatch,
		Long: "Chaque état d'une connexion TCP, fabriqué sur cette machine et vu dans la table du noyau, avec sa recette ; " +
			"puis le schéma des états atteints.\n\n" +
			"Avec un nom d'état, labo fabrique celui-là et le tient pendant que vous regardez avec d'autres outils, " +
			"jusqu'à Entrée, Ctrl+C ou la fin de l'entrée.",
		Example: "labo etats\nlabo etats --projection\nlabo etats --texte\nlabo etats CLOSING\nlabo etats TIME-WAIT --auto=30s",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			states := demo.Eleven
			if len(args) == 1 {
				s, ok := probe.ParseState(args[0])
				if !ok || s == probe.Bound {
					near := text.Nearest(strings.ToUpper(args[0]), stateNames())
					for i := range near {
						near[i] = "etats " + near[i]
					}
					return fault.Usage("« "+text.Visible(args[0])+" » n'est pas un état de TCP",
						didYouMean("labo", near)+"Les onze états sont : "+andList(stateNames())+".")
				}
				states = []probe.State{s}
			}
			var delay *time.Duration
			if cmd.Flags().Changed("auto") {
				d := time.Duration(auto)
				delay = &d
			}
			against := ""
			if asText {
				against = "--texte"
			} else if delay != nil {
				against = "--auto"
			}
			if projection {
				if err := projectStates(c, asText, delay != nil, o.wanted); err != nil {
					return err
				}
			}
			if err := o.check(against); err != nil {
				return err
			}
			reel, err := record(filmPath, "Les onze états de TCP", 0, delay != nil, (&notices{console: c}).tell)
			if err != nil {
				return err
			}
			defer reel.close()
			return showStates(cmd.Context(), c, states, statesView{auto: delay, text: asText, page: o, film: reel})
		},
	}
	cmd.Flags().BoolVar(&asText, "texte", false, "écrit ligne après ligne, au lieu d'occuper tout l'écran")
	cmd.Flags().BoolVar(&projection, "projection", false, "pour une classe : une idée par page, et le schéma où les sockets mesurés bougent")
	cmd.Flags().Var(&auto, "auto", "avance sans touche, en tenant chaque état pendant cette `DURÉE` (3s si elle manque)")
	cmd.Flags().Lookup("auto").NoOptDefVal = "3s"
	o.flags(cmd)
	filmFlag(cmd, &filmPath)
	cmd.ValidArgsFunction = cobra.FixedCompletions(stateNames(), cobra.ShellCompDirectiveNoFileComp)
	return cmd
}

// projectStates prepares the states for a class.
func projectStates(c *console, asText, alone, onPage bool) error {
	switch {
	case asText:
		return fault.Usage("--projection et --texte se contredisent", "La projection occupe tout l'écran : choisissez l'une des deux.")
	case alone:
		return fault.Usage("--projection et --auto se contredisent ici", "Devant une classe, c'est vous qui tournez les pages.")
	case !onPage && (!c.canDraw() || !hasSize(c.outFile)):
		return fault.Failed("la projection demande un terminal", "Lancez-la dans un terminal, sans la rediriger ; dans un tube ou un fichier, retirez --projection.", nil)
	}
	c.projected = true
	return nil
}

func stateNames() []string {
	var names []string
	for _, s := range demo.Eleven {
		names = append(names, s.String())
	}
	return names
}

// statesView is how the states are shown.
type statesView struct {
	auto *time.Duration
	text bool
	page pageOptions
	film *recording
}

func showStates(ctx context.Context, c *console, states []probe.State, v statesView) error {
	tour := etats.Tour{States: states, Hold: true}
	var reached []probe.State
	var err error
	switch {
	case v.page.wanted:
		reached, err = statesOnPage(ctx, c, &tour, v)
	case v.auto == nil && !v.text && c.canDraw() && hasSize(c.outFile):
		reached, err = statesOnScreen(ctx, c, &tour, v.film)
	default:
		reached, err = statesAsText(ctx, c, &tour, v.auto, v.film)
	}
	if err != nil {
		return err
	}
	if missing := len(states) - len(reached); missing > 0 && len(states) == 1 {
		return fault.Told(fault.ExitFailed)
	}
	if len(states) > 1 {
		fmt.Fprintln(c.out, text.French(fmt.Sprintf("  %s sur %d.", text.Plural(len(reached), "état atteint"), len(states))))
	}
	return nil
}

// statesOnPage shows them in the browser.
func statesOnPage(ctx context.Context, c *console, tour *etats.Tour, v statesView) (reached []probe.State, err error) {
	tour.HoldDiagram = true
	begun := time.Now()
	if v.film != nil {
		begun = v.film.begun
	}
	o := page.Options{Title: "Les onze états de TCP", Begun: begun}
	if c.projected { // the wall, and the lectern beside it
		if o.Notes, err = nextState(tour); err != nil {
			return nil, err
		}
	}
	err = onPage(ctx, c, v.page, served{
		Options: o,
		film:    v.film,
		play: func(ctx context.Context, s dialogue.Stage) error {
			tour.Stage = s
			reached, err = tour.Run(ctx)
			return err
		},
		last: func() string { return "C'est fini. Cette page peut être fermée." },
	})
	return reached, err
}

// nextState returns the title of the state that follows a scene: nothing is noted
// of them.
func nextState(tour *etats.Tour) (func(string) ([]prose.Block, string), error) {
	heads, err := tour.Heads()
	return func(id string) ([]prose.Block, string) {
		for i, h := range heads {
			if h.ID == id && i+1 < len(heads) {
				return nil, heads[i+1].Title
			}
		}
		return nil, ""
	}, err
}

func statesOnScreen(ctx context.Context, c *console, tour *etats.Tour, reel *recording) (reached []probe.State, err error) {
	heads, err := tour.Heads()
	if err != nil {
		return nil, err
	}
	tour.HoldDiagram = true // it would go with the screen
	err = onScreen(ctx, c, screen.Options{Heads: heads, Projection: c.projected}, &notices{console: c}, func(ctx context.Context, s dialogue.Stage) error {
		tour.Stage = reel.on(s, tape.Options{})
		reached, err = tour.Run(ctx)
		return err
	})
	return reached, err
}

func statesAsText(ctx context.Context, c *console, tour *etats.Tour, auto *time.Duration, reel *recording) ([]probe.State, error) {
	var keys *linear.Keyboard
	// One state is held until the end of the input even where that is a pipe:
	// `labo etats CLOSING` waits for whoever looks.
	if auto == nil && (len(tour.States) == 1 || c.inTerminal() && c.outTerminal()) {
		var err error
		if keys, err = linear.NewKeyboard(c.in); err != nil {
			return nil, fault.Failed("le clavier ne peut pas être lu", "Essayez `labo etats --auto`.", err)
		}
		defer keys.Close()
	}
	tour.Stage = reel.on(linear.New(c.out, c.palette(), c.width, keys, auto), tape.Options{})
	return tour.Run(ctx)
}
