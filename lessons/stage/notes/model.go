package notes

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/projection"
	"labo/lessons/stage/frame"
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
	help   frame.Help
	looked bool // at least once

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
	if !m.help.Open {
		m.offset = frame.Within(m.offset, len(m.lines), m.room())
	}
}

// pressed does what a key asks for.
func (m *model) pressed(name string) tea.Cmd {
	if cmd := frame.OfTerminal(name); cmd != nil {
		return cmd
	}
	switch name {
	case "q", "Q", "ctrl+d":
		return tea.Quit
	}
	if m.help.Open {
		m.help.Press(name, len(m.lines), m.room())
		m.draw()
		return nil
	}
	switch name {
	case "?", "h", "H":
		m.help.Open = true
		m.draw()
	case "enter":
		m.offset, _ = frame.Moved("down", m.offset, len(m.lines), m.room())
	case "esc":
		m.offset = 0
	default:
		m.offset, _ = frame.Moved(name, m.offset, len(m.lines), m.room())
	}
	return nil
}
