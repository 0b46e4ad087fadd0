package main

import (
	"context"
	"fmt"

	"labo/lessons/check"
	"labo/lessons/check/follow"
	"labo/lessons/fault"
	"labo/lessons/stage/terminal"
	"labo/lessons/stage/verdict"
)

// followJobs judges the files at once, then each time one is saved, until
// Ctrl+C. On a terminal the report keeps its place; on a pipe, reports follow
// each other.
func (o *verifierOptions) followJobs(ctx context.Context, c *console, jobs []check.Config) error {
	var files []string
	for _, job := range jobs {
		if job.File == "" {
			return fault.Usage("`--suivre` a besoin d'un fichier", "Donnez le fichier à suivre : `labo verifier serveur.py --suivre`.")
		}
		files = append(files, job.File)
	}
	fixed := c.outTerminal() && c.getenv("TERM") != "dumb" && terminal.Obeys(c.outFile)
	s := &verdict.Follower{View: o.view(c), Out: c.out, Fixed: fixed, Size: c.size, Widest: maxHelpColumns}
	book := openNotebookTelling(c, s.Note)
	defer book.Close()
	before := make([]*check.Report, len(jobs))
	err := follow.Watch(ctx, files, func(ctx context.Context) {
		for i, job := range jobs {
			s.Working(job.File)
			report, err := judgeWaiting(ctx, c, job)
			if ctx.Err() != nil {
				return // saved again, or Ctrl+C
			}
			if report != nil {
				keep(book, report)
			}
			s.Show(report, before[i], err, i == 0)
			if report != nil {
				before[i] = report
			}
		}
	})
	if fixed {
		fmt.Fprintln(c.out) // whoever writes next begins a line
	}
	if err != nil {
		return fault.Failed("impossible de suivre les fichiers ("+cause(err)+")",
			"Relancez `labo verifier` sans `--suivre` après chaque modification.", err)
	}
	return ctx.Err()
}
