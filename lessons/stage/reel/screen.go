package reel

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/evidence"
	"labo/lessons/film"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/panel"
	"labo/lessons/stage/terminal"
	"labo/lessons/text"
)

func note(f *film.Film) evidence.Event { return evidence.Event{What: f.Recorded()} }

// Options are what a view is told at its start.
type Options struct {
	terminal.Options
	Film  *film.Film
	Start time.Duration // where to begin
	Speed float64       // 1: as it was
}

// Run plays a film on the whole screen until the reader leaves (nil) or ctx
// ends (its error). A mistake in the view is a [*terminal.PanicError].
func Run(ctx context.Context, o Options) error {
	m := newModel(o)
	return frame.Run(ctx, m, o.Options, func(ctx context.Context, p *terminal.Program) {
		tick := time.NewTicker(frameEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-tick.C:
				p.Send(tickMsg(now))
			}
		}
	})
}

const frameEvery = time.Second / 20

type tickMsg time.Time

// speeds are how fast a film can be played.
var speeds = []float64{0.05, 0.1, 0.5, 1, 2, 4, 8}

// model is what the view knows. It is changed by Update alone.
type model struct {
	o             Options
	width, height int
	now           time.Duration // of the film
	clock         time.Time     // of the last tick while it plays
	playing       bool
	speed         float64
	index         int // of the last record shown
	scene         *scene
	starts        []int // records that begin scenes
	traced        bool  // a program is followed: seconds are long
	top           int   // first line on screen, where the reader scrolls
	scrolled      bool
	typed         *string // a moment that is being typed
	notice        string
	help          frame.Help
}

func newModel(o Options) *model {
	m := &model{o: o, width: 80, height: 24, speed: o.Speed, playing: true}
	if m.speed <= 0 {
		m.speed = 1
	}
	for i, r := range o.Film.Records {
		if r.Kind == film.Begin {
			m.starts = append(m.starts, i)
		}
		m.traced = m.traced || r.Kind == film.Traced
	}
	m.seek(o.Start)
	if m.traced && o.Start == 0 { // over before it is read: the texts first
		m.toCall(1)
		m.step(-1)
	}
	return m
}

// Init has nothing to start: time comes from outside.
func (m *model) Init() tea.Cmd { return nil }

// Update changes the model as a message says.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height, m.scene = msg.Width, msg.Height, nil
		m.show(m.index)
	case tickMsg:
		m.tick(time.Time(msg))
	case tea.KeyPressMsg:
		return m, m.pressed(msg)
	}
	return m, nil
}

func (m *model) tick(now time.Time) {
	if m.playing && !m.clock.IsZero() {
		m.seek(m.now + time.Duration(float64(now.Sub(m.clock))*m.speed))
		m.playing = m.now < m.o.Film.Took()
	}
	m.clock = now
}

// seek goes to a moment of the film.
func (m *model) seek(to time.Duration) {
	m.now = max(0, min(to, m.o.Film.Took()))
	records := m.o.Film.Records
	next := sort.Search(len(records), func(i int) bool { return time.Duration(records[i].Micros)*time.Microsecond > m.now })
	m.show(max(next-1, 0))
}

// step goes so many records further.
func (m *model) step(by int) {
	m.playing = false
	if i := m.index + by; i >= 0 && i < len(m.o.Film.Records) {
		m.now = time.Duration(m.o.Film.Records[i].Micros) * time.Microsecond
		m.show(i)
	}
}

// toCall goes to the next call that is read, or to the one before.
func (m *model) toCall(by int) {
	m.playing = false
	for i := m.index + by; i >= 0 && i < len(m.o.Film.Records); i += by {
		if _, ok := m.o.Film.Records[i].Happened(); ok {
			m.step(i - m.index)
			return
		}
	}
}

// move goes back, or forth: a call of a program that is followed, or 5 seconds.
func (m *model) move(by int) {
	if m.traced {
		m.toCall(by)
		return
	}
	m.seek(m.now + time.Duration(by)*5*time.Second)
}

// moves says what that is.
func (m *model) moves() string {
	if m.traced {
		return "appel"
	}
	return "5 s"
}

// toScene goes so many scenes further.
func (m *model) toScene(by int) {
	now, _ := slices.BinarySearch(m.starts, m.index+1)
	if i := now - 1 + by; i >= 0 && i < len(m.starts) {
		m.now = time.Duration(m.o.Film.Records[m.starts[i]].Micros) * time.Microsecond
		m.show(m.starts[i])
	}
}

func (m *model) show(index int) {
	if index != m.index {
		m.scrolled = false
	}
	m.index = index
	after, _ := slices.BinarySearch(m.starts, index+1)
	first := 0
	if after > 0 {
		first = m.starts[after-1]
	}
	if len(m.o.Film.Records) > 0 && (m.scene == nil || m.scene.first != first) {
		m.scene = draw(m.o.Film, m.o.Palette, first, m.width)
	}
}

// pressed does what a key asks for.
func (m *model) pressed(key tea.KeyPressMsg) tea.Cmd {
	name := key.String()
	if cmd := frame.OfTerminal(name); cmd != nil {
		return cmd
	}
	if m.typed != nil {
		m.typing(name, key.Text)
		return nil
	}
	if m.help.Open {
		m.help.Press(name, len(m.helpLines()), m.room())
		return nil
	}
	m.notice = ""
	switch name {
	case "q", "Q", "ctrl+d":
		return tea.Quit
	case "space":
		m.playing = !m.playing && m.now < m.o.Film.Took()
	case "left":
		m.move(-1)
	case "right":
		m.move(1)
	case ",":
		m.step(-1)
	case ".", "enter":
		m.step(1)
	case "a":
		m.toScene(-1)
	case "n":
		m.toScene(1)
	case "+", "-":
		i := slices.Index(speeds, m.speed) + map[string]int{"+": 1, "-": -1}[name]
		m.speed = speeds[max(0, min(i, len(speeds)-1))]
	case "g":
		m.typed = new(string)
	case "?", "h":
		m.help.Open = true
	case "up", "down", "pgup", "pgdown", "home", "end":
		lines := m.shown()
		m.top, _ = frame.Moved(name, m.first(len(lines)), len(lines), m.room())
		m.scrolled = m.top < len(lines)-m.room()
	}
	return nil
}

// typing takes a moment, "2:30", and goes there.
func (m *model) typing(name, typed string) {
	switch name {
	case "esc":
		m.typed = nil
	case "backspace":
		*m.typed = (*m.typed)[:max(len(*m.typed)-1, 0)]
	case "enter":
		if to, ok := Moment(*m.typed); ok {
			m.seek(to)
		} else if *m.typed != "" {
			m.notice = text.French("« " + *m.typed + " » n'est pas un moment : tapez par exemple 2:30.")
		}
		m.typed = nil
	default:
		if len(*m.typed) < 8 && strings.Trim(typed, "0123456789:") == "" {
			*m.typed += typed
		}
	}
}

// Moment reads a moment of a film: "90" seconds, or "1:30".
func Moment(s string) (time.Duration, bool) {
	minutes, seconds, both := strings.Cut(s, ":")
	if !both {
		minutes, seconds = "0", s
	}
	m, err1 := strconv.ParseUint(minutes, 10, 16)
	n, err2 := strconv.ParseUint(seconds, 10, 16)
	if err1 != nil || err2 != nil || both && n >= 60 {
		return 0, false
	}
	return time.Duration(m)*time.Minute + time.Duration(n)*time.Second, true
}

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

// port draws the table that was measured last, hidden while a prediction is
// asked.
func (m *model) port() []string {
	if m.scene == nil || m.height < 16 {
		return nil
	}
	s := at(m.o.Film, m.scene.first, m.index)
	if s.port == nil || s.wait != nil && s.wait.Kind == film.Ask {
		return nil
	}
	lines := []string{frame.Rule(m.o.Palette, "CE QUE VOYAIT LE NOYAU", s.at.Format("15:04:05"), m.width)}
	if len(s.port.Sockets) == 0 {
		return append(lines, "  aucune ligne")
	}
	rows := panel.Table(m.o.Palette, m.width-2, s.port.Sockets)
	for _, l := range rows[:min(len(rows), m.height/3)] {
		lines = append(lines, "  "+l)
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
