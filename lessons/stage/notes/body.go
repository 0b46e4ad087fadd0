package notes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"labo/lessons/atelier"
	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// body is what can be scrolled.
func (m *model) body() []string {
	whole := column{m.o.Palette, m.width}
	switch s := m.follower.State; {
	case m.help.Open:
		return whole.help()
	case !m.looked:
		return nil
	case s == nil:
		return m.idle(whole)
	case m.width < frame.SideBySide:
		return slices.Concat(whole.present(m.script, s), whole.ahead(m.script, s), whole.plan(m.script, s, m.now, m.o.End), whole.scenes(m.script, s, m.now))
	default:
		left := column{m.o.Palette, m.width * 14 / 25}
		right := column{m.o.Palette, m.width - left.width - frame.Between}
		aside := slices.Concat([]string{""}, right.ahead(m.script, s), right.plan(m.script, s, m.now, m.o.End), right.scenes(m.script, s, m.now))
		return frame.Beside(m.o.Palette, left.present(m.script, s), aside, left.width, m.room())
	}
}

// present is the scene that is projected: what the class votes, its notes, and
// what is on the wall.
func (p column) present(sc *script, s *projection.State) []string {
	lines := append([]string{""}, p.title(s.Head.Title)...)
	note := sc.note(s.Head.ID)
	questions := sc.questions(sc.named(s.Head.ID))
	if s.Vote != nil {
		lines = append(append(lines, p.rule("LE VOTE")), p.vote(s, note)...)
		lines = append(lines, "")
	}
	lines = append(lines, p.rule("VOS NOTES"))
	if note == nil {
		lines = append(lines, p.sentence("Cette version de labo n'a pas de notes pour cette scène.")...)
	} else {
		lines = append(lines, p.duty(note)...)
		lines = append(lines, p.prose(&note.Text)...)
	}
	for _, q := range questions {
		if s.Vote != nil && q.Name == s.Vote.Part {
			continue // above
		}
		lines = append(append(lines, "", p.rule("LA QUESTION")), p.question(q)...)
		lines = append(lines, p.key(q, note.Question(q.Name))...)
	}
	return append(append(lines, p.wall(s)...), "")
}

// duty says how long a scene takes, and whether it must be played.
func (p column) duty(note *prose.Note) []string {
	word := "Peut se passer. "
	if note.Must {
		word = "À jouer. "
	}
	return p.sentence(fmt.Sprintf("En classe : %d min. ", note.Minutes) + word + prose.Text(note.Why))
}

// wall is the page that the class sees, and the next where it has come.
func (p column) wall(s *projection.State) (lines []string) {
	for _, page := range []struct {
		title string
		lines []string
	}{{"AU MUR", s.Wall}, {"PAGE SUIVANTE", s.Coming}} {
		if len(page.lines) == 0 {
			continue
		}
		lines = append(lines, "", p.rule(page.title))
		for _, l := range page.lines {
			lines = append(lines, text.Truncate("  "+l, p.width))
		}
	}
	return lines
}

// firstNotes is how many lines of the notes of the scene to come are shown.
const firstNotes = 3

// ahead is the scene to come.
func (p column) ahead(sc *script, s *projection.State) []string {
	next := s.Head.Index + 1
	var lines []string
	switch sec := sc.scene(next); {
	case next >= s.Head.Total:
		lines = append(lines, p.rule("ENSUITE"))
		lines = append(lines, p.sentence("C'est la dernière scène de l'étape.")...)
		if s.Head.Step < prose.Steps {
			lines = append(lines, p.command(fmt.Sprintf("L'étape %d se projette avec :", s.Head.Step+1), project(s.Head.Step+1, s.Port)+s.Options)...)
		}
	case sec != nil:
		lines = append(lines, p.rule(fmt.Sprintf("ENSUITE : SCÈNE %d/%d", next+1, s.Head.Total)))
		lines = append(lines, p.title(sec.Title)...)
		if questions := sc.questions(sec); len(questions) > 0 {
			lines = append(lines, p.question(questions[0])...)
		}
		note := sc.note(sec.ID)
		if note == nil {
			break
		}
		lines = append(append(lines, ""), p.duty(note)...)
		if notes := p.prose(&note.Text); len(notes) > 0 {
			if len(notes) > firstNotes {
				notes = notes[:firstNotes]
				notes[firstNotes-1] += " …"
			}
			lines = append(lines, notes...)
		}
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// scenes are all of the step, with the time that each took.
func (p column) scenes(sc *script, s *projection.State, now time.Time) []string {
	return append([]string{"", p.rule("LES SCÈNES")}, p.timetable(course(sc, s, now), s.Head.ID)...)
}

// command writes a sentence, then a command to copy on a line of its own, or
// on two where it is too long: no word of it is cut.
func (p column) command(sentence, command string) []string {
	lines, margin := append(p.sentence(sentence), ""), "    "
	for _, l := range text.Wrap(command, max(p.width-len("      ")-1, 8)) {
		lines, margin = append(lines, margin+p.palette.Strong(l)), "      "
	}
	return append(lines, "")
}

// project is the command that projects a step on a port.
func project(step int, port uint16) string {
	command := fmt.Sprintf("labo etape %d --projection", step)
	if port != 0 && port != atelier.Port {
		command += fmt.Sprintf(" --port %d", port)
	}
	return command
}

// idle is what is shown while nothing is projected.
func (m *model) idle(p column) []string {
	lines := []string{""}
	switch {
	case m.failure != nil:
		lines = append(lines, p.hanging("  ✗ ", text.French(projection.Words(m.failure)))...)
		lines = append(lines, "")
	case m.ended != nil:
		lines = append(lines, p.summary(m.ended)...)
		lines = append(lines, "")
		lines = append(lines, p.command(again(m.ended))...)
		return append(lines, p.sentence("Cette page attend la prochaine projection.")...)
	default:
		lines = append(lines, p.sentence("Rien n'est projeté pour l'instant.")...)
		lines = append(lines, "")
		lines = append(lines, p.command("Dans un autre terminal, celui que voit la classe, tapez :", project(1, atelier.Port))...)
		lines = append(lines, p.sentence("Ou 2, 3, 4 à la place de 1. Cette page suivra d'elle-même.")...)
		lines = append(lines, "")
	}
	return append(lines, p.command("Pour lire les notes d'une étape sans la projeter :", "labo notes 1")...)
}

// again says what to type once a projection is over.
func again(e *projection.Ended) (sentence, command string) {
	h := e.State.Head
	if e.Killed { // in the last scene as well, it was not over
		h.Total = h.Index + 2
	}
	return Again(h, e.State.Port, e.State.Options)
}

// Again says what to type once a projection with these options was left in a
// scene.
func Again(h scene.Head, port uint16, options string) (sentence, command string) {
	switch {
	case h.Index+1 < h.Total:
		return "Pour reprendre à cette scène :", project(h.Step, port) + options + " --scene " + h.ID
	case h.Step < prose.Steps:
		return "L'étape suivante :", project(h.Step+1, port) + options
	}
	return "Pour la projeter de nouveau :", project(h.Step, port) + options
}

// summary says how long a projection took, scene by scene.
func (p column) summary(e *projection.Ended) []string {
	s := e.State
	how := "est terminée"
	switch {
	case e.Killed:
		how = "s'est arrêtée sans prévenir"
	case s.Head.Index+1 < s.Head.Total:
		how = fmt.Sprintf("s'est arrêtée à la scène %d sur %d", s.Head.Index+1, s.Head.Total)
	}
	lines := p.sentence(fmt.Sprintf("La projection de l'étape %d %s : %s, de %s à %s.", s.Head.Step, how,
		clock(e.At.Sub(s.Started)), s.Started.Local().Format("15:04"), e.At.Local().Format("15:04")))
	lines = append(lines, "")
	return append(lines, p.timetable(tally(e.Plays), "")...)
}

// flat is lines without blanks at their end, as one text.
func flat(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(l, " "))
		b.WriteByte('\n')
	}
	return b.String()
}
