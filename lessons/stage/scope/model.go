package scope

import (
	"bytes"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/stage/calls"
	"labo/lessons/stage/frame"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe"
)

// views are the views of the calls, in the order of their keys.
var views = []string{"lignes", "fil", "resume", "sequence"}

// viewNames are how they are called on screen.
var viewNames = []string{"lignes", "fil du temps", "résumé", "séquence"}

// model is what the view knows. It is changed by Update alone.
type model struct {
	options       Options
	panes         []*pane
	width, height int
	focus         int // index of a pane; len(panes): the calls
	view          int
	offset        int  // first line of the calls on screen
	follows       bool // the calls stay at their end
	ended         bool
	failure       error
	help          frame.Help
	held          *probe.Snapshot
	lines         []string // of the calls
	now           time.Time
}

func newModel(o Options, panes []*pane) *model {
	m := &model{options: o, panes: panes, width: 80, height: 24, follows: true, now: time.Now()}
	m.focus = len(panes) - 1 // the last program is the one that reads the keyboard
	for i, v := range views {
		if v == o.View {
			m.view = i
		}
	}
	return m
}

// Init has nothing to start: what happens comes from outside.
func (m *model) Init() tea.Cmd { return nil }

// Update changes the model as a message says.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		l := m.layout()
		for _, p := range m.panes {
			p.resize(l.programWidth, l.paneHeight)
		}
		m.draw()
	case refreshMsg:
		m.now = time.Time(msg)
		m.draw()
	case heldMsg:
		m.held = msg.snapshot
	case endedMsg:
		m.ended, m.failure, m.focus, m.held = true, msg.err, len(m.panes), nil
		m.draw()
		if msg.err != nil {
			return m, tea.Quit
		}
	case tea.PasteMsg:
		m.toProgram([]byte(strings.ReplaceAll(msg.Content, "\n", "\r")))
	case tea.ResumeMsg:
		return m, m.resumed()
	case tea.KeyPressMsg:
		return m, m.pressed(msg)
	}
	return m, nil
}

// layout is where the parts of the screen are.
type layout struct {
	beside       bool // program and calls side by side
	programWidth int
	paneHeight   int // rows of one program, its title aside
	callsWidth   int
	callsHeight  int
	heldHeight   int
}

func (m *model) layout() layout {
	body := max(m.height-2, 4) // the title and the keys
	n := max(len(m.panes), 1)
	l := layout{beside: m.width >= frame.SideBySide}
	if l.beside {
		l.programWidth = m.width * 2 / 5
		l.callsWidth = m.width - l.programWidth - frame.Between
		l.paneHeight = max(body/n-1, 1)
		l.heldHeight = min(6, body/4)
		l.callsHeight = max(body-l.heldHeight-1, 1)
		return l
	}
	l.programWidth, l.callsWidth = m.width, m.width
	if m.height >= 20 {
		l.heldHeight = 3
	}
	l.paneHeight = max((body*2/5)/n-1, 1)
	l.callsHeight = max(body-n*(l.paneHeight+1)-l.heldHeight-1, 1)
	return l
}

// draw makes the lines of the calls anew.
func (m *model) draw() {
	l := m.layout()
	style := calls.Style{Palette: m.options.Palette, Width: max(l.callsWidth, 20), Explain: m.options.Explain}
	var reports []*trace.Report
	for _, p := range m.panes {
		if running, result := p.state(); running != nil {
			reports = append(reports, running.Report(result))
		}
	}
	m.lines = nil
	if len(reports) == 0 {
		return
	}
	if views[m.view] == "fil" {
		m.lines = m.timeline(style, reports)
	} else {
		m.lines = calls.Draw(views[m.view], style, reports)
	}
	m.settle()
	if m.follows && views[m.view] == "lignes" && !m.ended {
		m.followLine()
	}
}

// followLine keeps the line that waits on the screen.
func (m *model) followLine() {
	height := m.layout().callsHeight
	for i, l := range m.lines {
		if strings.Contains(l, calls.Here) && (i < m.offset || i >= m.offset+height-3) {
			m.offset = max(0, min(i-height/2, len(m.lines)-height))
			return
		}
	}
}

// shownEvents is how many events the chronological view draws while it is at
// its end: what is above can be drawn when the reader goes there.
const shownEvents = 300

func (m *model) timeline(style calls.Style, reports []*trace.Report) []string {
	var out bytes.Buffer
	view := calls.NewTimeline(&out)
	view.Palette, view.Width, view.Explain, view.Names = style.Palette, style.Width, m.options.Explain, len(reports) > 1
	view.Narrow = style.Width < frame.SideBySide
	calls.Chronology(reports, func(events int) int {
		if m.follows {
			return max(0, events-shownEvents)
		}
		return 0
	}, view)
	return strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
}

// settle keeps the calls on screen where they are: the end of those that are
// followed, the beginning of those that are read from it.
func (m *model) settle() {
	rows, room := len(m.lines), m.layout().callsHeight
	if m.follows && m.hasEnd() {
		m.offset = rows
	}
	m.offset = frame.Within(m.offset, rows, room)
}

// move moves the calls as a key says.
func (m *model) move(name string) {
	rows, room := len(m.lines), m.layout().callsHeight
	top, ok := frame.Moved(name, m.offset, rows, room)
	if !ok {
		return
	}
	m.follows = m.hasEnd() && top >= m.offset && top == frame.Within(rows, rows, room)
	m.offset = top
}

// hasEnd reports whether what comes is added at the end of the calls.
func (m *model) hasEnd() bool { return views[m.view] == "fil" || views[m.view] == "sequence" }

// waiting says what the programs wait for, "" when they do not.
func (m *model) waiting() string {
	var parts []string
	for _, p := range m.panes {
		running, result := p.state()
		if running == nil || result != nil {
			continue
		}
		for _, e := range running.Record.Waiting() {
			since := m.now.Sub(m.options.Trace.Since) - e.At
			if since < 300*time.Millisecond {
				continue
			}
			where := ""
			if e.Place.Known() {
				where = "l." + text.NBSP + itoa(e.Place.Line) + " "
			}
			parts = append(parts, text.Visible(p.command.Name())+" "+where+e.Call.Name+" depuis "+text.Duration(since.Truncate(100*time.Millisecond)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "en attente" + text.NBSP + ": " + strings.Join(parts, " ; ")
}
