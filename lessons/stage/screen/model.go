package screen

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/scene"
	"labo/lessons/stage/editor"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// model is what is on screen. It is changed by Update alone.
type model struct {
	o       Options
	palette paint.Palette
	now     func() time.Time

	width, height int
	head          scene.Head
	done          map[string]string // how scenes were played to their end
	journal       journal
	window        window
	events        []evidence.Event // of the scene
	happened      int              // how often events have changed
	sequenced     drawing[sequenceView]
	kernel        *kernel
	pane          pane
	folded        bool // a covered panel leaves its rows to the text
	dark          bool // the wall is black

	wait      *wait
	measuring string         // what the scene says that it does
	opened    time.Time      // when wait began, or ended
	pending   *dialogue.Jump // what the reader wants while the scene acts
	ask       *asking        // the last question
	votes     []classVote    // in projection: what the class voted so far
	input     editor.Line
	aside     bool // during input, keys are commands
	reading   bool // before input, there is more to read than fits
	help      frame.Help
	words     frame.Help // what is on screen, explained
	terms     [][2]string
	outline   *outline
	notice    string // in place of what is expected of the reader
	viewed    string // which view Tab has just chosen

	countdown countdown
	status    *teller
}

func newModel(o Options) *model {
	m := &model{o: o, palette: o.Palette, now: time.Now, width: 80, height: 24, status: &teller{tell: o.Tell}}
	if o.Projection {
		m.palette = o.Palette.Contrast()
	}
	m.kernel = newKernel(m.palette, o.Port, o.Facing)
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
		if m.ask != nil && m.ask.chosen < 0 && !m.o.Projection && m.window.more(m.pageHeight()) {
			m.ask.appeared = time.Time{} // it fitted on a screen that nobody has
		}
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
		if msg.From != evidence.Nobody || msg.To != evidence.Nobody {
			m.events = append(m.events, msg.Event)
			m.happened++
		}
		m.kernel.counted(runtimeMsg(msg.runtime))
		if msg.Try > 0 {
			m.journal.over(msg.Try, msg.Of)
		}
		m.add(eventItem(msg.Event))
	case evidenceMsg:
		m.kernel.counted(runtimeMsg(msg.runtime))
		m.measured(msg.Evidence)
	case measuringMsg:
		m.measuring = text.French(text.Visible(string(msg)))
	case answerMsg:
		m.answered(scene.Answer(msg))
	case portMsg:
		if m.kernel.port != uint16(msg) {
			m.kernel.port = uint16(msg)
			m.kernel.clear()
			m.kernel.sorted = true // what is there may be of this scene
		}
	case editedMsg:
		m.opened = m.now()
		if msg.error != nil {
			m.notice = text.French(dialogue.EditFault(msg.error))
		}
	case countedMsg:
		m.reported(msg)
	case driveMsg:
		var d driven
		d.state, d.err = m.drive(msg.part, msg.act)
		defer func() { msg.done <- d }() // once it is told
	case noticeMsg:
		m.notice = text.French(text.Visible(string(msg)))
	case waitMsg:
		m.waits(msg.wait)
	case updateMsg:
		tall := m.kernel.tall
		m.kernel.measured(msg)
		if m.journal.moving() {
			m.journal.again()
			m.window.settle(m.pageHeight())
		}
		if tall != m.kernel.tall { // the panel takes rows from the text
			m.arrange()
			m.readFirst()
		}
	case together:
		for _, each := range msg {
			m.Update(each)
		}
	case runtimeMsg:
		m.kernel.counted(msg)
	case clockMsg:
		m.kernel.tick(time.Time(msg))
		m.tick(time.Time(msg))
		m.talking()
	}
	m.looked()
	if m.wait != nil {
		m.tell()
	}
	return m, cmd
}

// arrange gives every part its place on a screen of another size, or after
// another pane was chosen.
func (m *model) arrange() {
	l := m.layout()
	m.journal.resize(view{model: m, width: l.proseWidth, height: m.pageHeight()})
	m.kernel.resize(l.panelWidth)
	m.window.settle(l.textHeight)
}

// begin opens a scene: a clean page, an empty sequence, nothing measured yet.
// What was said before is kept to be read again, as long as the reader reads on:
// the pages of an earlier run would tell what is measured next.
func (m *model) begin(h scene.Head) {
	if m.head.Total == 0 || !h.After(m.head) {
		m.journal.clear()
	}
	m.head = h
	m.events, m.ask, m.aside, m.notice = nil, nil, false, ""
	m.happened++
	m.input = editor.Line{}
	m.kernel.port = m.o.Port
	m.kernel.clear()
	m.journal.begin(&item{kind: itemTitle, lines: titleLines(h), head: h})
	m.window.release()
	m.window.settle(m.pageHeight())
}

func titleLines(h scene.Head) func(*view) []string {
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
	follow := m.watching() && m.window.atEnd()
	m.journal.add(it)
	if follow { // what comes during a watch is read as it comes
		m.journal.fresh = len(m.journal.items) - 1
		m.window.release()
	}
	m.window.settle(m.pageHeight())
}

// watching reports whether there is something to watch.
func (m *model) watching() bool { return m.wait != nil && m.wait.kind == waitWatch }

// waits opens a wait, or ends one that the scene gave up (nil).
func (m *model) waits(w *wait) {
	m.wait, m.opened, m.aside, m.reading, m.measuring = w, m.now(), false, false, ""
	m.kernel.covered = false
	if w == nil {
		m.notice = "" // it was of what ended
		m.acted()
		return
	}
	if m.pending != nil {
		m.reply(result{choice: scene.Passed, err: m.pending})
		return
	}
	m.countdown.restart(m.now())
	m.folded = w.kind == waitAsk || w.kind == waitEnd
	if w.kind != waitOutline && w.kind != waitEnd {
		m.checks()
	}
	switch w.kind {
	case waitAsk:
		m.kernel.covered = true
		m.ask = newAsking(w.question)
		m.add(m.ask.item())
	case waitWatch:
		if w.title != "" && !m.o.Projection { // the page with what to do stays
			m.journal.add(watchItem(w.title)) // it follows nothing: what to do may not have been read
			m.window.settle(m.pageHeight())
		}
	case waitOutline:
		m.outline = newOutline(w.heads, m.head.ID)
	case waitEnd:
		m.lastPage(w.last)
	}
	m.arrange() // an input takes rows
	m.readFirst()
}

// lastPage opens the end of a step: what the class voted, then the page that stays,
// where there is a new one.
func (m *model) lastPage(p dialogue.LastPage) {
	open := m.journal.begin
	if votes := m.recap(); votes != nil {
		open(votes)
		open = m.journal.add
	}
	if len(p.Blocks) > 0 {
		open(&item{kind: itemTitle, lines: titleLines(scene.Head{Title: p.Title})})
		m.add(proseItem(p.Blocks))
	}
	m.window.release()
}

// readFirst puts off an input, as long as nothing is written, while there is
// more to read than fits.
func (m *model) readFirst() {
	if m.wait != nil && m.wait.kind == waitInput && m.input.Empty() {
		m.reading = m.window.more(m.pageHeight())
	}
}

// reply ends the wait.
func (m *model) reply(r result) {
	if m.wait == nil {
		return
	}
	w := m.wait
	if w.kind == waitAsk && m.o.Projection {
		m.voted()
	}
	m.wait, m.pending, m.notice, m.opened = nil, nil, "", m.now()
	m.kernel.covered = false
	m.kernel.acted()
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
func (m *model) leave(j *dialogue.Jump) {
	m.outline, m.help, m.words = nil, frame.Help{}, frame.Help{}
	if m.wait == nil {
		m.pending = j
		return
	}
	m.reply(result{choice: scene.Passed, err: j})
}

// forward is what Enter does: show what is not seen yet, then go on.
func (m *model) forward() {
	if m.window.forward(m.pageHeight()) {
		m.countdown.restart(m.now())
		return
	}
	if m.wait == nil {
		return
	}
	soon := m.now().Sub(m.opened) < bounce
	switch m.wait.kind {
	case waitPause:
		if !soon {
			m.reply(result{})
		}
	case waitAsk:
		if !soon || m.ask.chosen >= 0 {
			m.confirm()
		}
	} // a watch, or the end of the step, says what leaves it
}

// What was typed for one wait must not act on the next. In the time of bounce,
// a second Enter is taken for the first; in the time of ahead, a letter is
// taken for text that came too early, not for a command.
const (
	bounce = 300 * time.Millisecond
	ahead  = 600 * time.Millisecond
)

// answered shows what the measurement says of the last question.
func (m *model) answered(a scene.Answer) {
	if m.ask != nil {
		m.ask.answer = &a
	}
	if m.o.Projection {
		m.add(m.ask.answerItem(a))
		return
	}
	m.add(answerItem(a))
}

// aloft reports whether something is shown over the scene: the list, the help,
// a black wall.
// Nothing goes on by itself meanwhile.
func (m *model) aloft() bool {
	return m.outline != nil || m.help.Open || m.words.Open || m.dark
}

// tick tells the time: the countdown may be over.
func (m *model) tick(now time.Time) {
	if m.aloft() || m.ask != nil && m.ask.vote.Phase() == vote.Discussing {
		m.countdown.restart(now)
		return
	}
	if m.wait != nil && m.countdown.over(now) {
		m.elapsed()
	}
}

// elapsed goes on without the reader.
func (m *model) elapsed() {
	m.countdown.restart(m.now())
	switch {
	case m.uncover():
	case m.window.forward(m.pageHeight()):
	case m.wait.kind == waitPause:
		m.reply(result{})
	case m.wait.kind == waitAsk:
		m.reply(result{choice: m.ask.choice()})
	case m.wait.kind == waitInput, m.wait.kind == waitWatch:
		m.reply(result{err: dialogue.ErrSkipped})
	}
}
