package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/fault"
	"labo/lessons/stage/verdict"
	"labo/lessons/text"
)

// verifierOptions are the options of `labo verifier`.
type verifierOptions struct {
	role     string
	port     uint16
	seed     uint64
	hint     int // 0: none, else 1 to 3
	only     []string
	details  bool
	terminal bool
	follow   bool
	json     bool
	tale     bool
	all      bool   // challenges, not one at a time
	list     bool   // of the challenges
	class    bool   // a folder is judged
	output   string // the folder for the results of a class
}

func newVerifierCommand(c *console) *cobra.Command {
	o := &verifierOptions{port: atelier.Port}
	cmd := &cobra.Command{
		Use:     "verifier FICHIER…|DOSSIER",
		Short:   "Lance votre programme contre de vrais adversaires, et le juge",
		GroupID: groupLearn,
		Long: "Lance votre serveur.py, client.py, serveur2.py ou client2.py, joue l'autre côté sur de vraies " +
			"connexions, regarde ce qu'en sait le noyau, et dit ce qui va, ce qui ne va pas, et à quelle ligne.\n\n" +
			"Deux niveaux. La fiche : ce que l'énoncé demande. Les défis : un client qui part sans prévenir, un " +
			"caractère coupé en deux, un redémarrage immédiat… les programmes de la fiche y échouent, c'est le but. " +
			"Ils viennent un à la fois, une fois la fiche réussie : `--defis` en montre la liste, `--tous` les juge tous.\n\n" +
			"Votre cahier garde le dernier résultat de chaque programme (`labo cahier`).\n\n" +
			"Donnez un dossier pour juger une classe : chacun de ses dossiers, ou de ses fichiers .py, est un élève.\n\n" +
			"Le programme peut être écrit dans un autre langage : donnez son rôle, puis la commande après `--`.",
		Args: cobra.ArbitraryArgs, // jobs judges them
		Example: "labo verifier serveur.py\n" +
			"labo verifier serveur.py --seulement depart --indice\n" +
			"labo verifier serveur.py --suivre\n" +
			"labo verifier rendus/\n" +
			"labo verifier --role serveur -- ./mon-serveur",
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.list {
				return o.listChallenges(c, args)
			}
			dir, args := classOf(cmd, args)
			o.class = dir != ""
			jobs, err := o.jobs(cmd, args)
			if err != nil {
				return err
			}
			if err := o.findPython(cmd.Context(), c, jobs); err != nil {
				return err
			}
			switch {
			case dir != "":
				return o.judgeClass(cmd.Context(), c, dir, jobs[0])
			case o.output != "":
				return fault.Usage("`--sortie` est pour le dossier d'une classe", "Par exemple : `labo verifier rendus/ --sortie retours`.")
			case o.follow:
				return o.followJobs(cmd.Context(), c, jobs)
			case o.json:
				return o.jsonJobs(cmd.Context(), c, jobs)
			}
			return o.textJobs(cmd.Context(), c, jobs)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.role, "role", "", "`ROLE` du programme : serveur, client, serveur2 ou client2")
	f.Var((*portValue)(&o.port), "port", "le `PORT` que le programme doit employer")
	f.Uint64Var(&o.seed, "graine", 0, "rejoue les mêmes adversaires : `N` est le nombre affiché par un jugement")
	f.IntVar(&o.hint, "indice", 0, "ajoute des indices : `N` vaut 1 (une question), 2 (une piste) ou 3 (le remède)")
	f.Lookup("indice").NoOptDefVal = "1"
	f.StringSliceVar(&o.only, "seulement", nil, "ne fait que ces vérifications (`ID`) et celles dont elles dépendent")
	f.BoolVar(&o.details, "details", false, "montre aussi les octets, les sockets et l'affichage des défis échoués")
	f.BoolVar(&o.all, "tous", false, "juge tous les défis, au lieu de s'arrêter au prochain")
	f.BoolVar(&o.list, "defis", false, "montre la liste des défis, où vous en êtes, et ce que fera l'adversaire ; ne juge rien")
	f.BoolVar(&o.terminal, "terminal", false, "donne au programme un terminal plutôt que des tubes (Linux, macOS)")
	f.BoolVar(&o.follow, "suivre", false, "juge de nouveau chaque fois que le fichier est enregistré")
	f.BoolVar(&o.tale, "recit", false, "ajoute le récit : tout ce que l'adversaire a fait et vu, dans l'ordre")
	f.StringVar(&o.output, "sortie", "", "écrit les résultats d'une classe dans ce `DOSSIER`, qui n'existe pas encore")
	f.BoolVar(&o.json, "json", false, "écrit un document JSON")
	cmd.MarkFlagsMutuallyExclusive("json", "suivre")
	complete(cmd, "role", "serveur", "client", "serveur2", "client2")
	return cmd
}

// jobs returns what to judge: one Config per file, or one for a command.
func (o *verifierOptions) jobs(cmd *cobra.Command, args []string) ([]check.Config, error) {
	base := check.Config{Port: o.port, Seed: o.seed, Terminal: o.terminal, Step: o.step()}
	for _, id := range o.only {
		base.Only = append(base.Only, text.Fold(id))
	}
	if base.Seed == 0 {
		base.Seed = 1 + rand.Uint64N(9999)
	}
	if o.hint < 0 || o.hint > len(check.HintNames) {
		return nil, fault.Usage("il n'y a pas d'indice de degré "+fmt.Sprint(o.hint),
			"Choisissez `--indice` (une question), `--indice=2` (une piste) ou `--indice=3` (le remède).")
	}
	if o.role != "" {
		role, ok := check.ParseRole(text.Fold(o.role))
		if !ok {
			return nil, fault.Usage("« "+text.Visible(o.role)+" » n'est pas un rôle",
				"Choisissez `--role serveur`, `--role client`, `--role serveur2` ou `--role client2`.")
		}
		base.Role = role
	}
	dash := cmd.ArgsLenAtDash()
	switch {
	case dash == 0 && len(args) > 0:
		if info, err := os.Stat(args[0]); len(args) == 1 && isPython(args[0]) && err == nil && !info.IsDir() && info.Mode()&0o111 == 0 {
			err := fileJob(&base, args[0]) // "-- -serveur.py": a file with a dash before its name
			return []check.Config{base}, err
		}
		base.Argv = args
		return []check.Config{base}, nil
	case dash > 0:
		return nil, fault.Usage("un fichier et une commande à la fois", "Donnez l'un ou l'autre : `labo verifier --role serveur -- ./mon-serveur`.")
	case len(args) == 0 && o.class:
		return []check.Config{base}, o.classUsage()
	case len(args) == 0:
		return nil, fault.Usage("quel programme faut-il juger ?",
			"Donnez un fichier : `labo verifier serveur.py`. `labo atelier` écrit des fichiers pour commencer.")
	}
	jobs := make([]check.Config, len(args))
	for i, file := range args {
		jobs[i] = base
		if err := fileJob(&jobs[i], file); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// findPython gives the jobs that need it a Python.
func (o *verifierOptions) findPython(ctx context.Context, c *console, jobs []check.Config) error {
	for i := range jobs {
		if len(jobs[i].Argv) > 0 {
			continue
		}
		py, err := awaitPython(ctx, c)
		if err != nil {
			return pythonFault(err)
		}
		for k := range jobs {
			jobs[k].Python = py
		}
		return nil
	}
	return nil
}

// textJobs judges one program after the other, and writes each result as it
// is known.
func (o *verifierOptions) textJobs(ctx context.Context, c *console, jobs []check.Config) error {
	view, book, failed := o.view(c), openNotebook(c), false
	defer book.Close()
	for i, job := range jobs {
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		report, err := o.judge(ctx, c, job, view)
		if err != nil {
			return err
		}
		if o.tale {
			writeLines(c, view.Tale(report))
		}
		writeLines(c, view.End(report))
		tellHoles(c, job.File, report)
		keep(book, report)
		failed = failed || !accepted(report)
	}
	if failed {
		return fault.Told(fault.ExitFailed)
	}
	return nil
}

// judge judges one program and writes what is known on the way.
func (o *verifierOptions) judge(ctx context.Context, c *console, job check.Config, view verdict.View) (*check.Report, error) {
	program := job.File
	level := check.Level(255)
	job.Started = func(r check.Report) {
		program = verdict.Name(&r)
		writeLines(c, view.Head(r))
	}
	job.Progress = func(r check.Result) {
		if r.Level != level {
			level = r.Level
			writeLines(c, view.Level(level))
		}
		writeLines(c, view.Result(r, program))
	}
	return judgeWaiting(ctx, c, job)
}

// judgeWaiting judges a program; a port that only a memory of the kernel
// holds is waited for.
func judgeWaiting(ctx context.Context, c *console, job check.Config) (*check.Report, error) {
	report, err := check.Judge(ctx, job)
	var busy *check.PortBusyError
	if errors.As(err, &busy) && report == nil {
		if left := busy.Lingering(); left.Known {
			if err := waitForPort(ctx, c, busy.Port, left.Value); err != nil {
				return nil, checkFault(job, err)
			}
			report, err = check.Judge(ctx, job)
		}
	}
	if err != nil {
		return nil, checkFault(job, err)
	}
	return report, nil
}

// jsonJobs writes one document: a report, or the list of several.
func (o *verifierOptions) jsonJobs(ctx context.Context, c *console, jobs []check.Config) error {
	var documents []check.Document
	book, failed := openNotebook(c), false
	defer book.Close()
	for _, job := range jobs {
		report, err := judgeWaiting(ctx, c, job)
		if err != nil {
			return err
		}
		keep(book, report)
		documents = append(documents, report.Document(max(0, o.hint-1)))
		failed = failed || !accepted(report)
	}
	var document any = documents[0]
	if len(documents) > 1 {
		document = check.Documents{Version: 2, Reports: documents}
	}
	encoder := json.NewEncoder(c.out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return err
	}
	if failed {
		return fault.Told(fault.ExitFailed)
	}
	return nil
}

// accepted reports whether all that the sheet asks was passed, and could be
// judged.
func accepted(r *check.Report) bool { return r.OK() && !r.Hindered() }

func (o *verifierOptions) view(c *console) verdict.View {
	return verdict.View{
		Palette: c.palette(), Width: min(c.width(), maxHelpColumns), Hint: o.hint - 1,
		Details: o.details || len(o.only) > 0, Step: o.step(),
	}
}

// step reports whether challenges come one at a time: for somebody who reads, and
// has not asked for some of them.
func (o *verifierOptions) step() bool { return !o.all && !o.json && !o.class && len(o.only) == 0 }

func writeLines(c *console, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintln(c.out, strings.Join(lines, "\n"))
	}
}

// isPython reports whether a file is run by Python.
func isPython(file string) bool { return strings.EqualFold(filepath.Ext(file), ".py") }
