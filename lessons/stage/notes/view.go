package notes

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/projection"
	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// View draws the screen: where the projection is, its time and what it waits
// for; the body; the keys.
func (m *model) View() tea.View {
	f := m.frame()
	if m.help.Open {
		f.Body = m.lines[m.help.Top(len(m.lines), f.Room()):]
	} else {
		f.Body = m.lines[m.offset:]
	}
	f.Bottom = []string{m.noticeLine(), frame.Keys(m.o.Palette, nil,
		[][2]string{{"q", "quitter"}, {"↑↓", "défiler"}, {"Espace", "page"}, {"?", "aide"}}, m.width)}
	return f.View()
}

func (m *model) frame() frame.Frame {
	return frame.Frame{Width: m.width, Height: m.height, Window: "labo notes", Top: m.top(), Bottom: []string{"", ""}}
}

// room is how many lines of the body the screen has.
func (m *model) room() int { return m.frame().Room() }

// top says which scene is projected, since when, and what is waited for.
func (m *model) top() []string {
	s := m.follower.State
	if s == nil {
		return []string{frame.Heading(m.o.Palette, "━━ labo notes ", "", m.width)}
	}
	left := fmt.Sprintf("━━ labo notes · étape %d · %s ", s.Head.Step, s.Head.StepTitle)
	right := fmt.Sprintf(" %s · %s", s.Head.Place(), s.Head.ID)
	for _, shorter := range []string{fmt.Sprintf("━━ labo notes · étape %d ", s.Head.Step), fmt.Sprintf("━━ étape %d ", s.Head.Step)} {
		if text.Width(left)+text.Width(right)+2 > m.width {
			left = shorter
		}
	}
	var pace []string
	if end, ok := expectedEnd(s, m.now); ok {
		at := "fin vers " + end.Local().Format("15:04")
		pace = []string{"à ce rythme, " + at, at}
	}
	return []string{
		frame.Heading(m.o.Palette, left, right, m.width),
		m.sides("scène "+clock(m.now.Sub(s.Begun))+" · leçon "+clock(m.now.Sub(s.Started))+m.left(), false, pace...),
		m.sides("▸ "+waitWords(s), true, m.pageWords(s)...),
	}
}

// left is the time that is left of the lesson, "" where its end is not known.
func (m *model) left() string {
	if m.o.End.IsZero() {
		return ""
	}
	return " · reste " + clock(max(m.o.End.Sub(m.now), 0))
}

// sides writes a text on the left, and on the right the first of those that
// fits.
func (m *model) sides(left string, strong bool, rights ...string) string {
	left = text.French(left)
	room := m.width - 1 - text.Width(left)
	if strong {
		left = m.o.Palette.Strong(left)
	}
	for _, right := range rights {
		right = text.French(right)
		if gap := room - text.Width(right); right != "" && gap >= 2 {
			return left + strings.Repeat(" ", gap) + right
		}
	}
	return left
}

// waitWords says what the projection waits for.
func waitWords(s *projection.State) string {
	v := s.Vote
	switch {
	case s.Waiting == "":
		return "labo agit et mesure."
	case s.Dark:
		return "Le mur est noir : une touche y ramène la page."
	case s.Waiting == projection.ForChoice:
		return "La liste des scènes est ouverte."
	case s.Waiting == projection.ForLeaving:
		return "Fin de l'étape : la dernière page reste au mur, q la quitte."
	case s.More && counts(s):
		return "La page suivante vient seule."
	case s.More:
		return "La projection attend Entrée : la page suivante."
	case s.Waiting == projection.ForVote && v != nil:
		return voteWords(v)
	case s.Waiting == projection.ForLine:
		return "La projection attend une ligne tapée."
	case s.Waiting == projection.ForProgram:
		return "La projection attend un programme ; p passe."
	case counts(s):
		return "La suite vient seule."
	case s.Head.Index+1 == s.Head.Total:
		return "La projection attend Entrée : c'est la dernière scène."
	}
	return "La projection attend Entrée : la scène suivante."
}

// counts reports whether the projection goes on by itself.
func counts(s *projection.State) bool { return !s.Next.IsZero() && !s.Stopped }

// pageWords says which page is projected and when it goes on by itself, in full
// and then shorter.
func (m *model) pageWords(s *projection.State) []string {
	countdown := ""
	switch {
	case s.Stopped:
		countdown = "compte à rebours arrêté"
	case counts(s):
		countdown = "suite dans " + clock(max(s.Next.Sub(m.now).Round(time.Second), time.Second))
	default:
		return []string{s.Page}
	}
	return []string{strings.TrimPrefix(s.Page+" · "+countdown, " · "), countdown}
}

// noticeLine says what should be known, and where the body goes on.
func (m *model) noticeLine() string {
	notice, right := "", ""
	switch {
	case m.help.Open:
		notice = m.help.Says(len(m.lines), m.room())
	case m.failure != nil && m.follower.State != nil:
		notice = "! " + projection.Words(m.failure)
	case m.follower.State != nil && strings.Contains(m.follower.State.Options, " --dossier ") && !m.o.Folder:
		notice = "! La projection joue un autre texte : relancez labo notes avec le même --dossier."
	case m.live > 1:
		s := m.follower.State
		notice = fmt.Sprintf("! %d projections à la fois : vous suivez la dernière, commencée à %s (processus %d).",
			m.live, s.Started.Local().Format("15:04:05"), s.PID)
		if text.Width(notice) > m.width-len("  ↓ 999 lignes") {
			notice = fmt.Sprintf("! %d projections : la dernière est suivie.", m.live)
		}
	}
	if below := len(m.lines) - m.offset - m.room(); below > 0 {
		right = "↓ " + text.Plural(below, "ligne")
	} else if m.offset > 0 {
		right = "↑"
	}
	notice = text.Truncate(text.French(notice), max(m.width-text.Width(right)-3, 0))
	return m.sides(notice, false, right)
}

// help explains the keys and what is shown.
func (p column) help() []string {
	lines := frame.Terms(p.palette, [][2]string{
		{"↑ ↓", "une ligne ; Espace, Pg↑ et Pg↓ : une page ; Début, Fin"},
		{"Ctrl+Z", "suspendre ; fg reprend"},
		{"q, Ctrl+C", "quitter ; la projection continue"},
		{},
		{"scène", "le temps passé dans cette scène, depuis la dernière fois qu'elle a commencé"},
		{"leçon", "le temps depuis le début de la projection"},
		{"reste", "ce qui reste jusqu'à l'heure de --fin"},
		{"fin vers", "l'heure de fin, si les scènes à venir durent autant que les scènes jouées (celles de moins de 10 s ne comptent pas)"},
		{"✓", "la réponse à laquelle la mesure a donné raison"},
		{},
	}, p.width)
	return append(lines, p.sentence("Cette page se lit seulement : tout se commande dans le terminal qui projette. Rien de ce qu'elle montre n'y apparaît.")...)
}

func itoa(n int) string { return strconv.Itoa(n) }
