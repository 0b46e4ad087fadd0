package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/scope"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
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
			"terminal est tout entier au programme. Les options de labo se mettent avant le programme. Le code de " +
			"retour est celui du programme. Votre cahier garde le résumé de chaque fichier Python (`labo cahier`).",
		Example: "labo trace serveur.py\nlabo trace --vue fil -- python3 client.py\nlabo trace serveur.py client.py\n" +
			"labo trace --sortie appels.txt serveur.py\nlabo trace --json -- ./serveur > appels.jsonl",
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
	flags.StringVar(&o.source, "source", "auto", "observe par `MOYEN` : auto, noyau ou python")
	complete(cmd, "vue", traceViews...)
	complete(cmd, "source", "auto", "noyau", "python")
	return cmd
}

var traceSources = map[string]trace.How{"auto": trace.Best, "noyau": trace.Kernel, "python": trace.Python}

func runTrace(ctx context.Context, c *console, args []string, o traceOptions) error {
	debug.SetGCPercent(400) // what a trace keeps is small; the program waits while it is collected
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
	if o.out == "" && !o.json && !o.text && scope.Available && c.canDraw() {
		return t.screen(ctx)
	}
	return t.text(ctx)
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

// screen traces on the whole screen, and leaves the view on the terminal.
func (t *tracing) screen(ctx context.Context) error {
	ending, signals := untilEnded(ctx)
	defer signals.stop()
	session, results, err := scope.Run(ending, scope.Options{Commands: t.commands, Trace: t.run, View: t.o.view,
		Explain: t.o.explain, Options: t.c.screen()})
	if err != nil {
		return startFault(err)
	}
	if ending.Err() != nil {
		return ending.Err()
	}
	t.warn(session)
	if results == nil {
		return nil
	}
	for _, line := range t.pages(session, results) {
		fmt.Fprintln(t.c.out, strings.TrimRight(line, " "))
	}
	t.keep(session, results)
	return t.c.endLike(results)
}

// text traces without the full screen.
func (t *tracing) text(ctx context.Context) error {
	w, closeOut, err := t.output()
	if err != nil {
		return err
	}
	out := trace.NewOutput(w)
	failure := t.follow(ctx, out)
	if err := errors.Join(out.Close(), closeOut()); err != nil && !brokenPipe(err) {
		if f, ok := errors.AsType[*fault.Fault](failure); !ok || f.What == "" {
			return unwritten(err)
		}
	}
	return failure
}

// output returns where the trace goes.
func (t *tracing) output() (io.Writer, func() error, error) {
	if t.o.out == "" {
		return t.c.out, func() error { return nil }, nil
	}
	f, err := os.Create(t.o.out)
	if err != nil {
		return nil, nil, fault.Failed("impossible d'écrire dans "+text.Visible(t.o.out)+" ("+cause(err)+")",
			"Choisissez un autre fichier avec `--sortie`.", err)
	}
	return f, f.Close, nil
}

// streams returns the standard streams of program i. The last reads the
// keyboard; the others read nothing, as if nobody typed. The trace is the
// result of labo: where it takes the standard output and that is no terminal,
// the programs write to the standard error.
func (t *tracing) streams() (files func(int) [3]*os.File, closeAll func(), err error) {
	in, out, errOut := t.c.inFile, t.c.outFile, t.c.errFile
	if t.o.out == "" && !(t.c.outTerminal() && !t.o.json) {
		out = errOut
	}
	silent, hold, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	closeAll = func() { silent.Close(); hold.Close() }
	return func(i int) [3]*os.File {
		if i < len(t.commands)-1 {
			return [3]*os.File{silent, out, errOut}
		}
		return [3]*os.File{in, out, errOut}
	}, closeAll, nil
}

// follow runs the programs and writes the view.
func (t *tracing) follow(ctx context.Context, out io.Writer) error {
	files, closeFiles, err := t.streams()
	if err != nil {
		return err
	}
	defer closeFiles()
	t.run.Files = files
	view := t.newView(out)
	t.run.Observe = func(i int, e *syscalls.Event) { view.event(t.commands[i].Name(), i, e) }

	ending, signals := untilEnded(ctx)
	defer signals.stop()
	session, err := trace.Start(ending, t.commands, t.run)
	if err != nil {
		return startFault(err)
	}
	signals.forward(session)
	t.warn(session)
	announcing, quiet := context.WithCancel(ending)
	told := make(chan struct{})
	go func() { defer close(told); view.wait(announcing, session) }()
	results, err := session.Wait(ending)
	quiet()
	<-told
	view.end(session, results)
	if err != nil {
		return err
	}
	t.keep(session, results)
	return t.c.endLike(results)
}

// warn says on the error stream why the kernel is not watched.
func (t *tracing) warn(s *trace.Session) {
	for _, r := range s.Programs {
		if r.Why != nil {
			tell(t.c, fault.Failed("les appels système ne peuvent pas être observés ici ; ce qui suit sont des appels Python",
				trace.WhyText(r.Why), nil))
			return
		}
	}
}

func (t *tracing) style(width int) trace.Style {
	return trace.Style{Palette: t.palette(), Width: width, Explain: t.o.explain}
}

func (t *tracing) palette() paint.Palette {
	if t.o.out != "" {
		return paint.New(t.c.colors == colorAlways)
	}
	return paint.New(t.c.wantsColor())
}

// fileWidth is the width of a report in a file.
const fileWidth = 110

func (t *tracing) width() int {
	if t.o.out != "" || !t.c.outTerminal() {
		return fileWidth
	}
	return max(t.c.width(), 40)
}

// textView is what is written while programs run, and at their end.
type textView struct {
	event func(name string, i int, e *syscalls.Event)
	wait  func(context.Context, *trace.Session)
	end   func(*trace.Session, []syscalls.Result)
}

func (t *tracing) newView(out io.Writer) *textView {
	switch {
	case t.o.json:
		return t.jsonView(out)
	case t.o.view == viewThread:
		return t.threadView(out)
	}
	return &textView{
		event: func(string, int, *syscalls.Event) {},
		wait:  func(ctx context.Context, _ *trace.Session) { <-ctx.Done() },
		end: func(s *trace.Session, results []syscalls.Result) {
			w := bufio.NewWriter(out)
			defer w.Flush()
			for _, line := range t.pages(s, results) {
				fmt.Fprintln(w, strings.TrimRight(line, " "))
			}
		},
	}
}

// pages draws the view of every program.
func (t *tracing) pages(s *trace.Session, results []syscalls.Result) []string {
	style := t.style(t.width())
	var reports []*trace.Report
	for i, r := range s.Programs {
		reports = append(reports, r.Report(&results[i]))
	}
	if t.o.view == viewSequence {
		return trace.Sequence(style, reports)
	}
	var lines []string
	for i, r := range reports {
		if i > 0 {
			lines = append(lines, "")
		}
		if t.o.view == viewSummary {
			lines = append(lines, r.SummaryPage(style)...)
		} else {
			lines = append(lines, r.Page(style)...)
		}
	}
	return lines
}

func (t *tracing) threadView(out io.Writer) *textView {
	view := trace.NewThread(out)
	view.Palette, view.Explain, view.Names = t.palette(), t.o.explain, len(t.commands) > 1
	if t.o.out == "" && t.c.outTerminal() {
		view.Width = t.width()
	}
	return &textView{
		event: func(name string, _ int, e *syscalls.Event) { view.Write(name, e) },
		wait: func(ctx context.Context, s *trace.Session) {
			s.Announce(ctx, func(r *trace.Running, e *syscalls.Event, since time.Duration) {
				view.Waiting(r.Command.Name(), e, since)
			})
		},
		end: func(*trace.Session, []syscalls.Result) {},
	}
}

func (t *tracing) jsonView(out io.Writer) *textView {
	j := trace.NewJSON(out)
	j.Since = t.run.Since
	return &textView{
		event: func(_ string, i int, e *syscalls.Event) { j.Event(i, e) },
		wait:  func(ctx context.Context, _ *trace.Session) { <-ctx.Done() },
		end: func(s *trace.Session, results []syscalls.Result) {
			for i, r := range s.Programs {
				j.Program(i, r, results[i], r.Record.View())
			}
		},
	}
}

// startFault gives French words to what keeps a program from being traced.
func startFault(err error) error {
	if noPython, ok := errors.AsType[*trace.NoPythonError](err); ok {
		return fault.Failed("Python n'est pas installé, ou pas dans le PATH : "+text.Visible(noPython.Script)+" ne peut pas être lancé",
			"Installez Python 3 depuis python.org ou avec votre système.", err)
	}
	if unavailable, ok := errors.AsType[*syscalls.UnavailableError](err); ok {
		hint := "Pour un programme Python, `labo trace --source python` montre les appels Python."
		switch {
		case unavailable.Reason == syscalls.AlreadyTraced:
			hint = "Relancez labo sans cet autre programme (strace, un débogueur)."
		case unavailable.Reason == syscalls.Yama && unavailable.Scope == 2:
			hint += " L'administrateur peut lever cette réserve jusqu'au prochain démarrage : `sudo sysctl kernel.yama.ptrace_scope=1`."
		}
		f := fault.Usage("les appels système ne peuvent pas être observés ici. "+trace.WhyText(unavailable), hint)
		f.Err = err
		return f
	}
	start, ok := errors.AsType[*syscalls.StartError](err)
	if !ok {
		return err
	}
	f := &fault.Fault{Exit: exitNotExecutable, Err: err}
	path := text.Visible(start.Path)
	switch {
	case errors.Is(err, syscalls.ErrNotFound):
		f.Exit = exitNotFound
		f.What, f.Hint = path+" est introuvable", "Vérifiez le nom, et le dossier où vous êtes."
	case errors.Is(err, syscalls.ErrDirectory):
		f.What, f.Hint = path+" est un dossier, pas un programme", "Donnez le fichier à lancer."
	case errors.Is(err, syscalls.ErrNoFormat):
		f.What = path + " n'est ni un programme ni un script qui dit comment le lancer (sa première ligne ne commence pas par #!)"
		f.Hint = "Donnez aussi l'interprète : par exemple `labo trace -- sh " + path + "`."
	case errors.Is(err, syscalls.ErrSetuid):
		f.Exit = fault.ExitUsage
		f.What = path + " prend les droits d'un autre utilisateur quand il démarre (setuid) ; le noyau ne les donne pas à un programme observé"
		f.Hint = "Ce programme ne peut pas être suivi par labo."
	default:
		f.What, f.Hint = path+" n'a pas le droit d'être exécuté", "Donnez-lui ce droit avec `chmod +x`, ou lancez-le avec son interprète."
	}
	return f
}

// The statuses of a shell for a program that cannot be run.
const (
	exitNotExecutable = 126
	exitNotFound      = 127
)

// endLike makes labo end as the first program that did not succeed: with its
// status, or by its signal ([console.end]).
func (c *console) endLike(results []syscalls.Result) error {
	for _, r := range results {
		if exit := r.Status.Exit(); exit != 0 {
			c.endedBy = r.Status.Signal
			return fault.Told(exit)
		}
	}
	return &fault.Fault{} // success, whatever signals came meanwhile
}
