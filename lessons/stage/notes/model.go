package notes

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/projection"
)

// model is what the view knows. It is changed by Update alone.
type model struct {
	o Options

	width, height int
	now           time.Time
	follower      projection.Follower
	ended         *projection.Ended // the last that is over
	live          int               // projections that go on
	failure       error             // why they cannot all be seen

	script *script
	begun  time.Time // of the scene shown
	lines  []string  // the body, drawn
	offset int       // its first line on screen
	help   bool
	looked bool // at least once

	interrupted bool
}

// sightMsg is what is seen of projections now.
type sightMsg projection.Sight

func newModel(o Options) *model {
	return &model{o: o, width: 80, height: 24, now: time.Now()}
}

// Init has nothing to start: what is seen comes from outside.
func (m *model) Init() tea.Cmd { return nil }

// Update changes the model as a message says.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.draw()
	case sightMsg:
		m.sees(projection.Sight(msg))
	case tea.KeyPressMsg:
		return m, m.pressed(msg.String())
	}
	return m, nil
}

// sees takes what is seen now: the same scene, another, or none.
func (m *model) sees(s projection.Sight) {
	m.looked, m.now, m.live, m.failure = true, s.At, len(s.Live), s.Err
	if ended := m.follower.See(s); ended != nil {
		m.ended = ended
	}
	state := m.follower.State
	switch {
	case state == nil:
		if !m.begun.IsZero() {
			m.offset = 0
		}
		m.begun = time.Time{}
	case !state.Begun.Equal(m.begun):
		m.begun, m.offset = state.Begun, 0
		if !m.script.is(state.Head.Step, state.Port) {
			m.script, _ = newScript(state.Head.Step, state.Port) // nil: a step that this release does not have
		}
	}
	m.draw()
}

// draw makes the lines of the body anew.
func (m *model) draw() {
	m.lines = m.body()
	m.scroll(0)
}

// pressed does what a key asks for.
func (m *model) pressed(name string) tea.Cmd {
	switch name {
	case "ctrl+c":
		m.interrupted = true
		return tea.Quit
	case "ctrl+z":
		return tea.Suspend
	case "ctrl+l":
		return tea.ClearScreen
	case "q", "Q", "ctrl+d":
		return tea.Quit
	}
	if m.help { // any key closes it
		m.help, m.offset = false, 0
		m.draw()
		return nil
	}
	page := max(m.room()-1, 1)
	switch name {
	case "?", "h", "H":
		m.help, m.offset = true, 0
		m.draw()
	case "up", "k":
		m.scroll(-1)
	case "down", "j", "enter":
		m.scroll(1)
	case "pgup", "b":
		m.scroll(-page)
	case "pgdown", "space", "n":
		m.scroll(page)
	case "home", "g", "esc":
		m.offset = 0
	case "end", "G":
		m.scroll(len(m.lines))
	}
	return nil
}

// scroll moves the body by so many lines.
func (m *model) scroll(by int) {
	m.offset = max(0, min(m.offset+by, len(m.lines)-m.room()))
}
