package bench

import (
	"errors"

	"labo/lessons/prose"
	"labo/lessons/stage"
	"labo/lessons/text"
)

// Writing is a question that the reader answers in their own words before the
// experiments, and may answer again after them.
type Writing struct {
	b        *Bench
	part     string
	question []prose.Block
	answer   string // the latest, "" for none
}

// Write shows the question of a part and asks for an answer, which is kept. An
// empty line keeps what was written before, and where nothing was is asked
// again: only ":p" passes. Where nobody is at the keyboard,
// nothing is asked.
func (b *Bench) Write(part string) *Writing {
	w := &Writing{b: b, part: part, question: b.part(part).Blocks}
	b.stage.Prose(w.question)
	b.rec.Told(b.section.ID, part, w.question)
	if b.alone {
		return w
	}
	w.answer = b.rec.Written(b.step, b.section.ID, part)
	prompt := "Votre réponse, avec vos mots (:p pour passer)"
	if w.answer != "" {
		w.show("Vous aviez écrit")
		prompt = "Votre réponse (Entrée la garde)"
	}
	w.ask(prompt)
	return w
}

// Compare shows the model answer of a part beside the reader's own, which they
// may amend; an empty line keeps it.
func (w *Writing) Compare(model string) {
	b := w.b
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

// ask takes one line and keeps it. A question that is passed is kept without an
// answer.
func (w *Writing) ask(prompt string) {
	b := w.b
	line, err := b.stage.Input(b.ctx, prompt)
	for err == nil && line == "" && w.answer == "" {
		line, err = b.stage.Input(b.ctx, prompt)
	}
	if !errors.Is(err, stage.ErrSkipped) {
		b.Stop(err)
	}
	if line != "" {
		w.answer = line
	}
	b.rec.Wrote(b.section.ID, w.part, w.question, w.answer)
}

func (w *Writing) show(label string) {
	w.b.stage.Prose([]prose.Block{{Kind: prose.Paragraph, Spans: []prose.Span{
		{Style: prose.Strong, Text: label}, {Text: " : « " + text.Visible(w.answer) + " »"},
	}}})
}
