package bench

import (
	"errors"
	"fmt"

	"labo/lessons/dialogue"
	"labo/lessons/prose"
	"labo/lessons/text"
)

// writing is a question that the reader answers in their own words before the
// experiments, and may answer again after them, perhaps in a later scene.
type writing struct {
	b           *Bench
	scene, part string // where it is asked
	question    []prose.Block
	answer      string // the latest, "" for none
}

// Write shows the question of a part and asks for an answer, which is kept. An
// empty line keeps what was written before, and where nothing was is asked
// again: only ":p" passes. Where nobody is at the keyboard,
// nothing is asked.
func (b *Bench) Write(part string) {
	w := b.writing(b.section.ID, part)
	b.stage.Prose(w.question)
	b.rec.Told(b.section.ID, part, w.question)
	if b.alone {
		return
	}
	prompt := "Votre réponse, avec vos mots (:p pour passer)"
	if w.answer != "" {
		w.show("Vous aviez écrit")
		prompt = "Votre réponse (Entrée la garde)"
	}
	w.ask(prompt)
}

// Compare shows the model answer, a part of this scene, beside the reader's own
// to the question that a scene of this step asked; they may amend it, and an
// empty line keeps it.
func (b *Bench) Compare(scene, part, model string) {
	w := b.writing(scene, part)
	if !b.alone && w.answer != "" {
		w.show("Votre réponse")
	}
	b.Say(model)
	if !b.alone {
		prompt := "Votre réponse, revue (Entrée la garde)"
		if w.answer == "" {
			prompt = "Votre réponse, maintenant (:p pour passer)"
		}
		w.ask(prompt)
	}
}

// writing returns a question of a scene of this step, with what was answered
// last.
func (b *Bench) writing(scene, part string) *writing {
	section, ok := b.text.Section(scene)
	if !ok {
		b.Stop(fmt.Errorf("no scene %s to answer a question of", scene))
	}
	p, ok := section.Part(part)
	if !ok {
		b.Stop(fmt.Errorf("scene %s has no part %q", scene, part))
	}
	filled, err := p.Fill(b.values)
	b.Stop(err)
	w := &writing{b: b, scene: scene, part: part, question: filled.Blocks, answer: b.wrote[[2]string{scene, part}]}
	if w.answer == "" {
		w.answer = b.rec.Written(b.step, scene, part)
	}
	return w
}

// ask takes one line and keeps it. A question that is passed is kept without an
// answer.
func (w *writing) ask(prompt string) {
	b := w.b
	line, err := b.stage.Input(b.ctx, prompt)
	for err == nil && line == "" && w.answer == "" {
		line, err = b.stage.Input(b.ctx, prompt)
	}
	if !errors.Is(err, dialogue.ErrSkipped) {
		b.Stop(err)
	}
	if line != "" {
		w.answer = line
	}
	b.wrote[[2]string{w.scene, w.part}] = w.answer
	b.rec.Wrote(w.scene, w.part, w.question, w.answer)
}

func (w *writing) show(label string) {
	w.b.stage.Prose([]prose.Block{{Kind: prose.Paragraph, Spans: []prose.Span{
		{Style: prose.Strong, Text: label}, {Text: " : « " + text.Visible(w.answer) + " »"},
	}}})
}
