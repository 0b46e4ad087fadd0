package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons"
	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/fault"
	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/screen"
	"labo/lessons/text"
)

// mostReviewed is how many questions are asked in a sitting of five minutes.
const mostReviewed = 6

// revoirOptions are the options of `labo revoir`.
type revoirOptions struct {
	port uint16 // 0: another than the sheet's, that is free
	text bool
}

func newRevoirCommand(c *console) *cobra.Command {
	var o revoirOptions
	cmd := &cobra.Command{
		Use:     "revoir",
		Aliases: []string{"reviser", "réviser"},
		Short:   "Repose en cinq minutes les questions que vous avez manquées ou passées",
		GroupID: groupLearn,
		Long: notebook.ReviewRule + "\n\n" +
			"labo commence par celles où vous n'hésitiez pas. Il refait l'expérience pour de vrai, sur un autre port que la première fois " +
			"et, quand la question s'y prête, avec d'autres nombres ou un autre message. De la scène, il ne montre que ce qui mène à la question et ce qui y répond. Votre cahier garde l'avant et l'après.",
		Example: "labo revoir\nlabo revoir --texte",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return review(cmd.Context(), c, o)
		},
	}
	cmd.Flags().Var((*portValue)(&o.port), "port", "joue sur ce `PORT` (par défaut : un port libre, autre que celui de la fiche)")
	cmd.Flags().BoolVar(&o.text, "texte", false, "écrit ligne après ligne, au lieu d'occuper tout l'écran")
	return cmd
}

// review asks what is due today, or says when something is.
func review(ctx context.Context, c *console, o revoirOptions) error {
	contents, err := lessons.Contents()
	if err != nil {
		return err
	}
	notices := notices{console: c}
	session := openNotebookTelling(c, notices.tell)
	defer session.Close()
	all := session.Notebook().Reviews(contents, time.Local)
	due, next := notebook.Today(all, time.Now())
	if len(due) == 0 {
		for _, l := range text.Paragraph(nothingDue(session.Notebook(), contents, len(all), next), min(c.width(), 80)-1) {
			fmt.Fprintln(c.out, l)
		}
		return nil
	}
	if !c.inTerminal() || !c.outTerminal() {
		return fault.Failed(text.Plural(len(due), "question")+" à revoir aujourd'hui, et personne n'est au clavier",
			"Tapez `labo revoir` dans un terminal.", nil)
	}
	if o.port == 0 {
		o.port = otherPort(ctx)
	}
	if err := bench.CheckPort(ctx, o.port); err != nil {
		return portFault(err, "labo revoir")
	}
	self, err := os.Executable()
	if err != nil {
		return fault.Failed("labo ne retrouve pas son propre programme", "Relancez labo depuis son dossier.", err)
	}
	r := reviewing{session: session, contents: contents, due: due[:min(len(due), mostReviewed)], titles: map[string]string{}}
	player := bench.Player{Port: o.port, Self: []string{self, childCommand}, Recorder: notebook.Review{Session: session, Port: o.port}, Recap: r.lastPage}
	err = r.play(ctx, c, &player, o, &notices)
	if words := notebook.ReviewAhead(session.Notebook().Reviews(contents, time.Local), time.Now()); err == nil && words != "" {
		fmt.Fprintln(c.out, "\n  "+text.Prose(words))
	}
	return stepFault(err)
}

// nothingDue says why nothing is asked, and what to do.
func nothingDue(book *notebook.Notebook, contents notebook.Contents, later int, next time.Time) string {
	switch {
	case later > 0:
		return "Rien à revoir aujourd'hui. " + text.Plural(later, "question") + " à revoir, dès " + notebook.When(next, time.Now()) + ". " + notebook.ReviewRule
	case !slices.ContainsFunc(book.Progress(contents), func(p notebook.Progress) bool { return p.Begun }):
		return "Rien à revoir : votre cahier n'a encore aucune prédiction. Commencez par `labo etape 1`."
	}
	return "Rien à revoir : aucune question manquée ou passée n'attend. La suite : `" + nextCommand(book, contents) + "`."
}

// otherPort returns a port that is free now, near the sheet's and not it.
func otherPort(ctx context.Context) uint16 {
	const near = 50
	first := rand.N(near)
	for i := range near {
		port := atelier.Port + 1 + uint16((first+i)%near)
		if bench.CheckPort(ctx, port) == nil {
			return port
		}
	}
	return atelier.Port // which says who has it
}

// reviewing is one sitting.
type reviewing struct {
	session  *notebook.Session
	contents notebook.Contents
	due      []notebook.Due
	titles   map[string]string // of the scenes
}

// play asks what is due, on the whole screen where it can.
func (r *reviewing) play(ctx context.Context, c *console, player *bench.Player, o revoirOptions, n *notices) error {
	scenes := r.scenes()
	if !o.text && c.canDraw() && hasSize(c.outFile) {
		return onScreen(ctx, c, screen.Options{Port: player.Port}, n, func(ctx context.Context, s dialogue.Stage) error {
			player.Stage = s
			return player.Review(ctx, scenes)
		})
	}
	keys, err := linear.NewKeyboard(c.in)
	if err != nil {
		return fault.Failed("le clavier ne peut pas être lu", "Tapez `labo revoir` dans un autre terminal.", err)
	}
	defer keys.Close()
	player.Stage = linear.New(c.out, c.palette(), c.width, keys, nil)
	return player.Review(ctx, scenes)
}

// scenes groups what is due by scene, in the order of the first of each.
func (r *reviewing) scenes() []bench.Again {
	var all []bench.Again
	for _, d := range r.due {
		if i := slices.IndexFunc(all, func(a bench.Again) bool { return a.Step.Number == d.Step && a.Scene == d.Scene }); i >= 0 {
			all[i].Parts = append(all[i].Parts, d.Part)
			continue
		}
		step, _ := lessons.StepByNumber(d.Step)
		kept := r.session.Notebook().Step(d.Step).Scene(d.Scene)
		r.titles[d.Scene] = kept.Title
		before, time := map[string]string{}, 1
		for _, p := range kept.Predictions {
			before[p.Part], time = p.Before(), max(time, p.Reviewed()+1)
		}
		all = append(all, bench.Again{Step: step, Scene: d.Scene, Parts: []string{d.Part}, Time: time, Before: func(part string) string { return before[part] }})
	}
	return all
}

// lastPage says of each question how it was answered, and when it comes back.
func (r *reviewing) lastPage() dialogue.LastPage {
	now := time.Now()
	book := r.session.Notebook()
	later := book.Reviews(r.contents, time.Local)
	list := prose.Block{Kind: prose.List}
	for _, d := range r.due {
		said := "pas posée, elle reste à revoir"
		at := slices.IndexFunc(later, func(l notebook.Due) bool { return l.Step == d.Step && l.Scene == d.Scene && l.Part == d.Part })
		switch {
		case at < 0:
			said = "juste deux fois de suite, acquise"
		case !later[at].On.After(now):
		case later[at].Right > 0:
			said = "juste ; une dernière fois " + notebook.When(later[at].On, now)
		case later[at].Passed:
			said = "passée ; elle revient " + notebook.When(later[at].On, now)
		default:
			said = "manquée ; elle revient " + notebook.When(later[at].On, now)
		}
		list.Items = append(list.Items, []prose.Span{{Text: "« " + strings.TrimSpace(text.Visible(r.titles[d.Scene])) + " » : " + said + "."}})
	}
	ahead := prose.Block{Kind: prose.List}
	if words := notebook.ReviewAhead(later, now); words != "" {
		ahead.Items = append(ahead.Items, notebook.Spans(words))
	}
	ahead.Items = append(ahead.Items, notebook.Spans("Relire l'avant et l'après : `labo cahier`"))
	return dialogue.LastPage{Title: "Révision finie", Blocks: []prose.Block{list, ahead}}
}
