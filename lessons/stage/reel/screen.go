package reel

import (
	"context"
	"slices"
	"sort"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/evidence"
	"labo/lessons/film"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/terminal"
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
