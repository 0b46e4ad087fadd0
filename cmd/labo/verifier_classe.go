package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/check"
	"labo/lessons/check/class"
	"labo/lessons/fault"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/roster"
	"labo/lessons/stage/verdict"
	"labo/lessons/text"
	"labo/probe/ownnet"
)

// judgeCommand is the hidden command of a judging process.
const judgeCommand = "juge"

// judgementLimit is the most that one program of a class takes.
const judgementLimit = 5 * time.Minute

// newJudgeCommand judges one program of a class: see [class.Serve].
func newJudgeCommand(c *console) *cobra.Command {
	var network bool
	o := &verifierOptions{}
	cmd := &cobra.Command{
		Use:    judgeCommand,
		Short:  "Sert au jugement d'une classe",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if network {
				return ownnet.Enter(o.judge1())
			}
			return class.Serve(cmd.Context(), c.in, c.out, class.Voice{Feedback: o.feedback, Fault: classFault})
		},
	}
	cmd.Flags().BoolVar(&network, strings.TrimPrefix(class.InOwnNetwork, "--"), false, "dans un réseau à lui")
	cmd.Flags().IntVar(&o.hint, "indice", 0, "degré des indices")
	cmd.Flags().BoolVar(&o.details, "details", false, "avec les preuves des défis")
	cmd.Flags().BoolVar(&o.tale, "recit", false, "avec le récit")
	return cmd
}

// judge1 is the command line of a judging process.
func (o *verifierOptions) judge1() []string {
	return []string{os.Args[0], judgeCommand, fmt.Sprintf("--indice=%d", o.hint), fmt.Sprintf("--details=%t", o.details), fmt.Sprintf("--recit=%t", o.tale)}
}

// feedback is what a student reads of a judgement.
func (o *verifierOptions) feedback(r *check.Report) []string {
	view := verdict.View{Palette: paint.New(false), Width: defaultColumns, Hint: o.hint - 1, Details: o.details}
	lines := view.Feedback(r)
	if o.tale {
		lines = append(lines, view.Tale(r)...)
	}
	return append(lines, view.End(r)...)
}

// classFault says why a program of a class was not judged, and whether labo or the
// machine is to blame.
func classFault(err error) (what, hint string, machine bool) {
	if copied, ok := errors.AsType[*class.CopyError](err); ok {
		if copied.TooMuch() {
			return "le dossier de ce programme a plus de fichiers ou d'octets qu'un exercice : labo ne l'a pas copié", "", false
		}
		return "ce programme n'a pas pu être copié (" + cause(copied.Err) + ")", "", true
	}
	role, isRole := errors.AsType[*check.UnknownRoleError](err)
	if f, ok := errors.AsType[*fault.Fault](checkFault(check.Config{}, err)); ok {
		what, hint = f.What, f.Hint
		if isRole {
			role.File = "" // « ce programme »
			f, _ = errors.AsType[*fault.Fault](checkFault(check.Config{}, role))
			what, hint = f.What, f.Hint
		}
		return what, hint, !isRole
	}
	return "labo n'a pas pu juger ce programme (" + cause(err) + ")", "", true
}

// classOf returns the folder of a class, where that is what is to be judged, and
// then no other argument; the programs of a folder that is of one student.
func classOf(cmd *cobra.Command, args []string) (dir string, rest []string) {
	if len(args) != 1 || cmd.ArgsLenAtDash() >= 0 {
		return "", args
	}
	if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
		return "", args
	}
	if own := class.OfOne(args[0]); own != nil {
		return "", own
	}
	return args[0], nil
}

// classUsage refuses the options that are not for a class.
func (o *verifierOptions) classUsage() error {
	if o.follow {
		return fault.Usage("`--suivre` est pour un programme, pas pour un dossier", "Donnez un fichier de ce dossier.")
	}
	for _, id := range o.only {
		known := func(r check.Role) bool { return slices.Contains(check.IDs(r), text.Fold(id)) }
		if !slices.ContainsFunc(check.Roles, known) {
			return fault.Usage("il n'y a pas de vérification « "+text.Visible(id)+" »", "docs/verifier.md les nomme toutes.")
		}
	}
	return nil
}

// judgeClass judges the programs of a folder, writes the table, and the results
// into a new folder.
func (o *verifierOptions) judgeClass(ctx context.Context, c *console, dir string, base check.Config) error {
	students, others, err := class.Students(dir)
	if err != nil {
		return fault.Failed("impossible de lire le dossier « "+text.Visible(dir)+" » ("+cause(err)+")", "Vérifiez vos droits sur ce dossier.", err)
	}
	programs := 0
	for _, s := range students {
		programs += len(s.Programs)
	}
	if programs == 0 {
		return fault.Failed("aucun programme Python dans « "+text.Visible(dir)+" »",
			"Donnez un dossier où chaque élève a un dossier, ou un fichier .py : par exemple `labo verifier rendus/`.", nil)
	}
	group := &class.Class{Dir: dir, Students: students, Config: base, Judge: o.judge1(), Limit: judgementLimit}
	alone, held := group.Try(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var folder *roster.Folder
	if o.output != "" || !o.json {
		if folder, err = o.resultFolder(dir); err != nil {
			return err
		}
	}
	p := &progress{c: c, of: len(students), seen: map[*class.Student]bool{}}
	p.begin(programs, alone, base.Seed, folder, others)
	p.warn(alone, held)
	var unwritten error
	group.Started = p.started
	group.Done = func(s *class.Student) {
		p.done(s)
		if folder != nil {
			unwritten = errors.Join(unwritten, folder.Student(s))
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- group.Run(ctx, alone) }()
	select {
	case stopped := <-ended:
		ended <- stopped
	case <-ctx.Done(): // what is known is told at once; then the others are waited for
	}
	group.Look(func() { unwritten = errors.Join(unwritten, o.showClass(c, group, alone, folder, p)) })
	return concluded(<-ended, unwritten, folder, students)
}

// showClass writes what is known of a class. Error: that of the folder.
func (o *verifierOptions) showClass(c *console, group *class.Class, alone bool, folder *roster.Folder, p *progress) (unwritten error) {
	p.end()
	seed := group.Config.Seed
	if folder != nil {
		unwritten = folder.Tables(&roster.Page{Title: "labo verifier " + text.Visible(filepath.Base(group.Dir)),
			At: time.Now().Format("le 02/01/2006 à 15:04"), Seed: seed, Students: group.Students})
	}
	if o.json {
		encoder := json.NewEncoder(c.out)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(class.JSON(group.Students, seed, alone)) // run tells what could not be written
		return unwritten
	}
	writeLines(c, roster.View{Palette: c.palette(), Width: c.width()}.Lines(group.Students))
	if folder != nil && unwritten == nil {
		writeHanging(c, "", "Écrit dans « "+text.Visible(folder.Path)+" » : resultats.html, resultats.csv, et un retour par élève dans « retours ».", p.columns())
	}
	return unwritten
}

// concluded says where the results are, and what labo could not do.
func concluded(stopped, unwritten error, folder *roster.Folder, students []*class.Student) error {
	switch {
	case stopped != nil:
		return stopped
	case unwritten != nil:
		return fault.Failed("les résultats n'ont pas tous pu être écrits dans « "+text.Visible(folder.Path)+" » ("+cause(unwritten)+")",
			"Vérifiez la place libre, puis recommencez avec la même graine.", unwritten)
	}
	for _, s := range students {
		if slices.ContainsFunc(s.Programs, func(p *class.Program) bool { return p.Machine }) {
			return fault.Told(fault.ExitFailed)
		}
	}
	return nil
}

// resultFolder makes the folder that --sortie names, or one named after the
// class in the current folder.
func (o *verifierOptions) resultFolder(dir string) (*roster.Folder, error) {
	name := o.output
	if name == "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		name = "verdicts-" + filepath.Base(abs)
	}
	folder, err := roster.NewFolder(name, o.output == "")
	if err != nil {
		hint := "Donnez-en un autre avec `--sortie DOSSIER`."
		if errors.Is(err, os.ErrExist) {
			hint = "labo n'écrit que dans un dossier neuf : donnez un autre nom à `--sortie`."
		}
		return nil, fault.Failed("impossible de créer le dossier « "+text.Visible(name)+" » ("+cause(err)+")", hint, err)
	}
	return folder, nil
}
