package reel

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/film"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
)

// shown are the lines of the scene so far.
func (m *model) shown() []string {
	if m.scene == nil {
		return []string{"  " + text.French("Ce film est vide : rien n'y a été enregistré.")}
	}
	return m.scene.lines[:min(m.scene.until[m.index-m.scene.first], len(m.scene.lines))]
}

// first is the first line on screen: the end of the text, or where the reader
// is.
func (m *model) first(lines int) int {
	if m.scrolled {
		return frame.Within(m.top, lines, m.room())
	}
	return max(0, lines-m.room())
}

func (m *model) frame() frame.Frame {
	left, right := "━━ film ", " "+m.o.Film.Recorded()+" ━━"
	if m.scene != nil {
		if head := m.o.Film.Records[m.scene.first].Scene; head != nil {
			left = fmt.Sprintf("━━ film · scène %d/%d ", head.Index+1, head.Total)
		}
	}
	f := frame.Frame{Width: m.width, Height: m.height, Window: "labo film", Top: []string{frame.Heading(m.o.Palette, left, right, m.width)}}
	f.Bottom = append(m.port(), m.status(), frame.Keys(m.o.Palette, [][2]string{{"Espace", m.does()}},
		m.keys(), m.width))
	return f
}

func (m *model) keys() (all [][2]string) {
	all = append(all, [2]string{"← →", m.moves()})
	if len(m.starts) > 1 {
		all = append(all, [2]string{"a n", "scène"})
	}
	return append(all, [2]string{"- +", "vitesse"}, [2]string{"g", "moment"}, [2]string{"q", "quitter"}, [2]string{"?", "aide"})
}

func (m *model) does() string {
	if m.playing {
		return "pause"
	}
	return "lecture"
}

func (m *model) room() int { return m.frame().Room() }

// port draws the tables that were measured last, hidden while a prediction is
// asked.
func (m *model) port() (lines []string) {
	if m.scene == nil || m.height < 16 {
		return nil
	}
	s := at(m.o.Film, m.scene.first, m.index)
	if s.wait != nil && s.wait.Kind == film.Ask {
		return nil
	}
	for _, t := range s.tables {
		lines = append(lines, frame.Rule(m.o.Palette, t.whose, t.when, m.width))
		rows := panel.Table(m.o.Palette, m.width-2, t.Sockets)
		if len(t.Sockets) == 0 {
			rows = []string{"aucune ligne"}
		}
		for _, l := range rows[:min(len(rows), m.height/3/len(s.tables))] {
			lines = append(lines, "  "+l)
		}
	}
	return lines
}

// status says where the film is.
func (m *model) status() string {
	if m.typed != nil {
		return "  " + text.French("Aller à (minutes:secondes) : ") + *m.typed
	}
	if m.notice != "" {
		return "  " + m.notice
	}
	sign := "▶"
	if !m.playing {
		sign = "‖"
	}
	f := m.o.Film
	left := fmt.Sprintf("  %s %s sur %s", sign, m.short(m.now), m.short(f.Took()))
	if m.speed != 1 {
		left += " · × " + strings.Replace(strconv.FormatFloat(m.speed, 'f', -1, 64), ".", ",", 1)
	}
	if m.now >= f.Took() && f.Cut {
		left += " · coupé là"
	}
	return frame.Sides(left, f.At.Add(m.now).Format("15:04:05"), m.width)
}

func (m *model) short(d time.Duration) string {
	if m.traced && m.o.Film.Took() < time.Minute {
		return text.Duration(d)
	}
	s := int(d / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// View draws the screen.
func (m *model) View() tea.View {
	f := m.frame()
	if m.help.Open {
		lines := m.helpLines()
		f.Body = lines[m.help.Top(len(lines), f.Room()):]
		return f.View()
	}
	lines := m.shown()
	f.Body = lines[m.first(len(lines)):]
	return f.View()
}

func (m *model) helpLines() []string {
	lines := []string{"", "  " + m.o.Palette.Strong("Les touches d'un film"), ""}
	lines = append(lines, frame.Terms(m.o.Palette, [][2]string{
		{"Espace", "lecture, pause"},
		{"← →", map[bool]string{true: "un appel", false: "5 secondes"}[m.traced] + " en arrière, en avant"},
		{", .", "un événement en arrière, en avant"},
		{"a n", "scène précédente, suivante"},
		{"- +", "plus lentement, plus vite"},
		{"g", "aller à un moment : 2:30 puis Entrée"},
		{"↑ ↓", "relire ce qui est au-dessus"},
		{"q", "quitter"},
	}, m.width)...)
	lines = append(lines, "")
	for _, l := range text.Wrap(text.French("Rien ici n'est mesuré maintenant : c'est un "+m.o.Film.Recorded()+"."), max(m.width-3, 20)) {
		lines = append(lines, "  "+l)
	}
	return lines
}
