package lessons

import "labo/lessons/notebook"

// Contents returns the steps of the workbook with their scenes and titles, as
// a notebook wants them.
func Contents() (notebook.Contents, error) {
	var all notebook.Contents
	for _, step := range Steps() {
		text, err := step.Prose()
		if err != nil {
			return nil, err
		}
		heads, err := step.heads(text)
		if err != nil {
			return nil, err
		}
		c := notebook.StepContents{Number: step.Number, Title: text.Title}
		for _, h := range heads {
			c.Scenes = append(c.Scenes, notebook.SceneContents{ID: h.ID, Title: h.Title})
		}
		all = append(all, c)
	}
	return all, nil
}

var _ Recorder = (*notebook.Session)(nil)
