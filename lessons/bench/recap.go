package bench

import (
	"fmt"
	"strings"

	"labo/lessons/dialogue"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
)

// lastPage is the page that ends what is played.
func (p *Player) lastPage(heads []scene.Head) (dialogue.LastPage, error) {
	if p.Recap != nil {
		return p.Recap(), nil
	}
	return p.recap(heads)
}

// recap is the last page of a step: how the predictions fared, its three ideas,
// which questions of the sheet can be answered, and what to type next.
func (p *Player) recap(heads []scene.Head) (dialogue.LastPage, error) {
	known, err := prose.Recap(p.Step.Number)
	if err != nil {
		return dialogue.LastPage{}, err
	}
	var blocks []prose.Block
	if _, class := p.recorder().(noRecord); !p.Alone && !class { // the wall shows what a class voted
		ids := make([]string, len(heads))
		for i, h := range heads {
			ids[i] = h.ID
		}
		said := tallyWords(p.recorder().Tally(p.Step.Number, ids))
		blocks = append(blocks, prose.Block{Kind: prose.Paragraph, Spans: spans(said)})
	}
	for _, part := range known.Parts {
		blocks = append(blocks, part.Blocks...)
	}
	if p.Ahead != nil && !p.Alone {
		list := prose.Block{Kind: prose.List}
		for _, s := range p.Ahead() {
			list.Items = append(list.Items, spans(s))
		}
		blocks = append(blocks, list)
	}
	return dialogue.LastPage{Title: fmt.Sprintf("Fin de l'étape %d : ce que vous savez", p.Step.Number), Blocks: blocks}, nil
}

// tallyWords says how predictions fared, in a sentence.
func tallyWords(t scene.Tally) string {
	var all []string
	some := func(n int, word string) {
		if n > 0 {
			all = append(all, text.Plural(n, word))
		}
	}
	some(t.Right, "juste")
	some(t.Wrong, "fausse")
	if t.Sure > 0 {
		all[len(all)-1] += fmt.Sprintf(" (dont %d sans hésiter)", t.Sure)
	}
	if t.Open > 0 {
		all = append(all, text.Number(t.Open)+" sans réponse mesurée")
	}
	said := "Vous n'avez encore fait aucune prédiction de cette étape"
	if len(all) > 0 {
		said = "Vos prédictions : " + strings.Join(all, ", ")
	}
	if t.Passed > 0 {
		said += " ; " + text.Plural(t.Passed, "question passée")
	}
	return said + "."
}

// spans are those of a sentence with its `code`.
func spans(s string) (all []prose.Span) {
	for i, part := range strings.Split(s, "`") {
		if part != "" {
			all = append(all, prose.Span{Text: part, Style: [...]prose.Style{prose.Plain, prose.CodeSpan}[i%2]})
		}
	}
	return all
}
