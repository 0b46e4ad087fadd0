package classe

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/room"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// Sent lists what is sent to the room, before anything is.
func (v View) Sent(pseudonym, address string) []string {
	out := v.paragraph("Vous allez rejoindre la classe qui est à " + address + ". Jusqu'à `labo quitter`, Ctrl+C, ou la fin de la classe, ce labo lui enverra :")
	for _, s := range []string{
		"votre pseudonyme : " + pseudonym + " (un autre : --pseudo NOM)",
		"vos votes aux questions du mur",
		"la scène que vous ouvrez, et depuis quand",
		"le verdict de vos `labo verifier` : le nom du fichier, les vérifications réussies et ratées",
	} {
		for i, l := range text.Paragraph(s+".", max(v.Width-8, 20)) {
			out = append(out, map[bool]string{true: "    - ", false: "      "}[i == 0]+l)
		}
	}
	return append(out, v.paragraph("Ni votre nom, ni vos programmes ; ni votre cahier, sauf si vous le rendez avec `labo cahier --rendre` ; ni le schéma d'un programme, sauf si vous l'acceptez quand on vous le demande.")...)
}

// phase says where a vote is, for a line.
func phase(w room.Wall, voted int) string {
	what := "vote"
	if w.Round > 1 {
		what = "second vote"
	}
	switch w.Phase {
	case vote.Counting:
		return what + " ouvert : " + w.Ballot.Question
	case vote.Discussing:
		return "discussion"
	case vote.Settled:
		return "la mesure a répondu"
	}
	return what + " clos, " + text.Plural(voted, "voix") + " des machines"
}

// wall is the wall as a participant sees it: what is asked, what they voted, what
// to type.
func (v View) wall(w room.Wall, mine func(round int) (room.Vote, bool)) []string {
	p := v.Palette
	switch {
	case w.Over:
		return v.paragraph("La classe est finie.")
	case w.Show != "":
		return v.paragraph("Le mur montre le schéma d'un programme de la classe.")
	case w.Ballot == nil:
		return v.paragraph("Le mur ne demande rien pour l'instant.")
	}
	out := []string{"", "  " + p.Strong(text.French(heading(w)))}
	out = append(out, v.paragraph(w.Ballot.Question)...)
	voted, has := mine(w.Round)
	for i, o := range w.Ballot.Options {
		mark := "    "
		if has && voted.Option == i+1 {
			mark = "  ▸ "
		}
		mark += strconv.Itoa(i+1) + "  "
		share := ""
		for k, split := range w.Splits {
			if i < len(split) {
				share += fmt.Sprintf("%s%d%s%%", map[bool]string{true: " → ", false: "   "}[k > 0], vote.Tally(split).Percent(i), text.NBSP)
			}
		}
		if w.Right == i+1 {
			share += "  ✓"
		}
		for k, l := range text.Wrap(text.French(o)+share, max(v.Width-text.Width(mark)-1, 20)) {
			if k > 0 {
				mark = strings.Repeat(" ", text.Width(mark))
			}
			out = append(out, mark+l)
		}
	}
	if w.Note != "" {
		out = append(out, v.paragraph("Mesuré : "+w.Note)...)
	}
	return append(out, v.paragraph(todo(w, voted, has))...)
}

func heading(w room.Wall) string {
	switch {
	case w.Phase == vote.Discussing:
		return "DISCUTEZ AVEC VOS VOISINS"
	case w.Phase == vote.Settled:
		return "LA MESURE RÉPOND"
	case w.Phase == vote.Closed:
		return "VOTE CLOS"
	case w.Round > 1:
		return "SECOND VOTE"
	}
	return "LE MUR DEMANDE"
}

// todo says what may be typed.
func todo(w room.Wall, voted room.Vote, has bool) string {
	was := "Vous avez voté " + strconv.Itoa(voted.Option) + "."
	if voted.Word != "" {
		was = "Vous avez répondu « " + voted.Word + " »."
	}
	switch {
	case !w.Open():
		if has {
			return was
		}
		return "Vous n'avez pas voté."
	case has && w.Ballot.Word():
		return was + " Une autre réponse la remplace, tant que le vote est ouvert."
	case has:
		return was + " Un autre numéro le remplace, tant que le vote est ouvert."
	case w.Ballot.Word():
		return "Répondez en quelques mots, puis Entrée."
	}
	return fmt.Sprintf("Tapez un numéro de 1 à %d, puis Entrée.", len(w.Ballot.Options))
}

// lost says that the room is not heard.
func (v View) lost(since time.Time) []string {
	return v.paragraph("La classe n'est plus joignable depuis " + since.Format("15:04:05") + ". labo essaie de la retrouver ; vos votes y sont gardés.")
}

// found says that it is again.
func (v View) found() []string { return v.paragraph("La classe est retrouvée.") }

// Joined says that the participant is in.
func (v View) Joined(room, pseudonym string) []string {
	return v.paragraph("Vous êtes dans la classe « " + room + " » : " + pseudonym + ". Les questions du mur viendront ici. Ctrl+C quitte.")
}

// Encrypted says whether the network can read what is sent.
func (v View) Encrypted(is bool) []string {
	if is {
		return v.paragraph("La connexion est chiffrée.")
	}
	return v.paragraph("La classe n'a pas de certificat : qui écoute le réseau peut lire vos votes et votre pseudonyme.")
}

// Left says that the participant left, as « labo quitter » asked.
func (v View) Left() []string { return v.paragraph("Vous avez quitté la classe.") }

// Refused says why a vote was not taken.
func (v View) Refused(err error, w room.Wall) []string {
	switch {
	case errors.Is(err, room.ErrClosed):
		return v.paragraph("Aucun vote n'est ouvert pour l'instant.")
	case errors.Is(err, room.ErrAnswer) && w.Ballot != nil && !w.Ballot.Word():
		return v.paragraph(fmt.Sprintf("Les réponses vont de 1 à %d.", len(w.Ballot.Options)))
	case errors.Is(err, room.ErrAnswer):
		return v.paragraph("Cette réponse n'en est pas une.")
	case errors.Is(err, room.ErrTooFast):
		return v.paragraph("Trop de votes en trop peu de temps : attendez quelques secondes.")
	}
	return v.paragraph("La classe n'a pas accusé réception : votre vote y est peut-être, peut-être pas. Retapez-le ; il ne compte qu'une fois.")
}

// Seen is what a participant has seen of the wall.
type Seen struct {
	wall  []string
	lost  time.Time
	voted bool
}

// Voted says that the participant has just voted: it is shown again.
func (s *Seen) Voted() { s.voted = true }

// Changes are the lines of what changed since the last call.
func (s *Seen) Changes(v View, w room.Wall, mine func(int) (room.Vote, bool), lost time.Time) (out []string) {
	if lost.IsZero() != s.lost.IsZero() {
		if lost.IsZero() {
			out = v.found()
		} else {
			out = v.lost(lost)
		}
		s.lost = lost
	}
	if wall := v.wall(w, mine); s.voted || !slices.Equal(wall, s.wall) {
		out = append(out, wall...)
		s.wall = wall
	}
	s.voted = false
	return out
}
