package live

import (
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// markedFor is how long a change stays marked on the screen.
const markedFor = 2 * time.Second

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
	snapshot      *probe.Snapshot // the one on screen; nil before the first
	failure       error           // why the last measurement failed
	now           time.Time
	marks         map[key]mark
	last          *probe.Change // the latest, for the line above the keys

	paused bool
	held   *probe.Snapshot // what came while paused
	order  order
	needle string // what rows must contain to be shown
	typing bool   // keys go to the needle
	help   bool

	counts []string // how many sockets are in which state
	grid   *panel.Grid
	rows   []row
	lines  []string // the rows, drawn
	offset int      // first of lines on screen

	interrupted bool
	broken      *PanicError
}

// key knows a socket from one snapshot to the next.
type key struct {
	ends  [2]string
	inode uint32 // of sockets without peer only: a connection gets its inode late
}

func keyOf(s *probe.Socket) key {
	k := key{ends: [2]string{s.Local.String(), s.Remote.String()}}
	if !s.Remote.IsValid() {
		k.inode = s.Inode.Value
	}
	return k
}

// mark is what happened to a socket a moment ago.
type mark struct {
	change probe.Change
	until  time.Time
}

func newModel(title string, palette paint.Palette) *model {
	m := &model{title: title, palette: palette, explain: error.Error, marks: make(map[key]mark), width: 80, height: 24}
	m.draw()
	return m
}

// Init has nothing to start: measurements come from outside.
func (m *model) Init() tea.Cmd { return nil }

// Update changes the model as a message says.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.grid = nil // other columns
		m.draw()
	case updateMsg:
		m.measured(msg)
	case clockMsg:
		if m.tick(time.Time(msg)) {
			m.draw()
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
		c := &u.Changes[i]
		m.last = c
		m.marks[keyOf(&c.Socket)] = mark{*c, u.at.Add(markedFor)}
	}
	if m.paused {
		m.held = u.Snapshot
		return
	}
	m.snapshot = u.Snapshot
	m.tick(u.at)
	m.draw()
}

// latest returns the last measurement, whether it is on screen or held.
func (m *model) latest() *probe.Snapshot {
	if m.held != nil {
		return m.held
	}
	return m.snapshot
}

// tick forgets the marks that are over and reports whether there were any.
// Time stands still while paused.
func (m *model) tick(now time.Time) bool {
	if m.paused {
		return false
	}
	m.now = now
	faded := false
	for k, mark := range m.marks {
		if !now.Before(mark.until) {
			delete(m.marks, k)
			faded = true
		}
	}
	return faded
}

// pause stops the picture, or lets it catch up. What changed meanwhile is
// marked from then on.
func (m *model) pause() {
	m.paused = !m.paused
	if m.paused || m.held == nil {
		return
	}
	m.snapshot, m.held = m.held, nil
	now := time.Now()
	for k, mark := range m.marks {
		if mark.until.After(m.now) {
			mark.until = now.Add(markedFor)
			m.marks[k] = mark
		}
	}
	m.draw()
}

// setNeedle changes what rows must contain. The columns are made anew.
func (m *model) setNeedle(s string) {
	m.needle = text.Visible(s)
	m.grid, m.offset = nil, 0
	m.draw()
}

// shorten takes the last character of the needle away.
func (m *model) shorten() {
	_, n := utf8.DecodeLastRuneInString(m.needle)
	m.setNeedle(m.needle[:len(m.needle)-n])
}

// scroll moves the rows by so many lines.
func (m *model) scroll(by int) {
	m.offset = max(0, min(m.offset+by, len(m.lines)-m.room()))
}

// row is one socket on screen.
type row struct {
	socket *probe.Socket
	change probe.ChangeKind // what happened to it a moment ago; 0: nothing
	since  time.Time        // when that ends
}

// collect gathers the rows to show: the sockets of the snapshot and those that
// have just gone, which contain the needle, in order.
func (m *model) collect() {
	m.rows = m.rows[:0]
	if m.snapshot == nil {
		return
	}
	needle := text.Fold(m.needle)
	here := make(map[key]bool, len(m.marks))
	for i := range m.snapshot.Sockets {
		s := &m.snapshot.Sockets[i]
		r := row{socket: s}
		if len(m.marks) > 0 {
			k := keyOf(s)
			if mark, ok := m.marks[k]; ok {
				here[k] = true
				if mark.change.Kind != probe.Gone {
					r.change, r.since = mark.change.Kind, mark.until
				}
			}
		}
		if m.wanted(s, needle) {
			m.rows = append(m.rows, r)
		}
	}
	for k, mark := range m.marks {
		if mark.change.Kind == probe.Gone && !here[k] {
			gone := mark.change.Socket
			if m.wanted(&gone, needle) {
				m.rows = append(m.rows, row{&gone, probe.Gone, mark.until})
			}
		}
	}
	slices.SortStableFunc(m.rows, m.order.compare)
}

// wanted reports whether a row contains the needle (folded).
func (m *model) wanted(s *probe.Socket, needle string) bool {
	if needle == "" {
		return true
	}
	return contains(panel.StateName(s.State), needle) || contains(panel.Address(s.Local), needle) ||
		contains(panel.Address(s.Remote), needle) || contains(panel.Owner(s.Owner, m.snapshot.Source), needle)
}
