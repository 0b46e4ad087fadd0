// Package lessons is the table of contents of the workbook.
package lessons

import (
	"cmp"
	"context"

	"labo/lessons/bench"
	"labo/lessons/etape1"
	"labo/lessons/etape2"
	"labo/lessons/etape3"
	"labo/lessons/etape4"
	"labo/lessons/notebook"
	"labo/lessons/prose"
)

// Steps returns the steps of the workbook, in the order of the sheet, with the
// scenes that a teacher has added.
func Steps() []bench.Step {
	all := []bench.Step{etape1.Step(), etape2.Step(), etape3.Step(), etape4.Step()}
	runs := map[string]func(context.Context, *bench.Bench){}
	for _, step := range all {
		for _, sc := range step.Scenes {
			runs[sc.ID] = sc.Run
		}
	}
	for i, step := range all {
		if !prose.Laid(step.Number) {
			continue
		}
		text, err := prose.Load(step.Number)
		if err != nil {
			continue // whoever plays the step says so
		}
		all[i].Scenes = nil
		for _, sec := range text.Sections {
			run := runs[cmp.Or(sec.Like, sec.ID)]
			if run == nil {
				run = func(_ context.Context, b *bench.Bench) { read(b, sec) }
			}
			all[i].Scenes = append(all[i].Scenes, bench.Scene{ID: sec.ID, Run: run})
		}
	}
	return all
}

// read shows every part of a scene that does nothing: a teacher's own page.
func read(b *bench.Bench, sec *prose.Section) {
	for _, p := range sec.Parts[:len(sec.Parts)-1] {
		b.Say(p.Name)
		b.Pause()
	}
	b.Explain(sec.Parts[len(sec.Parts)-1].Name)
}

// StepByNumber returns step n.
func StepByNumber(n int) (bench.Step, bool) {
	for _, s := range Steps() {
		if s.Number == n {
			return s, true
		}
	}
	return bench.Step{}, false
}

// Contents returns the steps with their scenes and titles, as a notebook wants
// them.
func Contents() (notebook.Contents, error) {
	var all notebook.Contents
	for _, step := range Steps() {
		heads, err := step.Heads()
		if err != nil {
			return nil, err
		}
		c := notebook.StepContents{Number: step.Number}
		for _, h := range heads {
			c.Title = h.StepTitle
			c.Scenes = append(c.Scenes, notebook.SceneContents{ID: h.ID, Title: h.Title, Further: h.Further > 0})
		}
		all = append(all, c)
	}
	return all, nil
}

var _ bench.Recorder = (*notebook.Session)(nil)
