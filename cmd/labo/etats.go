package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/demo"
	"labo/lessons/etats"
	"labo/lessons/fault"
	"labo/lessons/stage"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/screen"
	"labo/lessons/text"
	"labo/probe"
)

func newEtatsCommand(c *console) *cobra.Command {
	var auto durationValue
	var asText, projection bool
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
			if projection {
				if err := projectStates(c, asText, delay != nil); err != nil {
					return err
				}
			}
			return showStates(cmd.Context(), c, states, delay, asText)
		},
	}
	cmd.Flags().BoolVar(&asText, "texte", false, "écrit ligne après ligne, au lieu d'occuper tout l'écran")
	cmd.Flags().BoolVar(&projection, "projection", false, "pour une classe : une idée par page, et le schéma où les sockets mesurés bougent")
	cmd.Flags().Var(&auto, "auto", "avance sans touche, en tenant chaque état pendant cette `DURÉE` (3s si elle manque)")
	cmd.Flags().Lookup("auto").NoOptDefVal = "3s"
	cmd.ValidArgsFunction = cobra.FixedCompletions(stateNames(), cobra.ShellCompDirectiveNoFileComp)
	return cmd
}

// projectStates prepares the states for a class.
func projectStates(c *console, asText, alone bool) error {
	switch {
	case asText:
		return fault.Usage("--projection et --texte se contredisent", "La projection occupe tout l'écran : choisissez l'une des deux.")
	case alone:
		return fault.Usage("--projection et --auto se contredisent ici", "Devant une classe, c'est vous qui tournez les pages.")
	case !c.canDraw() || !hasSize(c.outFile):
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

func showStates(ctx context.Context, c *console, states []probe.State, auto *time.Duration, asText bool) error {
	tour := etats.Tour{States: states, Hold: true}
	var reached []probe.State
	var err error
	if auto == nil && !asText && c.canDraw() && hasSize(c.outFile) {
		reached, err = statesOnScreen(ctx, c, &tour)
	} else {
		reached, err = statesAsText(ctx, c, &tour, auto)
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

func statesOnScreen(ctx context.Context, c *console, tour *etats.Tour) (reached []probe.State, err error) {
	heads, err := tour.Heads()
	if err != nil {
		return nil, err
	}
	tour.HoldDiagram = true // it would go with the screen
	err = onScreen(ctx, c, screen.Options{Heads: heads, Projection: c.projected}, &notices{console: c}, func(ctx context.Context, s stage.Stage) error {
		tour.Stage = s
		reached, err = tour.Run(ctx)
		return err
	})
	return reached, err
}

func statesAsText(ctx context.Context, c *console, tour *etats.Tour, auto *time.Duration) ([]probe.State, error) {
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
	tour.Stage = linear.New(c.out, c.palette(), c.width, keys, auto)
	return tour.Run(ctx)
}
