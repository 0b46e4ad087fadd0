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
	"labo/lessons/check/runner"
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
	lines, level := view.Head(*r), check.Level(255)
	for i := range r.Results {
		if res := r.Results[i]; res.Level != level {
			level = res.Level
			lines = append(lines, view.Level(level)...)
		}
		lines = append(lines, view.Result(r.Results[i], verdict.Name(r))...)
	}
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
// then no other argument. A folder with programs of the sheet by their names, and
// no other folder, is that of one student: its programs are to be judged.
func classOf(cmd *cobra.Command, args []string) (dir string, rest []string) {
	if len(args) != 1 || cmd.ArgsLenAtDash() >= 0 {
		return "", args
	}
	if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
		return "", args
	}
	students, _, _ := class.Students(args[0])
	var own []string
	for _, role := range check.Roles {
		name := role.String() + ".py"
		if slices.ContainsFunc(students, func(s *class.Student) bool { return s.Name == name && len(s.Programs) == 1 }) {
			own = append(own, filepath.Join(args[0], name))
		}
	}
	if len(own) > 0 && !slices.ContainsFunc(students, func(s *class.Student) bool { return !isPython(s.Name) }) {
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
	return o.concluded(c, <-ended, unwritten, folder, students)
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
func (o *verifierOptions) concluded(c *console, stopped, unwritten error, folder *roster.Folder, students []*class.Student) error {
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

// progress says on stderr who was judged, and, on a terminal, who is.
type progress struct {
	c     *console
	of, n int
	now   []string // programs that are judged
	over  bool
	seen  map[*class.Student]bool
	drawn bool // the last line is that of now
}

func (p *progress) begin(programs int, alone bool, seed uint64, folder *roster.Folder, others []string) {
	how := "l'un après l'autre : ce système ne donne pas à chacun un réseau à lui"
	if alone {
		how = "plusieurs à la fois, chacun dans un réseau à lui"
	}
	columns := p.columns()
	writeHanging(p.c, "", fmt.Sprintf("%s, %s, jugés %s. Graine %d.", text.Plural(p.of, "élève"), text.Plural(programs, "programme"), how, seed), columns)
	if folder != nil {
		writeHanging(p.c, "", "Les résultats vont dans « "+text.Visible(folder.Path)+" », au fur et à mesure. Ctrl+C arrête, et garde ce qui est jugé.", columns)
	}
	if len(others) > 0 {
		names := make([]string, len(others))
		for i, name := range others {
			names[i] = text.Visible(name)
		}
		writeHanging(p.c, "", "Laissé de côté : "+strings.Join(names, ", ")+".", columns)
	}
}

// warn says what a program of the class may do here.
func (p *progress) warn(alone bool, held runner.Limits) {
	var may []string
	if !held.Writes {
		may = append(may, "changer vos fichiers")
	}
	if !alone {
		may = append(may, "parler au réseau")
	}
	if os.Getuid() == 0 {
		may = append(may, "faire ce que peut root")
	}
	if len(may) > 0 {
		writeHanging(p.c, "", "Attention : ces programmes sont lancés sur votre ordinateur, et ici rien ne les empêche de "+strings.Join(may, ", ni de ")+
			". Ce que labo tient est dans docs/verifier.md.", p.columns())
	}
}

func (p *progress) columns() int {
	if !p.c.errTerminal() {
		return 0
	}
	columns, _ := terminalSize(p.c.errFile)
	return columns
}

func (p *progress) started(_ *class.Student, program *class.Program) {
	if p.over {
		return
	}
	p.now = append(p.now, text.Visible(program.Path))
	p.draw()
}

func (p *progress) done(s *class.Student) {
	if p.seen[s] {
		return
	}
	p.seen[s] = true
	p.n++
	p.clear()
	columns := p.columns()
	line := fmt.Sprintf("%*d/%d  %s", len(fmt.Sprint(p.of)), p.n, p.of, roster.Student(s))
	if columns > 0 {
		line = text.Truncate(line, columns)
	}
	fmt.Fprintln(p.c.err, line)
	for _, program := range s.Programs {
		if at := slices.Index(p.now, text.Visible(program.Path)); at >= 0 {
			p.now = slices.Delete(p.now, at, at+1)
		}
	}
	p.draw()
}

// draw writes who is judged now, on a line that is written again.
func (p *progress) draw() {
	columns := p.columns()
	if columns == 0 || len(p.now) == 0 || p.c.getenv("TERM") == "dumb" {
		return
	}
	fmt.Fprint(p.c.err, "\r"+text.PadRight(text.Truncate("en cours"+text.French(" : ")+strings.Join(p.now, ", "), columns-1), columns-1))
	p.drawn = true
}

func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.c.err, "\r"+strings.Repeat(" ", p.columns()-1)+"\r")
		p.drawn = false
	}
}

// end leaves the line of those that are judged empty, for good.
func (p *progress) end() {
	p.clear()
	p.over = true
}
