package bench

import (
	"fmt"

	"labo/lessons/scene"
)

// Prediction is a question that a measurement will answer.
type Prediction struct {
	b      *Bench
	name   string
	asked  scene.Question
	chosen scene.Choice
	apart  bool
}

// Apart says that what answers the prediction is measured on a connection of
// labo's own, or on another port: whoever else comes to the lesson's port
// changes nothing to it.
func (p *Prediction) Apart() *Prediction {
	p.apart = true
	return p
}

// Predict asks the question of a part before the act that answers it.
func (b *Bench) Predict(part string) *Prediction {
	p := b.part(part)
	q := scene.Question{Part: part, Blocks: p.Blocks, Options: p.Options}
	b.rec.Told(b.section.ID, part, q.Blocks)
	if b.focus != nil {
		b.focus.part = part
	}
	chosen, err := b.stage.Ask(b.ctx, q)
	b.Stop(err)
	return &Prediction{b: b, name: part, asked: q, chosen: chosen}
}

// Settle answers the prediction with what was measured: option is the ID of
// the option that the measurement makes right, "" where it fits none of them.
// Where somebody else has touched the port, the measurement may be their doing:
// the prediction is left, and says so.
func (p *Prediction) Settle(option, measured string) {
	if !p.apart {
		if who := p.b.disturbed(); who != "" {
			p.Leave(who + ". " + replay)
			return
		}
	}
	right := -1
	for i, o := range p.asked.Options {
		if o.ID == option {
			right = i
		}
	}
	if option != "" && right < 0 {
		p.b.Stop(fmt.Errorf("scene %s: the question %q has no option %q", p.b.section.ID, p.name, option))
	}
	a := p.answer(right)
	a.Measured = measured
	p.told(a)
}

// Leave ends the prediction without an answer: nothing that answers it could be
// measured, for that reason.
func (p *Prediction) Leave(reason string) {
	p.b.Note("Cette question reste sans réponse mesurée : " + reason)
	a := p.answer(-1)
	a.Left = reason
	p.told(a)
}

// told tells what answers the prediction: to the reader, where that is not told
// yet, and to who keeps it. In a review, the other questions were asked of nobody.
func (p *Prediction) told(a scene.Answer) {
	b := p.b
	if b.focus != nil {
		if !b.focus.answer(p.name, a) {
			return
		}
	} else if a.Left == "" {
		b.stage.Answer(a)
	}
	b.rec.Answered(b.section.ID, p.name, a)
}

// answer is the outcome where the measurement makes that option right, -1 for
// none.
func (p *Prediction) answer(right int) scene.Answer {
	return scene.Answer{Question: p.asked, Chosen: p.chosen.Option, Sure: p.chosen.Sure, Right: right}
}
