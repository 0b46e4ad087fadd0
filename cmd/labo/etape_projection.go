package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/notes"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/screen"
	"labo/lessons/stage/tape"
	"labo/lessons/text"
)

// project plays a step for a class. Nothing is kept of it but its votes, where
// the class has a name; what to type to go on from where it was left is said at
// its end, however it ended.
func project(ctx context.Context, c *console, player bench.Player, o etapeOptions) error {
	if o.page.wanted {
		return projectOnPage(ctx, c, &player, o)
	}
	projector := projection.New(c.getenv) // for labo notes
	defer projector.Close()
	votes := projection.NewVotes(c.getenv, o.class)
	class, err := joinedClass(ctx, c, o)
	if err != nil {
		return err
	}
	defer class.close()
	var last scene.Head
	so := screen.Options{Projection: true, Earlier: votes.Earlier(time.Now()), Tell: func(s projection.Status) string {
		last, s.Options = s.Head, o.again()
		class.tell(s)
		return cmp.Or(votes.Take(s), projector.Tell(s))
	}}
	if o.auto != nil {
		so.Auto = *o.auto
		player.Alone = true // scenes play the reader's part
	}
	player.Ahead = func() []string { return []string{afterwards(player.Step, player.Port, o.again())} }
	notices := notices{console: c}
	reel, err := record(o.film, stepTitle(player.Step), player.Port, player.Alone, notices.tell)
	if err != nil {
		return err
	}
	defer reel.close()
	err = playOnScreen(ctx, c, &player, so, &notices, func(s dialogue.Stage) dialogue.Stage {
		class.on(s, notices.tell)
		return reel.on(s, tape.Options{Port: player.Port})
	})
	if last.Total > 0 {
		sentence, command := notes.Again(last, player.Port, o.again())
		fmt.Fprintf(c.out, "\n  %s\n\n    %s\n", text.French(sentence), paint.New(c.wantsColor()).Strong(command))
	}
	sayVotes(c, votes)
	if err != nil {
		return stepFault(err)
	}
	return nil
}

// afterwards says what to type once a step was projected.
func afterwards(step bench.Step, port uint16, options string) string {
	if step.Number == prose.Steps {
		return fmt.Sprintf("Chez vous : `labo etape %d`, et trois jours plus tard `labo revoir`", step.Number)
	}
	_, command := notes.Again(scene.Head{Step: step.Number, Total: 1}, port, options) // as after its last scene
	return "La suite : `" + command + "`"
}

// votedWords says of each vote of a class that day in a step how many had predicted
// what was measured, before the discussion and after it.
func votedWords(step bench.Step, past []projection.Past) (all []string) {
	words, err := step.Prose()
	if err != nil {
		return nil
	}
	for _, p := range past {
		section, ok := words.Section(p.Scene)
		if p.Step != step.Number || !ok {
			continue
		}
		share := "sans réponse mesurée"
		if p.Right >= 0 {
			var rounds []string
			for _, t := range p.Rounds {
				rounds = append(rounds, fmt.Sprintf("%d %%", t.Percent(p.Right)))
			}
			share = strings.Join(rounds, " → ") + " l'avaient prédit"
		}
		all = append(all, "Vote « "+section.Title+" » : "+share)
	}
	return all
}

// sayVotes says where the votes are.
func sayVotes(c *console, votes *projection.Votes) {
	for _, l := range votes.Close() {
		fmt.Fprintln(c.out)
		for _, part := range text.Paragraph(l, c.width()-4) {
			fmt.Fprintln(c.out, "  "+part)
		}
	}
}
