package main

import (
	"context"
	"fmt"
	"time"

	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/stage/page"
	"labo/lessons/stage/tape"
)

// stepTitle is what a step is called: "Étape 1 · Un serveur simple".
func stepTitle(step bench.Step) string {
	if text, err := step.Prose(); err == nil {
		return fmt.Sprintf("Étape %d · %s", step.Number, text.Title)
	}
	return fmt.Sprintf("Étape %d", step.Number) // playing it says what is wrong
}

// playOnPage plays a step in the browser.
func playOnPage(ctx context.Context, c *console, player *bench.Player, o pageOptions, reel *recording, done func(scene string) string) error {
	begun := time.Now()
	if reel != nil {
		begun = reel.begun
	}
	return onPage(ctx, c, o, served{
		Options: page.Options{Title: stepTitle(player.Step), Begun: begun, Lesson: player.Port},
		tape:    tape.Options{Port: player.Port, Done: done},
		film:    reel,
		play: func(ctx context.Context, s dialogue.Stage) error {
			player.Stage = s
			return player.Play(ctx)
		},
		last: func() string {
			if player.Over {
				return "L'étape est finie. Le terminal dit la suite ; cette page peut être fermée."
			}
			return fmt.Sprintf("L'étape s'arrête là. Pour la reprendre : labo etape %d --page. Cette page peut être fermée.", player.Step.Number)
		},
	})
}

// projectOnPage plays a step for a class: the wall, and the instructor's page.
// Nothing is kept of it but its votes, where the class has a name.
func projectOnPage(ctx context.Context, c *console, player *bench.Player, o etapeOptions) error {
	notices := notices{console: c}
	reel, err := record(o.film, stepTitle(player.Step), player.Port, false, notices.tell)
	if err != nil {
		return err
	}
	defer reel.close()
	votes := projection.NewVotes(c.getenv, o.class)
	class, err := joinedClass(ctx, c, o)
	if err != nil {
		return err
	}
	defer sayVotes(c, votes)
	defer class.close()
	player.Ahead = func() []string {
		return append(votedWords(player.Step, votes.Earlier(time.Now())), afterwards(player.Step, player.Port, o.page.again()+o.again()))
	}
	begun := time.Now()
	if reel != nil {
		begun = reel.begun
	}
	return stepFault(onPage(ctx, c, o.page, served{
		Options: page.Options{Title: stepTitle(player.Step), Begun: begun, Lesson: player.Port, Notes: stepNotes(player.Step, player.Port), Expected: expected(player.Step), Join: class.join()},
		tape:    tape.Options{Port: player.Port},
		film:    reel,
		on: func(p *page.Page) {
			p.Where = func(s projection.Status) {
				class.tell(s)
				if notice := votes.Take(s); notice != "" {
					notices.tell(notice)
				}
			}
			class.on(p, notices.tell)
		},
		play: func(ctx context.Context, s dialogue.Stage) error {
			player.Stage = s
			return player.Play(ctx)
		},
		last: func() string { return "La projection est finie. Cette page peut être fermée." },
	}))
}

// stepNotes returns what the instructor reads of a scene of a step, and the
// title of the next.
func stepNotes(step bench.Step, port uint16) func(string) ([]prose.Block, string) {
	return func(id string) (blocks []prose.Block, next string) {
		words, err := step.Prose()
		if err != nil {
			return nil, ""
		}
		for i, s := range step.Scenes {
			if s.ID == id && i+1 < len(step.Scenes) {
				if section, ok := words.Section(step.Scenes[i+1].ID); ok {
					next = section.Title
				}
			}
		}
		notes, err := prose.LoadNotes(step.Number)
		if note := notes.Scene(id); err == nil && note != nil {
			blocks = note.Text.Sketch(map[string]string{"port": fmt.Sprint(port)}).Blocks
			for _, q := range note.Questions {
				blocks = append(append(blocks, q.Blocks...), revealed(q)...)
			}
		}
		return blocks, next
	}
}

// revealed is what each answer to a question reveals, and what to say then.
func revealed(q *prose.QuestionNote) []prose.Block {
	list := prose.Block{Kind: prose.List}
	said := func(word string, spans []prose.Span) {
		if len(spans) > 0 {
			list.Items = append(list.Items, append([]prose.Span{{Style: prose.Strong, Text: word}, {Text: " : "}}, spans...))
		}
	}
	for i, o := range q.Options {
		said(fmt.Sprint(i+1), o.Spans)
	}
	said("Indice", q.Hint)
	said("Relance", q.Follow)
	return []prose.Block{list}
}

// expected returns the option that the notes of a step expect to be right.
func expected(step bench.Step) func(scene, part string) string {
	return func(scene, part string) string {
		notes, err := prose.LoadNotes(step.Number)
		if err != nil {
			return ""
		}
		if q := notes.Scene(scene).Question(part); q != nil {
			return q.Expected
		}
		return ""
	}
}
