package main

import (
	"path/filepath"

	"labo/lessons/evidence"
	"labo/lessons/stage/calls"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// keep puts in the notebook the summary of each Python file that told its
// lines. That it cannot changes nothing to the trace: why is said once.
func (t *tracing) keep(s *trace.Session, results []syscalls.Result) {
	type traced struct {
		script string
		report *trace.Report
	}
	var all []traced
	var reports []*trace.Report
	for i, r := range s.Programs {
		script, report := r.Command.Script, r.Report(&results[i])
		if filepath.Ext(script) == ".py" && report.Lines {
			all, reports = append(all, traced{script, report}), append(reports, report)
		}
	}
	if len(all) == 0 {
		return
	}
	book := openNotebook(t.c)
	defer book.Close()
	events := calls.Events(reports, func(evidence.Actor) bool { return false }) // whose they are, no name says
	for _, p := range all {
		name := filepath.ToSlash(withoutRoot(p.script))
		book.Traced(name, p.report.Facts(p.script).Summary(name), events)
	}
}
