package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/dialogue"
	"labo/lessons/fault"
	"labo/lessons/prose"
	"labo/lessons/room"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/page"
	"labo/lessons/stage/screen"
	"labo/lessons/stage/tape"
	"labo/lessons/text"
	"labo/lessons/voisin"
	"labo/lessons/voisin/link"
	"labo/probe/host"
)

// neighbourOptions are the options of `labo voisin`.
type neighbourOptions struct {
	listen  bool
	address string // to listen on, "" to ask
	name    string
	port    uint16 // of the scenes; the two labo talk on the next
	scene   string
	text    bool
	auto    *time.Duration
	page    pageOptions
	film    string
}

func newVoisinCommand(c *console) *cobra.Command {
	o := neighbourOptions{port: atelier.Port}
	var auto durationValue
	cmd := &cobra.Command{
		Use:     "voisin [ADRESSE CODE]",
		Short:   "Joue à deux, entre votre machine et celle de votre voisin",
		GroupID: groupWatch,
		Long: "Les programmes de la fiche, l'un chez vous, l'autre chez votre voisin, à travers un vrai réseau ; chacun voit " +
			"les tables des deux noyaux.\n\n" +
			"L'un tape `labo voisin --ecouter` : labo dit quelle adresse il va ouvrir et à qui, le demande, et donne un code. " +
			"L'autre tape l'adresse et le code, dits de vive voix. Tout se ferme à la fin, ou par Ctrl+C. " +
			"Une seule machine est admise, et rien n'est chiffré.\n\n" +
			"Ce que chacun dit à l'autre : son nom (tiré au sort, ou choisi par --nom), la scène où il est, ce que labo y fait, et les lignes de la " +
			"table qui citent le port des scènes, avec les programmes qui les tiennent.",
		Example: "labo voisin --ecouter\nlabo voisin 192.168.1.12 KAXTRS\nlabo voisin --ecouter --adresse 192.168.1.12 --nom zoé\nlabo voisin 192.168.1.12 KAXTRS --scene cable",
		Args: func(_ *cobra.Command, args []string) error {
			return checkNeighbour(&o, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			against := ""
			if o.text {
				against = "--texte"
			}
			if cmd.Flags().Changed("auto") {
				d := time.Duration(auto)
				o.auto, against = &d, "--auto"
			}
			if err := o.page.check(against); err != nil {
				return err
			}
			if o.name == "" {
				o.name = room.DrawPseudonym()
			}
			return playWithNeighbour(cmd.Context(), c, o, args)
		},
	}
	cmd.Flags().BoolVar(&o.listen, "ecouter", false, "attend votre voisin, après vous avoir dit ce qui s'ouvre")
	cmd.Flags().StringVar(&o.address, "adresse", "", "avec --ecouter, ouvre cette `ADRESSE` de votre machine, sans le demander")
	cmd.Flags().StringVar(&o.name, "nom", "", "se présente sous ce `NOM`, au lieu d'un nom tiré au sort")
	cmd.Flags().Var((*portValue)(&o.port), "port", "joue sur ce `PORT` ; les deux labo se parlent sur le suivant")
	cmd.Flags().StringVar(&o.scene, "scene", "", "commence à la scène `NOM`")
	cmd.Flags().BoolVar(&o.text, "texte", false, "écrit ligne après ligne, au lieu d'occuper tout l'écran")
	cmd.Flags().Var(&auto, "auto", "avance sans touche, en laissant cette `DURÉE` à chaque pause (3s si elle manque)")
	cmd.Flags().Lookup("auto").NoOptDefVal = "3s"
	o.page.flags(cmd)
	filmFlag(cmd, &o.film)
	cmd.ValidArgsFunction = cobra.NoFileCompletions
	if err := cmd.RegisterFlagCompletionFunc("scene", completeNeighbourScenes); err != nil {
		panic(err) // the option does not exist: a mistake in this program
	}
	return cmd
}

// checkNeighbour refuses what says neither how to wait nor where to go.
func checkNeighbour(o *neighbourOptions, args []string) error {
	const hint = "L'un tape `labo voisin --ecouter` ; l'autre, `labo voisin ADRESSE CODE`, avec ce que le premier lui dit."
	switch {
	case o.listen && len(args) > 0:
		return fault.Usage("on écoute, ou on va chez un autre : pas les deux", hint)
	case !o.listen && o.address != "":
		return fault.Usage("--adresse va avec --ecouter", hint)
	case !o.listen && len(args) != 2:
		return fault.Usage("il manque l'adresse et le code", hint)
	case o.port == 65535:
		return fault.Usage("il faut deux ports qui se suivent", "Choisissez un port plus petit.")
	case o.scene != "" && !slices.Contains(neighbourScenes(), o.scene):
		return fault.Usage("« labo voisin » n'a pas de scène « "+text.Visible(o.scene)+" »", "Ses scènes sont : "+andList(neighbourScenes())+".")
	case len([]rune(o.name)) > link.MaxName:
		return fault.Usage(fmt.Sprintf("un nom a %d caractères au plus", link.MaxName), "Sans --nom, labo en tire un au sort.")
	}
	return nil
}

// completeNeighbourScenes proposes the scenes for two. Their texts are read
// then alone: every command would pay for it at its start.
func completeNeighbourScenes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return neighbourScenes(), cobra.ShellCompDirectiveNoFileComp
}

func neighbourScenes() (ids []string) {
	if words, err := prose.Neighbours(); err == nil {
		for _, s := range words.Sections {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// playWithNeighbour meets the neighbour, and plays.
func playWithNeighbour(ctx context.Context, c *console, o neighbourOptions, args []string) error {
	n := &notices{console: c}
	l, err := meetNeighbour(ctx, c, o, args, n)
	if err != nil {
		return err
	}
	duo := voisin.New(l, o.port)
	defer duo.Close()
	c.tell(fmt.Sprintf("%s est là (%s). Vous êtes « %s ».", duo.Name(), l.Peer().There, text.Visible(o.name)))
	step, err := duo.Step()
	if err != nil {
		return err
	}
	self, err := host.Executable()
	if err != nil {
		return fault.Failed("labo ne retrouve pas son propre programme", "Relancez labo depuis son dossier.", err)
	}
	player := bench.Player{
		Step: step, Port: o.port, Start: o.scene, Self: []string{self, childCommand}, Recap: neighbourRecap,
		Alone: !o.page.wanted && (o.auto != nil || !c.inTerminal() || !c.outTerminal()),
	}
	reel, err := record(o.film, step.Text.Title, o.port, player.Alone, n.tell)
	if err != nil {
		return err
	}
	defer reel.close()
	return neighbourFault(showNeighbour(ctx, c, &player, duo, o, n, reel))
}

// neighbourRecap is the last page.
func neighbourRecap() (last dialogue.LastPage) {
	if known, err := prose.NeighboursRecap(); err == nil {
		last.Title = known.Title + " : ce que vous savez"
		for _, part := range known.Parts {
			last.Blocks = append(last.Blocks, part.Blocks...)
		}
	}
	return last
}

// showNeighbour plays where it is asked for.
func showNeighbour(ctx context.Context, c *console, player *bench.Player, duo *voisin.Duo, o neighbourOptions, n *notices, reel *recording) error {
	facing := func() dialogue.Facing {
		f := duo.Facing()
		return dialogue.Facing{Name: f.Name, When: f.When(), Note: f.Note(), Lost: f.Lost != "", Rows: f.Rows}
	}
	taped := tape.Options{Port: o.port, Facing: facing}
	on := func(s dialogue.Stage) dialogue.Stage { return reel.on(s, taped) }
	switch {
	case o.page.wanted:
		begun := time.Now()
		if reel != nil {
			begun = reel.begun
		}
		return onPage(ctx, c, o.page, served{
			Options: page.Options{Title: player.Step.Text.Title, Begun: begun, Lesson: o.port},
			tape:    taped,
			film:    reel,
			play: func(ctx context.Context, s dialogue.Stage) error {
				player.Stage = s
				return player.Play(ctx)
			},
			last: func() string { return "C'est fini. Cette page peut être fermée." },
		})
	case !player.Alone && !o.text && c.canDraw() && hasSize(c.outFile):
		return playOnScreen(ctx, c, player, screen.Options{Facing: facing}, n, on)
	}
	var keys *linear.Keyboard
	if !player.Alone {
		var err error
		if keys, err = linear.NewKeyboard(c.in); err != nil {
			return fault.Failed("le clavier ne peut pas être lu", "Essayez avec `--auto`.", err)
		}
		defer keys.Close()
	}
	player.Stage = on(linear.New(c.out, c.palette(), c.width, keys, o.auto))
	return player.Play(ctx)
}

// meetNeighbour waits for the neighbour, or goes to them.
func meetNeighbour(ctx context.Context, c *console, o neighbourOptions, args []string, n *notices) (link.Link, error) {
	if o.listen {
		return awaitNeighbour(ctx, c, o, n)
	}
	to, err := netip.ParseAddrPort(args[0])
	if err != nil {
		addr, wrong := netip.ParseAddr(args[0])
		if wrong != nil {
			return nil, fault.Usage("« "+text.Visible(args[0])+" » n'est pas une adresse", "L'adresse est celle qu'affiche le labo de votre voisin : par exemple 192.168.1.12.")
		}
		to = netip.AddrPortFrom(addr, o.port+1)
	}
	code, ok := link.ReadCode(args[1])
	if !ok {
		return nil, fault.Usage("« "+text.Visible(args[1])+" » n'est pas un code", fmt.Sprintf("Un code a %d lettres : celles qu'affiche le labo de votre voisin.", link.CodeLength))
	}
	c.tell(heardByNeighbour(o))
	l, err := link.Dial(ctx, to, code, o.name)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, voisin.Meeting(err, to)
	}
	return l, nil
}

// awaitNeighbour opens an address, with the reader's consent, and waits.
func awaitNeighbour(ctx context.Context, c *console, o neighbourOptions, n *notices) (link.Link, error) {
	at, err := neighbourAddress(ctx, c, o)
	if err != nil {
		return nil, err
	}
	talk, play := netip.AddrPortFrom(at, o.port+1), netip.AddrPortFrom(at, o.port)
	if probe, err := chat.Listen(ctx, play); err != nil { // told now rather than in a scene
		return nil, portFault(err, "labo voisin --ecouter")
	} else {
		probe.Close()
	}
	code := link.NewCode()
	l, err := link.Listen(ctx, talk, code, o.name, func(x link.Notice) { n.tell(voisin.NoticeWords(x)) })
	if err != nil {
		return nil, fault.Failed("labo ne peut pas écouter sur "+talk.String()+" : "+fault.Cause(err), "Choisissez un autre port : `labo voisin --ecouter --port 12350`.", err)
	}
	other := "labo voisin " + at.String() + " " + code
	if o.port != atelier.Port {
		other += " --port " + strconv.Itoa(int(o.port))
	}
	c.tell("Ouvert : " + talk.String() + ". Votre voisin tape, sur sa machine :")
	fmt.Fprintf(c.out, "\n    %s\n\n", c.palette().Strong(other))
	c.tell("On attend votre voisin ; Ctrl+C arrête et ferme.")
	if err := l.Await(ctx); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// neighbourAddress says what will be opened, and to whom, and asks.
func neighbourAddress(ctx context.Context, c *console, o neighbourOptions) (netip.Addr, error) {
	all, err := room.Addresses()
	all = slices.DeleteFunc(all, func(a room.Address) bool { return a.Addr.IsLoopback() })
	if err != nil {
		return netip.Addr{}, fault.Failed("les adresses de cette machine n'ont pas pu être lues : "+fault.Cause(err), "Donnez-la : `labo voisin --ecouter --adresse ADRESSE`.", err)
	}
	if o.address != "" {
		addr, err := netip.ParseAddr(o.address)
		if err != nil || addr.IsUnspecified() {
			return netip.Addr{}, fault.Usage("« "+text.Visible(o.address)+" » n'est pas une adresse de machine", "labo n'en ouvre qu'une à la fois : par exemple `--adresse 192.168.1.12`.")
		}
		return addr.Unmap(), nil
	}
	if len(all) == 0 {
		return netip.Addr{}, fault.Failed("cette machine n'a pas d'adresse où un voisin puisse venir", "Reliez-la d'abord à un réseau : Wi-Fi, câble, ou partage de connexion.", nil)
	}
	if !c.inTerminal() {
		return netip.Addr{}, fault.Usage("personne ne peut répondre ici : dites quelle adresse ouvrir", "Par exemple `--adresse "+all[0].Addr.String()+"`.")
	}
	c.tell("Adresses de cette machine :")
	for _, a := range all {
		fmt.Fprintf(c.out, "    %s  %s\n", text.PadRight(a.Addr.String(), 16), text.Visible(a.Interface))
	}
	at := all[0].Addr
	c.tell(fmt.Sprintf("labo va ouvrir %s, port %d : toute machine de ce réseau peut s'y présenter, une seule est admise, celle qui a le code. "+
		"Pendant une scène, et pas davantage, il y ouvre aussi le port %d, et n'y garde que cette machine. "+
		"Une autre adresse : `labo voisin --ecouter --adresse ADRESSE`.", at, o.port+1, o.port))
	c.tell(heardByNeighbour(o))
	yes, err := confirm(ctx, c, "  Ouvrir ?", errors.New("no terminal"))
	if err == nil && !yes {
		err = fault.Failed("rien n'est ouvert", "", nil)
	}
	return at, err
}

// heardByNeighbour lists what the neighbour will be told.
func heardByNeighbour(o neighbourOptions) string {
	return fmt.Sprintf("Votre voisin verra : votre nom (« %s »), la scène où vous êtes, ce que labo y fait, et les lignes de votre table qui citent le port %d, "+
		"avec les programmes qui les tiennent. Rien d'autre, et rien n'est chiffré.", text.Visible(o.name), o.port)
}

// tell writes a sentence among the results.
func (c *console) tell(sentence string) {
	for _, l := range text.Paragraph(sentence, c.width()-3) {
		fmt.Fprintln(c.out, "  "+l)
	}
}

// neighbourFault gives French words to what can end a play for two.
func neighbourFault(err error) error {
	if broken, ok := errors.AsType[*bench.SceneError](err); ok {
		return fault.Failed("une scène n'a pas pu aller à son terme : "+broken.Scene, "Le motif est affiché dans la scène.", err)
	}
	return err
}
