package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons"
	"labo/lessons/fault"
	"labo/lessons/notebook"
	"labo/lessons/stage/export"
	"labo/lessons/text"
	"labo/probe/files"
)

// cahierOptions are the options of `labo cahier`.
type cahierOptions struct {
	export string
	format cahierFormat
	five   bool // the answers to the questions of the sheet alone
	force  bool
	erase  bool
	repair bool

	handIn bool
	name   string // the pseudonym under which it is handed in
}

func newCahierCommand(c *console) *cobra.Command {
	var o cahierOptions
	cmd := &cobra.Command{
		Use:     "cahier [ÉTAPE]",
		Short:   "Relit vos prédictions, vos réponses et ce que vous avez mesuré",
		GroupID: groupLearn,
		Long: "Montre tout ce que vous avez prédit, répondu et vu, étape par étape, et ce qu'il reste à jouer. " +
			"labo remplit ce cahier tout seul pendant les étapes. Le dernier jugement de chacun de vos programmes, et le résumé " +
			"du dernier `labo trace`, y sont aussi.\n\n" +
			"--export en fait un seul fichier, à relire hors ligne, à imprimer ou à rendre : une page HTML, ou du " +
			"texte Markdown. --rendre le rend à la classe que vous avez rejointe, ou en fait un fichier à donner : vos prédictions, vos réponses et les " +
			"verdicts de vos programmes, sous un pseudonyme ; ce qui a été mesuré reste ici. Avec --reponses, ce sont vos réponses aux cinq questions de la fiche, chacune avec ce qui a été " +
			"mesuré : une page à imprimer.\n\n" +
			"Dans un terminal, ce qui ne tient pas sur l'écran passe par le programme que nomme PAGER, sinon par less ; le bilan vient ensuite.",
		Example: "labo cahier\nlabo cahier 2\nlabo cahier --reponses --export reponses.html\nlabo cahier --export cahier.html\nlabo cahier --export - --format md\nlabo cahier --rendre\nlabo cahier --effacer",
		Args:    atMostOneStep,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 0 && (o.erase || o.repair || o.export != "" || o.five || o.handIn):
				return fault.Usage("--export, --rendre, --reponses, --reparer et --effacer portent sur tout le cahier", "Retirez « "+text.Visible(args[0])+" ».")
			case o.erase:
				return eraseNotebook(cmd.Context(), c, o.force)
			case o.repair:
				return repairNotebook(cmd.Context(), c, o.force)
			case o.handIn:
				return handInNotebook(cmd.Context(), c, o)
			case o.name != "":
				return fault.Usage("--pseudo va avec --rendre", "Par exemple `labo cahier --rendre --pseudo \"loutre 7\"`.")
			case cmd.Flags().Changed("export"):
				return exportNotebook(cmd.Context(), c, o)
			case cmd.Flags().Changed("format"), o.force:
				return fault.Usage("--format et --force vont avec --export", "Essayez `labo cahier --export cahier.html`.")
			}
			return showNotebook(cmd.Context(), c, args, o.five)
		},
		ValidArgsFunction: completeSteps,
	}
	cmd.Flags().StringVar(&o.export, "export", "", "écrit le cahier dans `FICHIER` (.html ou .md ; - pour l'écran)")
	cmd.Flags().BoolVar(&o.five, "reponses", false, "vos réponses aux cinq questions de la fiche, avec leurs preuves, et rien d'autre")
	cmd.Flags().Var(&o.format, "format", "choisit la forme de l'export : `FORME` vaut html ou md (par défaut : selon le nom du fichier)")
	cmd.Flags().BoolVar(&o.force, "force", false, "remplace un fichier, répare ou efface, sans le demander")
	cmd.Flags().BoolVar(&o.erase, "effacer", false, "efface tout le cahier, après confirmation")
	cmd.Flags().BoolVar(&o.repair, "reparer", false, "remet en ordre un cahier abîmé, après confirmation, et garde l'original à côté")
	cmd.Flags().BoolVar(&o.handIn, "rendre", false, "rend le cahier à la classe rejointe, ou en fait un fichier à donner")
	cmd.Flags().StringVar(&o.name, "pseudo", "", "avec --rendre : le `PSEUDONYME`, au lieu de celui de la classe ou d'un autre tiré au sort")
	cmd.MarkFlagsMutuallyExclusive("export", "effacer", "reparer", "rendre")
	cmd.MarkFlagsMutuallyExclusive("reponses", "effacer", "reparer", "rendre")
	complete(cmd, "format", "html", "md")
	if err := cmd.MarkFlagFilename("export", "html", "md"); err != nil {
		panic(err) // the option does not exist: a mistake in this program
	}
	return cmd
}

// readNotebook returns the report of the notebook, nil when nothing was ever
// kept.
func readNotebook(c *console) (*export.Report, error) {
	book, err := notebook.Read(c.getenv)
	_, newer := errors.AsType[*notebook.NewerError](err)
	_, damaged := errors.AsType[*notebook.DamagedError](err)
	if newer || damaged && !book.Empty() {
		writeHanging(c, "  → ", notebook.Words(err), 0)
	} else if err != nil {
		return nil, notebookFault(err)
	}
	contents, err := lessons.Contents()
	if err != nil || book.Empty() {
		return nil, err
	}
	return export.New(book, contents, time.Now()), nil
}

// notebookFault gives its French words to an error of the notebook.
func notebookFault(err error) error {
	what, hint := notebook.Words(err), "Le fichier du cahier peut être placé ailleurs avec la variable LABO_HOME."
	if damage, ok := errors.AsType[*notebook.DamagedError](err); ok {
		what, hint = damage.Words()
	} else if _, ok := errors.AsType[*files.NotRegularError](err); ok {
		hint = "labo n'y touche pas : ôtez-le de là, ou placez le cahier ailleurs avec la variable LABO_HOME."
	} else if _, ok := errors.AsType[*files.HeldError](err); ok {
		hint = "Recommencez dans un instant, ou quittez cet autre labo."
	}
	what = strings.TrimSuffix(what, ".")
	return fault.Failed(strings.ToLower(what[:1])+what[1:], hint, err)
}

// showNotebook shows what is kept, of one step if args name it; or the five
// answers alone.
func showNotebook(ctx context.Context, c *console, args []string, five bool) error {
	report, err := readNotebook(c)
	if err != nil {
		return err
	}
	if report == nil {
		for _, l := range text.Paragraph("Votre cahier est encore vide. Il se remplit tout seul quand vous jouez une étape, ou faites juger ou suivre un programme : "+
			"commencez par `labo etape 1`.", c.width()) {
			fmt.Fprintln(c.out, l)
		}
		return nil
	}
	if len(args) > 0 {
		n, _ := strconv.Atoi(args[0])
		report.Keep(n)
	}
	palette := c.palette()
	if five {
		answers, err := export.NewAnswers(report)
		if err != nil {
			return err
		}
		return answers.Terminal(c.out, palette, c.width())
	}
	var body strings.Builder
	if err := export.Terminal(&body, palette, c.width(), report); err != nil {
		return err
	}
	if err := c.page(ctx, body.String()); err != nil {
		return err
	}
	if err := export.TerminalSummary(c.out, palette, c.width(), report); err != nil {
		return err
	}
	if path, err := notebook.Path(c.getenv); err == nil {
		fmt.Fprintln(c.out, "\n"+palette.Faint("Gardé dans "+text.Visible(path)))
	}
	return nil
}

func exportNotebook(ctx context.Context, c *console, o cahierOptions) error {
	format, err := o.exportFormat()
	if err != nil {
		return err
	}
	report, err := readNotebook(c)
	if err != nil {
		return err
	}
	if report == nil {
		return fault.Failed("votre cahier est encore vide : il n'y a rien à exporter", "Jouez d'abord une étape : `labo etape 1`.", nil)
	}
	var page bytes.Buffer
	if err := format.write(&page, report, o.five); err != nil {
		return err
	}
	if o.export == "-" {
		_, err := c.out.Write(page.Bytes())
		return err
	}
	if err := writeExport(ctx, c, "labo cahier --export", o.export, o.force, page.Bytes()); err != nil {
		return err
	}
	fmt.Fprintln(c.out, text.French("Votre cahier est dans "+text.Visible(o.export)+" ("+size(page.Len())+")."))
	return nil
}

// writeExport writes the file that a command was asked for, which it replaces
// only if the reader agrees.
func writeExport(ctx context.Context, c *console, command, path string, force bool, page []byte) error {
	shown := "« " + text.Visible(path) + " »"
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fault.Usage(shown+" est un dossier", "Donnez un nom de fichier : `"+command+" "+
			text.Visible(filepath.Join(path, "labo.html"))+"`.")
	case err == nil && !info.Mode().IsRegular(): // a device, a pipe: there is nothing to replace
		var f *os.File
		if f, err = files.Create(path); err == nil {
			_, err = f.Write(page)
			err = errors.Join(err, f.Close())
		}
	case err == nil && !force:
		replace, confirmErr := confirm(ctx, c, shown+" existe déjà. Le remplacer ?",
			fault.Failed(shown+" existe déjà", "Choisissez un autre nom, ou ajoutez --force pour le remplacer.", nil))
		if confirmErr != nil {
			return confirmErr
		}
		if !replace {
			return fault.Failed(shown+" n'a pas été remplacé", "Choisissez un autre nom.", nil)
		}
		fallthrough
	default:
		err = files.Write(path, page, 0o666)
	}
	if err != nil {
		return fault.Failed("impossible d'écrire "+shown+" ("+fault.File(err)+")",
			"Choisissez un autre dossier, par exemple votre dossier personnel.", err)
	}
	return nil
}

func eraseNotebook(ctx context.Context, c *console, force bool) error {
	book, err := notebook.Read(c.getenv)
	_, damaged := errors.AsType[*notebook.DamagedError](err)
	_, newer := errors.AsType[*notebook.NewerError](err)
	if err != nil && !damaged && !newer {
		return notebookFault(err)
	}
	if book.Empty() && !damaged && !newer {
		fmt.Fprintln(c.out, "Votre cahier est déjà vide.")
		return nil
	}
	if !force {
		question := "Effacer tout votre cahier (" + keptWords(book) + ") ? Rien ne pourra le rendre."
		agreed, err := confirm(ctx, c, question, fault.Failed("--effacer demande une confirmation, et personne n'est au clavier",
			"Ajoutez --force si vous êtes sûr.", nil))
		if err != nil {
			return err
		}
		if !agreed {
			fmt.Fprintln(c.out, "Votre cahier est gardé.")
			return nil
		}
	}
	left, err := notebook.Erase(c.getenv, time.Now())
	if err != nil {
		return notebookFault(err)
	}
	fmt.Fprintln(c.out, "Votre cahier est effacé.")
	for _, path := range left {
		fmt.Fprintln(c.out, text.French("Un cahier abîmé, mis de côté auparavant, reste dans "+text.Visible(path)+"."))
	}
	return nil
}

// keptWords says what a notebook holds.
func keptWords(book *notebook.Notebook) string {
	scenes, answers := 0, 0
	for _, s := range book.Steps {
		scenes += len(s.Scenes)
		for _, sc := range s.Scenes {
			answers += len(sc.Predictions) + len(sc.Writings)
		}
	}
	if book.Empty() {
		return "illisible ici"
	}
	words := text.Plural(scenes, "scène") + ", " + text.Plural(answers, "réponse")
	switch n := len(book.Judgements); n {
	case 0:
	case 1:
		words += ", 1 programme jugé"
	default:
		words += fmt.Sprintf(", %d programmes jugés", n)
	}
	switch n := len(book.Traces); n {
	case 0:
	case 1:
		words += ", 1 programme suivi"
	default:
		words += fmt.Sprintf(", %d programmes suivis", n)
	}
	return words
}

// size says how large a file is: "54 ko".
func size(n int) string {
	if n < 1000 {
		return text.Plural(n, "octet")
	}
	return fmt.Sprintf("%d%sko", (n+500)/1000, text.NBSP)
}

// exportFormat is the form asked for, else that of the file's name.
func (o *cahierOptions) exportFormat() (cahierFormat, error) {
	const hint = "Donnez un nom qui finit par .html ou .md, par exemple `labo cahier --export cahier.html`."
	switch {
	case o.export == "":
		return "", fault.Usage("il manque le nom du fichier à --export", hint)
	case o.format != "":
		return o.format, nil
	case o.export == "-":
		return "", fault.Usage("l'écran ne dit pas quelle forme donner à l'export", "Ajoutez `--format md` ou `--format html`.")
	}
	switch strings.ToLower(filepath.Ext(o.export)) {
	case ".html", ".htm":
		return formatHTML, nil
	case ".md", ".markdown":
		return formatMarkdown, nil
	}
	return "", fault.Usage("« "+text.Visible(o.export)+" » ne dit pas quelle forme donner à l'export", hint)
}
