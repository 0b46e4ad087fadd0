package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/film"
	"labo/lessons/stage/page"
	"labo/lessons/stage/reel"
	"labo/lessons/text"
)

// filmOptions are the options of `labo film`.
type filmOptions struct {
	page  pageOptions
	html  string
	cast  string
	text  bool
	start string
	speed string
	force bool
}

func newFilmCommand(c *console) *cobra.Command {
	var o filmOptions
	cmd := &cobra.Command{
		Use:     "film FICHIER",
		Short:   "Rejoue une leçon enregistrée avec --film",
		GroupID: groupWatch,
		Long: "Rejoue ce qu'une leçon a dit, fait, mesuré et répondu : avec pause, vitesse, retour à une scène ou à un moment. " +
			"Rien n'est mesuré à nouveau, et l'écran dit toujours que c'est un enregistrement, et de quand.\n\n" +
			"Dans un terminal, le film occupe tout l'écran ; ? explique les touches. Avec --page, il se rejoue dans votre navigateur. " +
			"--html en fait un seul fichier, à ouvrir hors ligne ou à rendre.",
		Example: "labo etape 1 --film etape1.film\nlabo film etape1.film\nlabo film etape1.film --page\nlabo film etape1.film --html etape1.html\nlabo film etape1.film --debut 2:30 --vitesse 2",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return fault.Usage("`labo film` rejoue un fichier à la fois", "Par exemple `labo film etape1.film`, après `labo etape 1 --film etape1.film`.")
		},
		RunE: func(cmd *cobra.Command, args []string) error { return playFilm(cmd.Context(), c, args[0], o) },
	}
	o.page.flags(cmd)
	cmd.Flags().StringVar(&o.html, "html", "", "écrit le film dans `FICHIER`, une page qui n'a besoin de rien d'autre (- pour l'écran)")
	cmd.Flags().StringVar(&o.cast, "asciicast", "", "écrit le film dans `FICHIER`, au format asciicast v2 (- pour l'écran)")
	cmd.Flags().BoolVar(&o.text, "texte", false, "écrit ligne après ligne, au lieu d'occuper tout l'écran")
	cmd.Flags().StringVar(&o.start, "debut", "", "commence à ce `MOMENT` : 2:30 ou 150")
	cmd.Flags().StringVar(&o.speed, "vitesse", "", "joue à cette `VITESSE` : 0,5, 1, 2, 4 ou 8")
	cmd.Flags().BoolVar(&o.force, "force", false, "remplace le fichier de --html ou --asciicast")
	cmd.MarkFlagsMutuallyExclusive("page", "html", "asciicast", "texte")
	complete(cmd, "vitesse", "0,5", "1", "2", "4", "8")
	return cmd
}

// filmSpeeds are the words for the speeds of the view.
var filmSpeeds = map[string]float64{"": 1, "0,5": 0.5, "0.5": 0.5, "1": 1, "2": 2, "4": 4, "8": 8}

func playFilm(ctx context.Context, c *console, path string, o filmOptions) error {
	start, ok := reel.Moment(o.start)
	if !ok && o.start != "" {
		return fault.Usage("« "+text.Visible(o.start)+" » n'est pas un moment", "Un moment est en secondes, ou en minutes:secondes : 150 ou 2:30.")
	}
	speed, ok := filmSpeeds[o.speed]
	if !ok {
		return fault.Usage("« "+text.Visible(o.speed)+" » n'est pas une vitesse", "Les vitesses sont 0,5, 1, 2, 4 et 8.")
	}
	if err := o.page.check(""); err != nil {
		return err
	}
	f, err := film.Open(path)
	if err != nil {
		return filmFault(path, err)
	}
	switch {
	case o.html != "":
		return exportFilm(ctx, c, "--html", o.html, o.force, func(w io.Writer) error { return page.HTML(w, f) })
	case o.cast != "":
		return exportFilm(ctx, c, "--asciicast", o.cast, o.force, func(w io.Writer) error { return reel.Cast(w, f) })
	case o.page.wanted:
		return filmOnPage(ctx, c, o.page, f)
	case o.text || !c.canDraw() || !hasSize(c.outFile):
		reel.Text(ctx, c.out, c.palette(), c.width, f)
		return ctx.Err()
	}
	return reel.Run(ctx, reel.Options{Options: c.screen(), Film: f, Start: start, Speed: speed})
}

// filmFault gives French words to what a film cannot be read for.
func filmFault(path string, err error) error {
	name := "« " + text.Visible(path) + " »"
	newer, isNewer := errors.AsType[*film.NewerError](err)
	switch {
	case isNewer:
		return fault.Failed(fmt.Sprintf("%s est un film d'une autre version de labo (format %d)", name, newer.Format), "Rejouez-le avec le labo qui l'a enregistré, ou un plus récent.", err)
	case errors.Is(err, film.ErrNoFilm):
		return fault.Failed(name+" n'est pas un film de labo", "Un film s'enregistre avec --film : `labo etape 1 --film etape1.film`.", err)
	case errors.Is(err, fs.ErrNotExist):
		return fault.Failed("il n'y a pas de fichier "+name, "Vérifiez son nom, et le dossier où vous êtes.", err)
	case errors.Is(err, film.ErrTooLarge):
		return fault.Failed(name+" est plus grand que tout film de labo", "Un film d'une étape fait moins d'un mégaoctet.", err)
	}
	return fault.Failed(name+" ne peut pas être lu : "+fault.File(err), "Vérifiez le nom du fichier.", err)
}

// exportFilm writes what a film becomes.
func exportFilm(ctx context.Context, c *console, option, path string, force bool, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if path == "-" {
		_, err := c.out.Write(b.Bytes())
		return err
	}
	if err := writeExport(ctx, c, "labo film FICHIER "+option, path, force, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintln(c.out, text.French("Le film est dans "+text.Visible(path)+" ("+size(b.Len())+")."))
	return nil
}

// filmOnPage serves a film until the reader has seen enough.
func filmOnPage(ctx context.Context, c *console, o pageOptions, f *film.Film) error {
	server, err := serve(ctx, nil, o, page.Options{Film: f})
	if err != nil {
		return err
	}
	defer server.Close()
	show(c, server, o, false)
	sayHere(c, "Ici : q puis Entrée termine, Ctrl+C aussi.")
	left := make(chan struct{})
	quit := sync.OnceFunc(func() { close(left) })
	defer onKeys(ctx, c, quit)()
	select {
	case <-left:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
