package screen

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/chat/editor"
	"labo/lessons/evidence"
	"labo/lessons/stage"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// model is what is on screen. It is changed by Update alone.
type model struct {
	o       Options
	palette paint.Palette
	now     func() time.Time

	width, height int
	head          stage.Head
	done          map[string]bool // scenes played to their end
	journal       journal
	window        window
	events        []evidence.Event // of the scene
	kernel        *kernel
	pane          pane
	folded        bool // a covered panel leaves its rows to the text

	wait    *wait
	opened  time.Time   // when wait began
	pending *stage.Jump // what the reader wants while the scene acts
	ask     *asking     // the last question
	input   editor.Line
	aside   bool // during input, keys are commands
	help    bool
	outline *outline
	notice  string

	countdown countdown
	status    *teller

	interrupted bool
}

func newModel(o Options) *model {
	m := &model{o: o, palette: o.Palette, now: time.Now, width: 80, height: 24, status: &teller{tell: o.Tell}}
	if o.Projection {
		m.palette = o.Palette.Contrast()
	}
	m.kernel = newKernel(m.palette, o.Port)
	m.window = &scroll{m: m}
	if o.Projection {
		m.window = &pages{m: m}
	}
	m.countdown.every = o.Auto
	m.arrange()
	return m
}

// Init has nothing to start: everything comes from the scene.
func (m *model) Init() tea.Cmd { return nil }

// Update changes the model as a message says.
func (m *model) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.arrange()
	case tea.KeyPressMsg:
		cmd = m.pressed(msg)
	case tea.PasteMsg:
		m.pasted(msg.Content)
	case beginMsg:
		m.done = msg.done
		m.begin(msg.Head)
	case addMsg:
		m.add(msg.item)
	case eventMsg:
		m.events = append(m.events, msg.Event)
		m.kernel.counted(runtimeMsg(msg.runtime))
		m.add(eventItem(msg.Event))
	case answerMsg:
		m.answered(stage.Answer(msg))
	case noticeMsg:
		m.notice = text.French(text.Visible(string(msg)))
	case waitMsg:
		m.waits(msg.wait)
	case updateMsg:
		m.kernel.measured(msg)
	case runtimeMsg:
		m.kernel.counted(msg)
	case clockMsg:
		m.kernel.table.Tick(time.Time(msg))
		m.tick(time.Time(msg))
	}
	if m.wait != nil {
		m.tell()
	}
	return m, cmd
}

// arrange gives every part its place on a screen of another size, or after
// another pane was chosen.
func (m *model) arrange() {
	l := m.layout()
	m.journal.resize(view{model: m, width: l.proseWidth, height: l.textHeight})
	m.kernel.resize(l.panelWidth)
	m.window.settle(l.textHeight)
}

// begin opens a scene: a clean page, an empty sequence, nothing measured yet.
func (m *model) begin(h stage.Head) {
	m.head = h
	m.events, m.ask, m.aside, m.notice = nil, nil, false, ""
	m.input = editor.Line{}
	m.kernel.clear()
	m.journal.begin(&item{kind: itemTitle, lines: titleLines(h)})
	m.window.release()
	m.window.settle(m.layout().textHeight)
}

func titleLines(h stage.Head) func(*view) []string {
	return func(v *view) []string {
		var lines []string
		for _, l := range text.Wrap(text.French(text.Visible(h.Title)), v.width-3) {
			lines = append(lines, "  "+v.palette.Title(l))
		}
		return append(lines, "")
	}
}

// add shows one more item.
func (m *model) add(it *item) {
	m.journal.add(it)
	if m.wait != nil && m.wait.kind == waitWatch && m.window.atEnd() {
		m.journal.fresh = len(m.journal.items) - 1 // what comes during a watch is read as it comes
	}
	m.window.settle(m.layout().textHeight)
}

// waits opens a wait, or ends one that the scene gave up (nil).
func (m *model) waits(w *wait) {
	m.wait, m.opened, m.aside = w, m.now(), false
	m.kernel.covered = false
	if w == nil {
		m.acted()
		return
	}
	if m.pending != nil {
		m.reply(result{choice: -1, err: m.pending})
		return
	}
	m.countdown.restart(m.now())
	m.folded = w.kind == waitAsk
	switch w.kind {
	case waitAsk:
		m.kernel.covered = true
		m.ask = newAsking(w.question)
		m.add(m.ask.item())
	case waitWatch:
		if w.title != "" {
			m.add(headingItem(w.title))
		}
	case waitOutline:
		m.outline = newOutline(w.heads, m.head.Index)
	}
	m.arrange() // an input takes rows
}

// reply ends the wait.
func (m *model) reply(r result) {
	if m.wait == nil {
		return
	}
	w := m.wait
	m.wait, m.pending, m.notice = nil, nil, ""
	m.kernel.covered = false
	m.acted()
	m.tell()
	w.reply <- r
}

// acted notes that what was shown is read.
func (m *model) acted() {
	m.journal.acted()
	m.window.release()
	m.arrange()
}

// leave has the scene end with a jump, now or when it next waits.
func (m *model) leave(j *stage.Jump) {
	m.outline, m.help = nil, false
	if m.wait == nil {
		m.pending = j
		return
	}
	m.reply(result{choice: -1, err: j})
}

// forward is what Enter does: show what is not seen yet, then go on.
func (m *model) forward() {
	if m.window.forward(m.layout().textHeight) {
		m.countdown.restart(m.now())
		return
	}
	if m.wait == nil {
		return
	}
	switch m.wait.kind {
	case waitPause:
		if m.now().Sub(m.opened) < bounce {
			return // the key that ended the last wait, struck twice
		}
		m.reply(result{})
	case waitAsk:
		m.confirm()
	case waitWatch:
		m.reply(result{err: stage.ErrSkipped})
	}
}

// bounce is the time in which a second Enter is taken for the first.
const bounce = 150 * time.Millisecond

// answered shows what the measurement says of the last question.
func (m *model) answered(a stage.Answer) {
	if m.ask != nil {
		m.ask.answer = &a
	}
	if m.o.Projection {
		m.add(m.ask.answerItem(a))
		return
	}
	m.add(answerItem(a))
}

// tick tells the time: the countdown may be over.
func (m *model) tick(now time.Time) {
	if m.wait != nil && m.countdown.over(now) {
		m.elapsed()
	}
}

// elapsed goes on without the reader.
func (m *model) elapsed() {
	m.countdown.restart(m.now())
	switch {
	case m.window.forward(m.layout().textHeight):
	case m.wait.kind == waitPause:
		m.reply(result{})
	case m.wait.kind == waitAsk:
		m.reply(result{choice: m.ask.choice()})
	case m.wait.kind == waitInput, m.wait.kind == waitWatch:
		m.reply(result{err: stage.ErrSkipped})
	}
}
