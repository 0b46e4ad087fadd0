package main

import (
	"path/filepath"

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
	for i, r := range s.Programs {
		script, report := r.Command.Script, r.Report(&results[i])
		if filepath.Ext(script) == ".py" && report.Lines {
			all = append(all, traced{script, report})
		}
	}
	if len(all) == 0 {
		return
	}
	book := openNotebook(t.c)
	defer book.Close()
	for _, p := range all {
		name := filepath.ToSlash(withoutRoot(p.script))
		book.Traced(name, p.report.Facts(p.script).Summary(name))
	}
}
