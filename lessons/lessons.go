// Package lessons is the table of contents of the workbook.
package lessons

import (
	"labo/lessons/bench"
	"labo/lessons/etape1"
	"labo/lessons/etape2"
	"labo/lessons/etape3"
	"labo/lessons/etape4"
	"labo/lessons/notebook"
)

// Steps returns the steps of the workbook, in the order of the sheet.
func Steps() []bench.Step {
	return []bench.Step{etape1.Step(), etape2.Step(), etape3.Step(), etape4.Step()}
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
