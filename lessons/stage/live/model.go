package live

import (
	"errors"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/measured"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// The messages of [feed].
type (
	updateMsg struct {
		probe.Update
		at time.Time
	}
	clockMsg time.Time
)

// model is what the view knows. It is changed by Update alone.
type model struct {
	title   string
	palette paint.Palette
	explain func(error) string // of failure

	width, height int
	table         *Table
	failure       error         // why the last measurement failed
	last          *probe.Change // the latest, for the line above the keys

	paused bool
	held   *probe.Snapshot // what came while paused
	needle string          // what rows must contain to be shown
	typing bool            // keys go to the needle
	help   frame.Help
	offset int // first line of the table on screen

	counts    []string // how many sockets are in which state
	countRows int      // the most lines they took in these columns
	meter     probe.Meter
}

func newModel(title string, palette paint.Palette) *model {
	m := &model{title: title, palette: palette, explain: error.Error, width: 80, height: 24, table: NewTable(palette, 80)}
	m.table.wanted = m.wanted
	m.refresh()
	return m
}

// Init has nothing to start: measurements come from outside.
func (m *model) Init() tea.Cmd { return nil }

// Update changes the model as a message says.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.table.Resize(m.width)
		m.anew()
	case updateMsg:
		m.measured(msg)
	case clockMsg:
		if !m.paused { // time stands still while paused
			m.table.Tick(time.Time(msg))
			m.refresh()
		}
	case tea.PasteMsg:
		if m.typing {
			m.setNeedle(m.needle + msg.Content)
		}
	case tea.KeyPressMsg:
		return m, m.pressed(msg)
	}
	return m, nil
}

// measured takes a new measurement, or keeps it for later while paused.
func (m *model) measured(u updateMsg) {
	m.failure = u.Err
	if _, ended := errors.AsType[*probe.NoSuchProcessError](u.Err); ended && m.latest() != nil {
		u.Update = probe.AfterEnd(m.latest(), u.at)
	}
	if u.Snapshot == nil {
		return
	}
	for i := range u.Changes {
		m.last = &u.Changes[i]
	}
	m.meter.Measure(u.Snapshot)
	m.table.Mark(u.Changes, u.at)
	if m.paused {
		m.held = u.Snapshot
		return
	}
	m.table.Measured(u.Snapshot, u.at)
	m.refresh()
}

// latest returns the last measurement, whether it is on screen or held.
func (m *model) latest() *probe.Snapshot {
	if m.held != nil {
		return m.held
	}
	return m.table.Snapshot
}

// pause stops the picture, or lets it catch up. What changed meanwhile is
// marked from then on.
func (m *model) pause() {
	m.paused = !m.paused
	if m.paused || m.held == nil {
		return
	}
	now := time.Now()
	m.table.renew(now)
	m.table.Measured(m.held, now)
	m.held = nil
	m.refresh()
}

// anew draws with columns and counts that owe nothing to what was shown.
func (m *model) anew() {
	m.table.anew()
	m.countRows = 0
	m.refresh()
}

// setNeedle changes what rows must contain. The columns are made anew.
func (m *model) setNeedle(s string) {
	m.needle = text.Visible(s)
	m.offset = 0
	m.anew()
}

// shorten takes the last character of the needle away.
func (m *model) shorten() {
	_, n := utf8.DecodeLastRuneInString(m.needle)
	m.setNeedle(m.needle[:len(m.needle)-n])
}

// settle keeps the rows on screen where they are.
func (m *model) settle() { m.offset = frame.Within(m.offset, len(m.table.Lines()), m.room()) }

// wanted reports whether a row contains the needle.
func (m *model) wanted(s *probe.Socket) bool {
	if m.needle == "" {
		return true
	}
	needle := text.Fold(m.needle)
	return contains(measured.StateName(s.State), needle) || contains(measured.Address(s.Local), needle) ||
		contains(measured.Address(s.Remote), needle) || contains(measured.Owner(s.Owner, m.table.Snapshot.Source), needle)
}
