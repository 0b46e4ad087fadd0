package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons"
	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/fault"
	"labo/lessons/notebook"
	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/screen"
	"labo/lessons/stage/tape"
	"labo/lessons/text"
	"labo/probe/host"
)

// etapeOptions are the options of `labo etape`.
type etapeOptions struct {
	port       uint16
	auto       *time.Duration // nil: at the reader's pace
	scene      string
	restart    bool
	text       bool
	projection bool
	page       pageOptions
	film       string
	folder     string // of a teacher's own text, "" for that of labo's home
	class      string // in projection: the name under which its votes are kept, "" to keep none
	address    string // in projection: where to open the room of that class, "" to open none
}

func newEtapeCommand(c *console) *cobra.Command {
	o := etapeOptions{port: atelier.Port}
	var auto durationValue
	cmd := &cobra.Command{
		Use:     "etape NUMÉRO",
		Aliases: []string{"étape"},
		Short:   "Joue une étape de la fiche, scène par scène",
		GroupID: groupLearn,
		Long: "labo joue une étape de la fiche avec vous. Chaque scène pose une question, agit pour de vrai " +
			"sur ce système, montre ce que le noyau en sait, puis explique.\n\n" +
			"Dans un terminal, l'étape occupe tout l'écran ; les touches sont en bas, ? les explique. " +
			"Avec --texte, tout s'écrit ligne après ligne : c'est la forme qui convient à un lecteur d'écran. " +
			"Avec --projection, l'étape se joue devant une classe : une idée par page, un vote à chaque prédiction, rien n'est gardé ; " +
			"`labo notes`, dans un second terminal, montre alors vos notes ; avec --page, c'est le pupitre, une seconde page. " +
			"Avec --page, elle se joue dans votre navigateur, servie par labo à cette machine seule. " +
			"Avec --film, tout ce qui est dit, fait, mesuré et répondu est enregistré dans un fichier, que `labo film` rejoue.\n\n" +
			"Ctrl+C arrête à tout moment et ne laisse rien derrière.",
		Example: "labo etape 1\nlabo etape 1 --scene ecouter\nlabo etape 1 --texte\nlabo etape 1 --projection\nlabo etape 1 --page\nlabo etape 1 --film etape1.film\nlabo etape 1 --auto=2s\nlabo etape 1 --port 12346",
		Args:    oneStep,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("auto") {
				d := time.Duration(auto)
				o.auto = &d
			}
			return playStep(cmd.Context(), c, args[0], o)
		},
	}
	cmd.Flags().Var((*portValue)(&o.port), "port", "joue sur ce `PORT`")
	cmd.Flags().BoolVar(&o.text, "texte", false, "écrit ligne après ligne, au lieu d'occuper tout l'écran")
	cmd.Flags().BoolVar(&o.projection, "projection", false, "joue devant une classe : une idée par page, votes, rien n'est gardé")
	cmd.Flags().StringVar(&o.folder, "dossier", "", "joue le texte de ce `DOSSIER` (docs/professeur.md), à la place de celui de labo")
	cmd.Flags().StringVar(&o.class, "classe", "", "en projection : garde les votes sous ce `NOM`, et les demande à la classe que `labo classe NOM` a ouverte")
	cmd.Flags().StringVar(&o.address, "adresse", "", "en projection : ouvre la classe elle-même, à cette `ADRESSE` de la machine")
	cmd.Flags().StringVar(&o.scene, "scene", "", "commence à la scène `NOM`")
	cmd.Flags().BoolVar(&o.restart, "recommencer", false, "efface d'abord ce que votre cahier garde de l'étape, après confirmation")
	cmd.Flags().Var(&auto, "auto", "avance sans touche, en laissant cette `DURÉE` à chaque pause (3s si elle manque)")
	cmd.Flags().Lookup("auto").NoOptDefVal = "3s"
	o.page.flags(cmd)
	filmFlag(cmd, &o.film)
	cmd.ValidArgsFunction = completeSteps
	if err := cmd.RegisterFlagCompletionFunc("scene", completeScenes); err != nil {
		panic(err) // the option does not exist: a mistake in this program
	}
	return cmd
}

// completeSteps proposes the numbers of the steps.
func completeSteps(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var numbers []string
	for _, s := range lessons.Steps() {
		numbers = append(numbers, strconv.Itoa(s.Number))
	}
	return numbers, cobra.ShellCompDirectiveNoFileComp
}

// completeScenes proposes the scenes of the step that was typed.
func completeScenes(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	for _, step := range lessons.Steps() {
		for _, sc := range step.Scenes {
			if len(args) == 0 || args[0] == strconv.Itoa(step.Number) {
				ids = append(ids, sc.ID)
			}
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// oneStep checks that there is one argument and that it names a step.
func oneStep(cmd *cobra.Command, args []string) error {
	hint := "Les étapes de la fiche vont de 1 à 4 : essayez `labo " + cmd.Name() + " 1`."
	switch {
	case len(args) == 0:
		return fault.Usage("il manque le numéro de l'étape", hint)
	case len(args) > 1:
		return fault.Usage("labo ne joue qu'une étape à la fois", hint)
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 {
		return fault.Usage("il n'y a pas d'étape « "+text.Visible(args[0])+" »", hint)
	}
	if n > prose.Steps {
		return fault.Usage("il n'y a pas d'étape « "+text.Visible(args[0])+" »",
			fmt.Sprintf("Les étapes de la fiche vont de 1 à %d : la dernière est `labo %s %d`.", prose.Steps, cmd.Name(), prose.Steps))
	}
	return nil
}

func playStep(ctx context.Context, c *console, number string, o etapeOptions) error {
	if err := o.check(c); err != nil {
		return err
	}
	if err := useCourse(c, o.folder); err != nil {
		return err
	}
	n, _ := strconv.Atoi(number)
	step, _ := lessons.StepByNumber(n)
	if err := bench.CheckPort(ctx, o.port); err != nil {
		return portFault(err, o.command(number))
	}
	self, err := host.Executable()
	if err != nil {
		return fault.Failed("labo ne retrouve pas son propre programme", "Relancez labo depuis son dossier.", err)
	}
	player := bench.Player{Step: step, Port: o.port, Start: o.scene, Self: []string{self, childCommand}}
	if o.projection {
		return project(ctx, c, player, o)
	}
	return study(ctx, c, player, o)
}

// command is the one that was typed, but for the port.
func (o *etapeOptions) command(number string) string {
	c := "labo etape " + number
	for _, w := range []struct {
		given bool
		word  string
	}{{o.projection, " --projection"}, {o.text, " --texte"}, {o.restart, " --recommencer"}} {
		if w.given {
			c += w.word
		}
	}
	if c += o.page.again() + o.again(); o.film != "" {
		c += " --film " + shellWord(o.film)
	}
	if o.scene != "" {
		c += " --scene " + shellWord(o.scene)
	}
	return c
}

// again are the options to give again, at whatever scene the step is resumed.
func (o *etapeOptions) again() (options string) {
	if o.folder != "" {
		options += " --dossier " + shellWord(o.folder)
	}
	if o.class != "" {
		options += " --classe " + shellWord(o.class)
	}
	if o.address != "" {
		options += " --adresse " + shellWord(o.address)
	}
	if o.auto != nil {
		options += " --auto=" + o.auto.String()
	}
	return options
}

// check refuses options that contradict each other or the terminal.
func (o *etapeOptions) check(c *console) error {
	against := ""
	switch {
	case o.text:
		against = "--texte"
	case o.auto != nil:
		against = "--auto"
	}
	if err := o.page.check(against); err != nil {
		return err
	}
	switch {
	case o.page.wanted && o.page.port == o.port:
		return fault.Usage("la page et la leçon ne peuvent pas prendre le même port", "Avec `--page` seul, labo prend un port libre.")
	case !o.projection && o.class != "":
		return fault.Usage("--classe va avec --projection", "Elle garde les votes d'une classe : `labo etape 1 --projection --classe \"2nde 4\"`.")
	case o.address != "" && o.class == "":
		return fault.Usage("--adresse va avec --projection et --classe", "Par exemple : `labo etape 1 --projection --classe \"2nde 4\" --adresse 192.168.1.20`.")
	case !o.projection:
		return nil
	case o.class != "" && projection.CheckClass(o.class) != nil:
		return fault.Usage("« "+text.Visible(o.class)+" » ne peut pas nommer une classe",
			"Le nom devient celui d'un fichier : des lettres, des chiffres, des espaces et des tirets, 40 au plus.")
	case o.text:
		return fault.Usage("--projection et --texte se contredisent", "La projection occupe tout l'écran : choisissez l'une des deux.")
	case o.restart:
		return fault.Usage("--projection et --recommencer se contredisent", "La projection ne lit ni n'écrit votre cahier : il n'y a rien à recommencer.")
	case o.auto != nil && *o.auto < time.Second:
		return fault.Usage("une projection qui avance seule laisse au moins une seconde à chaque page", "Par exemple : `--projection --auto=20s`.")
	case !o.page.wanted && (!c.canDraw() || !hasSize(c.outFile)):
		return fault.Failed("la projection demande un terminal", "Lancez-la dans un terminal, sans la rediriger ; dans un tube ou un fichier, retirez --projection.", nil)
	}
	return nil
}

// study plays a step for one reader, and keeps what happens in the notebook.
func study(ctx context.Context, c *console, player bench.Player, o etapeOptions) error {
	n := player.Step.Number
	notices := notices{console: c}
	session := openNotebookTelling(c, notices.tell)
	defer session.Close()
	progress, err := stepProgress(session.Notebook(), n)
	if err != nil {
		return err
	}
	first := len(session.Notebook().Steps) == 0 // before an erasure: what was told stays told
	if o.restart {
		if err := restart(ctx, c, session, progress); err != nil {
			return err
		}
		progress.Done = 0
	}
	attended := c.inTerminal() && c.outTerminal() && o.auto == nil || o.page.wanted
	full := attended && !o.page.wanted && !o.text && c.canDraw() && hasSize(c.outFile)
	if o.page.wanted && player.Start == "" && progress.Done > 0 && progress.Next != nil {
		player.Start = progress.Next.ID // the list leads to the others
	} else if attended && !o.page.wanted {
		before, err := beforeStep(ctx, c, progress, player.Start == "", full && first)
		if err != nil || before.quit {
			return err
		}
		player.Start = cmp.Or(player.Start, before.scene)
		full = full && !before.text
	}
	player.Recorder, player.Alone = session, !attended
	player.Ahead = func() []string { return ahead(session.Notebook(), n, player.Port) }
	done := played(session, n)
	reel, err := record(o.film, stepTitle(player.Step), player.Port, player.Alone, notices.tell)
	if err != nil {
		return err
	}
	defer reel.close()
	on := func(s dialogue.Stage) dialogue.Stage { return reel.on(s, tape.Options{Port: player.Port, Done: done}) }
	switch {
	case o.page.wanted:
		err = playOnPage(ctx, c, &player, o.page, reel, done)
	case full:
		err = playOnScreen(ctx, c, &player, screen.Options{Done: done}, &notices, on)
	default:
		err = playAsText(ctx, c, &player, o.auto, attended, done, on)
	}
	stopped := attended && byCtrlC(ctx, err)
	if err == nil || stopped {
		farewell(c, session.Notebook(), n, player.Port, player.Left || stopped && !player.Over, o.page.wanted)
	}
	return stepFault(err)
}

// played tells of the scenes of a step, as they are asked for, what stands in the
// list: nothing of those that were not played to their end.
func played(session *notebook.Session, step int) func(scene string) string {
	return func(scene string) string {
		kept := session.Notebook().Step(step).Scene(scene)
		if !kept.IsDone() {
			return ""
		}
		return "faite" + notebook.PassedWords(kept.Passed())
	}
}

// byCtrlC reports whether that is what ended a step with err.
func byCtrlC(ctx context.Context, err error) bool {
	sig, ok := errors.AsType[interrupted](context.Cause(ctx))
	return ok && sig.signal == os.Interrupt && errors.Is(err, context.Canceled)
}

// playAsText plays line after line.
func playAsText(ctx context.Context, c *console, player *bench.Player, auto *time.Duration, attended bool, done func(scene string) string, on func(dialogue.Stage) dialogue.Stage) error {
	var keys *linear.Keyboard
	if attended {
		var err error
		if keys, err = linear.NewKeyboard(c.in); err != nil {
			return keyboardFault(err, player.Step.Number)
		}
		defer keys.Close()
	}
	s := linear.New(c.out, c.palette(), c.width, keys, auto)
	s.Done = done
	player.Stage = on(s)
	return player.Play(ctx)
}
