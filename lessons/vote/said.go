package vote

import (
	"fmt"
	"strings"
	"time"

	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
)

// Said is what the class reads over its options, and under them.
type Said struct{ Title, Foot string }

// Words are those of the vote as it is; of a discussion, until its time is over.
// machines: those of a room vote too.
func (v *Vote) Words(machines bool) Said {
	second := v.Round() > 1
	switch {
	case v.phase == Discussing:
		return Said{"DISCUTEZ AVEC VOS VOISINS", "Trouvez quelqu'un qui a répondu autrement. Convainquez-le, ou laissez-vous convaincre."}
	case v.phase == Closed && second:
		return Said{Title: "AVANT ET APRÈS LA DISCUSSION"}
	case v.phase == Closed && v.shown:
		return Said{Title: "VOTE CLOS"}
	case v.phase == Closed:
		return Said{"VOTE CLOS", text.Plural(v.Tally().Total(), "voix") + ", cachées jusqu'à la mesure."}
	case machines && second:
		return Said{Title: "SECOND VOTE, SUR VOTRE MACHINE OU À MAIN LEVÉE"}
	case machines:
		return Said{Title: "PRÉDICTION : VOTEZ, SUR VOTRE MACHINE OU À MAIN LEVÉE"}
	case v.phase == Counting && second:
		return Said{Title: "SECOND VOTE, À MAIN LEVÉE"}
	}
	return Said{Title: "PRÉDICTION : VOTEZ À MAIN LEVÉE"}
}

// Machines are those of a room in which the class votes too.
type Machines struct {
	Open        bool // there is one
	Votes, Here int  // in the present round; participants who are here, [Unheard] or [Elsewhere]
}

// What [Machines].Here is where nobody can be counted.
const (
	Unheard   = -1 // the room does not answer
	Elsewhere = -2 // the room is asked something else
)

// Words say how many machines have voted, "" where no room is open.
func (m Machines) Words() string {
	if !m.Open {
		return ""
	}
	switch m.Here {
	case Elsewhere:
		return fmt.Sprintf("Machines : %s. Le pupitre a mis une autre question au mur.", text.Plural(m.Votes, "voix"))
	case Unheard:
		return fmt.Sprintf("Machines : %s. La classe ne répond plus, labo réessaie.", text.Plural(m.Votes, "voix"))
	}
	return fmt.Sprintf("Machines : %s, %s.", text.Plural(m.Votes, "voix"), text.Plural(m.Here, "présent"))
}

// Late are those of a discussion whose time is over.
var Late = Said{"DISCUSSION : C'EST L'HEURE", "Entrée ouvre le second vote."}

// TalkFor is how long neighbours discuss before the second vote. Its end asks
// for the second vote, and opens nothing by itself.
const TalkFor = 2 * time.Minute

// Rounds are the splits of the rounds in which somebody voted.
func (v *Vote) Rounds() (all []Tally) {
	for _, t := range v.Tallies() {
		if t.Total() > 0 {
			all = append(all, t)
		}
	}
	return all
}

// Verdict says in a sentence how a class did in these rounds.
func Verdict(rounds []Tally, answer scene.Answer) string {
	sentence := "La mesure ne donne raison à aucune de ces réponses."
	if answer.Right >= 0 {
		sentence = fmt.Sprintf("La mesure dit %d (%s).", answer.Right+1, strings.TrimSpace(prose.Text(answer.Question.Options[answer.Right].Spans)))
		for i, t := range rounds {
			if i == 0 {
				sentence += " Vous étiez "
			} else {
				sentence += ", puis "
			}
			sentence += fmt.Sprintf("%d sur %d", t[answer.Right], t.Total())
		}
		if len(rounds) > 0 {
			sentence += " à le prédire."
		}
	}
	if answer.Measured != "" {
		sentence += " Mesuré : " + text.Visible(answer.Measured) + "."
	}
	return sentence
}

// Counsel says to who projects what to do with a vote in this phase: by the share
// of the option that is expected, -1 for none. until is the end of a discussion.
func Counsel(phase Phase, rounds []Tally, expected int, until time.Time) string {
	if len(rounds) == 0 || phase == Counting {
		if expected >= 0 {
			return fmt.Sprintf("Réponse attendue : %d. La classe ne voit pas le partage.", expected+1)
		}
		return "La classe ne voit pas le partage."
	}
	last := rounds[len(rounds)-1]
	share := ""
	if expected >= 0 {
		share = fmt.Sprintf("%d %% ont donné la réponse attendue (%d). ", last.Percent(expected), expected+1)
	}
	switch {
	case phase == Discussing:
		return share + "Discussion jusqu'à " + until.Local().Format("15:04:05") + " : allez d'un groupe à l'autre, ne donnez rien."
	case len(rounds) > 1:
		return share + "Entrée : la mesure répond. Demandez qui a changé d'avis, et pourquoi."
	}
	switch last.Advise(expected) {
	case Hint:
		return share + "Moins de 35 % : donnez l'indice, puis d et Entrée pour un second vote."
	case Discuss:
		return share + "De 35 à 70 % : faites discuter (d), puis second vote."
	case Explain:
		return share + "Plus de 70 % : Entrée, la mesure, et une explication suffit."
	}
	return "Aucune réponse n'est attendue d'avance. Si la classe se partage, faites discuter (d)."
}
