package notes

import (
	"fmt"
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
		return append(append(whole.present(m.script, s), whole.ahead(m.script, s)...), whole.scenes(m.script, s, m.now)...)
	default:
		left := column{m.o.Palette, m.width * 14 / 25}
		right := column{m.o.Palette, m.width - left.width - frame.Between}
		aside := append(append([]string{""}, right.ahead(m.script, s)...), right.scenes(m.script, s, m.now)...)
		return frame.Beside(m.o.Palette, left.present(m.script, s), aside, left.width, m.room())
	}
}

// present is the scene that is projected: its notes, and what the class votes.
func (p column) present(sc *script, s *projection.State) []string {
	lines := append([]string{""}, p.title(s.Head.Title)...)
	lines = append(lines, p.rule("VOS NOTES"))
	sec := sc.named(s.Head.ID)
	if notes := sc.notes(sec); notes != nil {
		lines = append(lines, p.prose(notes)...)
	} else {
		lines = append(lines, p.sentence("Cette version de labo n'a pas de notes pour cette scène.")...)
	}
	switch questions := sc.questions(sec); {
	case s.Vote != nil:
		lines = append(lines, "", p.rule("LE VOTE"))
		lines = append(lines, p.vote(s)...)
	case len(questions) > 0:
		lines = append(lines, "", p.rule("LA QUESTION"))
		lines = append(lines, p.question(questions[0])...)
	}
	return append(lines, "")
}

// vote draws the hands of each option, and what the measurement says.
func (p column) vote(s *projection.State) []string {
	v := s.Vote
	lines := p.sentence(v.Question)
	const handsWidth = 5
	narrow := column{p.palette, p.width - handsWidth}
	for i, o := range v.Options {
		mark := "    "
		switch {
		case v.Answered && i == v.Right:
			mark = "  ✓ "
		case s.Waiting == projection.ForVote && i == v.At:
			mark = "  ▸ "
		}
		option := narrow.hanging(mark+itoa(i+1)+"  ", text.French(o))
		if v.Given {
			option[0] = text.PadRight(option[0], narrow.width) + text.PadLeft(itoa(v.Hands[i]), handsWidth-1)
		}
		if mark != "    " {
			for k := range option {
				option[k] = p.palette.Strong(option[k])
			}
		}
		lines = append(lines, option...)
	}
	return append(lines, p.sentence(verdict(v))...)
}

// verdict says in a sentence what the measurement says of a vote.
func verdict(v *projection.Vote) string {
	sentence := ""
	switch {
	case !v.Answered:
		return "La mesure n'a pas encore répondu."
	case v.Right < 0 || v.Right >= len(v.Options):
		sentence = "La mesure ne donne raison à aucune de ces réponses."
	case v.Given:
		total := 0
		for _, n := range v.Hands {
			total += n
		}
		sentence = fmt.Sprintf("La mesure dit %d : %d sur %d l'avaient prédit.", v.Right+1, v.Hands[v.Right], total)
	default:
		sentence = fmt.Sprintf("La mesure dit %d.", v.Right+1)
	}
	if v.Measured != "" {
		sentence += " Mesuré : " + v.Measured + "."
	}
	return sentence
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
			lines = append(lines, p.command(fmt.Sprintf("L'étape %d se projette avec :", s.Head.Step+1), project(s.Head.Step+1, s.Port))...)
		}
	case sec != nil:
		lines = append(lines, p.rule(fmt.Sprintf("ENSUITE : SCÈNE %d/%d", next+1, s.Head.Total)))
		lines = append(lines, p.title(sec.Title)...)
		if questions := sc.questions(sec); len(questions) > 0 {
			lines = append(lines, p.question(questions[0])...)
		}
		if notes := p.prose(sc.notes(sec)); len(notes) > 0 {
			lines = append(lines, "")
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
	return Again(h, e.State.Port)
}

// Again says what to type once a projection was left in a scene.
func Again(h scene.Head, port uint16) (sentence, command string) {
	switch {
	case h.Index+1 < h.Total:
		return "Pour reprendre à cette scène :", project(h.Step, port) + " --scene " + h.ID
	case h.Step < prose.Steps:
		return "L'étape suivante :", project(h.Step+1, port)
	}
	return "Pour la projeter de nouveau :", project(h.Step, port)
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
