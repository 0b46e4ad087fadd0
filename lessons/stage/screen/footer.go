package screen

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"labo/lessons/measured"
	"labo/lessons/scene"
	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// statusLine says what is expected of the reader, and where the text goes on.
func (m *model) statusLine() string {
	left, right := m.expected(), m.window.place(m.pageHeight())
	if said := cmp.Or(m.viewed, m.notice); said != "" {
		left = said
	}
	if m.aloft() {
		right = ""
	}
	if words := m.countdown.words(m.now()); words != "" && m.counted() {
		right = strings.TrimPrefix(right+" · "+words, " · ")
	}
	right = text.French(right)
	room := m.width - 1
	if right != "" {
		room = max(room-text.Width(right)-2, 0)
	}
	return frame.Sides(m.palette.Strong(sentences(left, room)), right, m.width-1)
}

// counted reports whether the countdown leads somewhere: the end of a step stays.
func (m *model) counted() bool {
	return m.countdown.every > 0 && m.wait != nil && m.wait.kind != waitEnd && !m.aloft()
}

// sentences keeps the sentences that fit in so many cells.
func sentences(s string, width int) string {
	if text.Width(s) <= width {
		return s
	}
	kept := ""
	for i := range s {
		if rest := s[i:]; strings.HasPrefix(rest, " (") || i > 0 && s[i] == ' ' && strings.IndexByte(".?!", s[i-1]) >= 0 {
			if text.Width(s[:i]) > width {
				break
			}
			kept = s[:i]
		}
	}
	if kept == "" {
		return text.Truncate(s, width)
	}
	return kept
}

// expected is what is expected, in words.
func (m *model) expected() string {
	s := ""
	switch {
	case m.help.Open:
		s = m.help.Says(len(m.helpLines()), m.bodyHeight())
	case m.words.Open:
		s = m.words.Says(len(m.wordLines()), m.bodyHeight())
	case m.outline != nil:
		s = "Choisissez une scène."
	case m.counting() != nil:
		s = m.counting().voteWords()
	case m.deciding() != nil:
		s = m.deciding().voteWords()
	case m.pending != nil:
		s = "labo finit sa mesure, puis vous suit…"
	case m.wait == nil && m.measuring != "":
		s = "labo mesure : " + m.measuring + "…"
	case m.wait == nil:
		s = "labo agit et mesure…"
	case m.wait.kind != waitInput && m.window.more(m.pageHeight()): // the keys and the place say it
	case m.wait.kind == waitAsk && m.ask.chosen < 0:
		s = "Prédisez : tapez un numéro de 1 à " + itoa(len(m.ask.question.Options)) + "."
	case m.wait.kind == waitAsk:
		s = "Vous prédisez " + itoa(m.ask.chosen+1) + scene.SureWords(m.ask.sure) + ". Entrée confirme, Échap efface."
	case m.wait.kind == waitInput && m.aside:
		s = "La saisie attend : Entrée y revient."
	case m.wait.kind == waitInput && m.reading:
		s = "Lisez, puis vous écrirez."
	case m.wait.kind == waitInput:
		s = "Écrivez, Entrée envoie."
	case m.wait.kind == waitWatch:
		s = text.Visible(m.wait.prompt)
		if left := m.wait.limit.Sub(m.now()); !m.wait.limit.IsZero() && left > 0 {
			words := text.Duration(left.Round(time.Second))
			if left > 2*time.Minute {
				words = itoa(int(left.Round(time.Minute).Minutes())) + " min"
			}
			s += " Encore " + words + "."
		}
	case m.wait.kind == waitPause && m.pageCheck() != "":
		return m.pageCheck()
	case m.furthers():
		s = text.Visible(m.wait.further)
		if long := "Pour aller plus loin, + : " + s; text.Width(long)+len("page 99")+2 < m.width {
			s = long
		} else {
			s = "+ : " + s
		}
	case m.wait.kind == waitPause:
		s = "Lisez, regardez, vérifiez."
	case m.wait.kind == waitEnd:
		s = "C'est la fin. q finit, s revoit une scène."
	}
	return text.French(s)
}

// moves are the keys that do something at nearly every moment.
var moves = [][2]string{{"←", "précédente"}, {"r", "rejouer"}, {"s", "scènes"}, {"i", "mots"}, {"q", "quitter"}, {"?", "aide"}, {"Tab", "vue"}}

// keyLine shows the keys that do something now.
func (m *model) keyLine() string {
	first, rest := m.keys()
	return frame.Keys(m.palette, first, rest, m.width)
}

// keys are those of this moment, then those of nearly every moment.
func (m *model) keys() (first, rest [][2]string) {
	switch {
	case m.help.Open, m.words.Open:
		return [][2]string{{"Entrée", "fermer"}}, nil
	case m.outline != nil:
		return [][2]string{{"↑↓", "choisir"}, {"Entrée", "jouer"}, {"Échap", "revenir"}, {"q", "quitter"}}, nil
	case m.counting() != nil:
		return m.counting().voteKeys(), moves
	case m.deciding() != nil:
		return m.deciding().voteKeys(), moves
	case m.wait == nil:
		return nil, moves
	case m.wait.kind != waitInput && m.window.more(m.pageHeight()):
		return [][2]string{{"Entrée", "lire la suite"}}, moves
	case m.wait.kind == waitInput && m.reading:
		return [][2]string{{"Entrée", "lire la suite"}}, [][2]string{{"Échap", "commandes"}, {"Ctrl+C", "arrêter"}}
	case m.wait.kind == waitInput && !m.aside:
		return [][2]string{{"Entrée", "envoyer"}, {":fin", "la suite"}, {"Échap", "commandes"}}, [][2]string{{"Tab", "vue"}, {"Ctrl+C", "arrêter"}}
	case m.wait.kind == waitInput:
		return [][2]string{{"Entrée", "écrire"}, {"n", "suivante"}}, moves
	case m.wait.kind == waitAsk:
		answer := [2]string{"1-" + itoa(len(m.ask.question.Options)), "répondre"}
		if m.ask.chosen >= 0 {
			return [][2]string{answer, {"Entrée", "confirmer"}, {"!", "sans hésiter"}}, moves
		}
		return [][2]string{answer, {"p", "passer"}}, moves
	case m.wait.kind == waitWatch && m.wait.edit != nil:
		return [][2]string{{"e", "éditeur"}, {"p", "passer"}}, moves
	case m.wait.kind == waitWatch:
		return [][2]string{{"p", "passer"}}, moves
	case m.wait.kind == waitEnd:
		return [][2]string{{"q", "finir"}}, slices.DeleteFunc(slices.Clone(moves), func(k [2]string) bool { return k[0] == "q" })
	}
	if m.furthers() {
		return [][2]string{{"Entrée", "suite"}, {"+", "plus loin"}}, moves
	}
	return [][2]string{{"Entrée", "suite"}}, moves
}

// helpLines explain the keys and the panel.
func (m *model) helpLines() []string {
	answer := [][2]string{{"1, 2, 3…", "répondre à une prédiction ; Entrée confirme"},
		{"!", "sans hésiter : vous n'avez pas de doute, et labo le retient"},
		{"p", "passer la question ou l'attente ; Entrée ne passe rien"}}
	leave := "quitter ; ce qui est joué est gardé"
	if m.o.Projection {
		answer = [][2]string{{"chiffres", "pendant un vote : les mains levées pour la réponse marquée ▸"},
			{"↑ ↓", "pendant un vote, et jusqu'à la mesure : corriger une réponse"},
			{"c", "avec une classe ouverte : clore le vote, sans compter d'autres mains"},
			{"d", "le vote clos : discussion, puis second vote"},
			{"b ou .", "éteindre le mur ; une touche le rallume"},
			{"p", "passer la question ou l'attente ; Entrée ne passe rien"},
			{"Espace", "avec --auto : arrêter ou reprendre le compte à rebours"}}
		leave = "quitter ; votre cahier n'est pas touché"
	}
	terms := slices.Concat([][2]string{
		{"Entrée, →", "lire la suite, puis continuer"},
		{"← ou a, r, n", "scène précédente, rejouer, scène suivante"},
		{"s", "la liste des scènes, avec le temps de chacune"},
		{"i", "expliquer ce qui est à l'écran : mots, états, colonnes"},
		{"+", "à la fin d'une scène : aller plus loin, hors du chemin"},
		{"↑ ↓ Pg↑ Pg↓", "relire ce qui a été dit ; Échap revient à la fin"},
		{"Tab", "changer de vue : noyau, séquence, texte seul"},
	}, answer, [][2]string{
		{"Échap", "pendant une saisie : atteindre ces touches"},
		{"Ctrl+Z", "suspendre labo ; fg le reprend"},
		{"q, Ctrl+C", leave},
		{},
		{"+ → −", "dans la table : apparu, changé, disparu, pendant deux secondes"},
		{"files", "dans la table : " + measured.QueuesMeaning()},
	})
	return append([]string{frame.Rule(m.palette, "LES TOUCHES", "", m.width), ""}, frame.Terms(m.palette, terms, m.width)...)
}
