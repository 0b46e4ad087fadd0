package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"labo/lessons/check"
	"labo/lessons/check/follow"
	"labo/lessons/fault"
	"labo/lessons/stage/verdict"
	"labo/lessons/text"
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
	s := &followScreen{c: c, view: o.view(c), fixed: c.outTerminal() && c.getenv("TERM") != "dumb" && ansiReady(c.outFile)}
	keeper := newJudgementKeeper(c)
	keeper.tell = func(sentence string) { s.notes = append(s.notes, sentence) }
	before := make([]*check.Report, len(jobs))
	err := follow.Watch(ctx, files, func(ctx context.Context) {
		for i, job := range jobs {
			s.working(job.File)
			report, err := judgeWaiting(ctx, c, job)
			if ctx.Err() != nil {
				return // saved again, or Ctrl+C
			}
			if report != nil {
				keeper.keep(report)
			}
			s.show(report, before[i], err, i == 0)
			if report != nil {
				before[i] = report
			}
		}
	})
	if s.fixed {
		fmt.Fprintln(c.out) // whoever writes next begins a line
	}
	if err != nil {
		return fault.Failed("impossible de suivre les fichiers ("+cause(err)+")",
			"Relancez `labo verifier` sans `--suivre` après chaque modification.", err)
	}
	return ctx.Err()
}

// followScreen is where the reports of --suivre are written.
type followScreen struct {
	c     *console
	view  verdict.View
	fixed bool     // the report keeps its place on a terminal
	notes []string // why nothing is kept in the notebook
}

// working says that a judgement has begun, under what is on screen.
func (s *followScreen) working(file string) {
	if s.fixed {
		_, rows := s.c.size()
		line := text.Truncate(text.French("Jugement de "+text.Visible(file)+" en cours…"), s.c.width())
		fmt.Fprintf(s.c.out, "\x1b[%d;1H\x1b[2K%s", rows, s.view.Palette.Faint(line))
	}
}

// show writes a report, or why there is none.
func (s *followScreen) show(report, before *check.Report, err error, first bool) {
	s.view.Width = min(s.c.width(), maxHelpColumns)
	var lines []string
	switch f, ok := errors.AsType[*fault.Fault](err); {
	case ok:
		lines = []string{text.Prose("labo : " + f.What), text.Prose("  → " + f.Hint)}
	case err != nil:
		lines = []string{"labo : " + fault.Cause(err)}
	default:
		lines = s.view.Summary(report, before)
	}
	for _, note := range s.notes {
		lines = append(lines, text.Paragraph("→ "+note, s.view.Width)...)
	}
	if !s.fixed {
		fmt.Fprintln(s.c.out, strings.Join(lines, "\n")+"\n")
		return
	}
	_, rows := s.c.size()
	lines = verdict.Fit(lines, rows-1)
	var b strings.Builder
	if first {
		b.WriteString("\x1b[H")
	}
	for _, line := range lines {
		b.WriteString(line + "\x1b[K\r\n")
	}
	b.WriteString("\x1b[J" + s.view.Palette.Faint(text.Truncate(
		text.French("Enregistrez le fichier pour le juger de nouveau. Ctrl+C pour arrêter."), s.c.width())))
	fmt.Fprint(s.c.out, b.String())
}
