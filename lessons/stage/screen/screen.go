// Package screen plays a lesson on the whole terminal: the prose and the
// dialogue on one side, what the kernel holds on the other, the keys at the
// bottom. In projection, the same scenes are shown to a class: one idea a
// page, votes in place of one reader's answer.
//
// Two goroutines. The scene talks to [Stage], which sends messages and waits
// for replies; bubbletea owns the model, which knows everything on screen and
// is changed by Update alone.
//
// labo measures the port for the live panel only while the scene waits for the
// reader. While a scene acts, nothing else in this process opens a descriptor
// or uses the processor: what the scene measures of labo itself stays true.
// While a prediction is asked the panel is covered, for it may hold the answer.
package screen

import (
	"cmp"
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/figure"
	"labo/lessons/stage/terminal"
	"labo/lessons/vote"
	"labo/probe"
)

// Options are what a stage is told at its start.
type Options struct {
	terminal.Options
	Port       uint16                    // the port of the lesson, for the live panel; 0: every port
	Heads      []scene.Head              // the scenes, for the list; may be nil
	Done       func(scene string) string // how one was played to its end ("faite, 2 questions passées"), "" where it was not, asked as each scene begins; may be nil
	Projection bool                      // for a class
	Auto       time.Duration             // in projection, goes on by itself after this time; 0: never
	Tell       Teller                    // in projection; may be nil
	Earlier    []projection.Past         // in projection, what the class voted before
	Facing     func() dialogue.Facing    // what another machine says of its table, asked as the panel is drawn; may be nil
}

// Stage is a [dialogue.Stage] on the whole terminal.
type Stage struct {
	o       Options
	program *terminal.Program
	status  *teller
	port    uint16                                // that is shown live
	further string                                // what + leads to at the next pause
	sensed  func(probe.Update, probe.RuntimeInfo) // told of what is measured during a wait; may be nil
	ended   chan struct{}
	err     error // of the program, once ended
}

var (
	_ dialogue.Stage    = (*Stage)(nil)
	_ dialogue.Offerer  = (*Stage)(nil)
	_ dialogue.Measurer = (*Stage)(nil)
	_ dialogue.Sensor   = (*Stage)(nil)
)

// Start takes the terminal. Close gives it back.
func Start(o Options) *Stage {
	m := newModel(o)
	return start(o, m, m)
}

// framesPerSecond bounds what a key waits for before it shows: 17 ms. 30 more
// than [terminal.Options] has cost 0.3 % of a core.
const framesPerSecond = 60

// start shows a model through a view of it.
func start(o Options, m *model, view tea.Model) *Stage {
	o.FPS = cmp.Or(o.FPS, framesPerSecond)
	s := &Stage{o: o, program: terminal.New(view, o.Options), status: m.status, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		s.err = s.program.Run()
	}()
	return s
}

// Close gives the terminal back and returns what went wrong with it, if
// anything did: a [*terminal.PanicError] for a mistake of this package.
func (s *Stage) Close() error {
	s.program.Quit()
	<-s.ended
	return s.err
}

// Notice shows a sentence that is not the scene's: the notebook cannot be
// written, for instance.
func (s *Stage) Notice(sentence string) { s.program.Send(noticeMsg(sentence)) }

// Counted tells what a source beside raised hands, such as the machines of a
// room, has reported of a question of the class: the part of the scene's text
// that asks it, the round from 1, the votes by option, how many could vote.
func (s *Stage) Counted(source vote.Source, part string, round int, votes []int, here int) {
	s.program.Send(countedMsg{source, part, round, votes, here})
}

// Drive does to the vote on a question of the class what another view of it asks,
// and returns where it then is. The error is that of [vote.Vote.Do].
func (s *Stage) Drive(part string, a vote.Act) (vote.State, error) {
	done := make(chan driven, 1)
	s.program.Send(driveMsg{part, a, done})
	select {
	case d := <-done:
		return d.state, d.err
	case <-s.ended:
		return vote.State{}, vote.ErrLate
	}
}

// Begin opens a scene on a clean page.
func (s *Stage) Begin(h scene.Head) {
	s.port, s.further = s.o.Port, ""
	notice := s.status.begin(h, s.o.Port)
	s.program.Send(beginMsg{h, s.done()})
	if notice != "" {
		s.Notice(notice)
	}
}

// Follow shows another port live until the scene ends.
func (s *Stage) Follow(port uint16) {
	if s.port == port {
		return
	}
	s.port = port
	s.program.Send(portMsg(port))
}

var _ dialogue.Moving = (*Stage)(nil)

// StatesMove reports whether what is measured of the port moves on the states: a
// class sees that.
func (s *Stage) StatesMove() bool { return s.o.Projection }

// States shows the states of a connection.
func (s *Stage) States(reached []probe.State) {
	if !s.StatesMove() {
		s.Prose(figure.StatesBlock(reached))
		return
	}
	s.add(statesItem(reached))
}

// Measuring says what the scene does.
func (s *Stage) Measuring(words string) { s.program.Send(measuringMsg(words)) }

// Offer has the next pause lead further.
func (s *Stage) Offer(title string) { s.further = title }

// done returns how the scenes were played that were played to their end.
func (s *Stage) done() map[string]string {
	done := make(map[string]string)
	for _, h := range s.o.Heads {
		if s.o.Done != nil {
			done[h.ID] = s.o.Done(h.ID)
		}
	}
	return done
}

// Prose shows a piece of the lesson's text.
func (s *Stage) Prose(blocks []prose.Block) { s.add(proseItem(blocks)) }

// Event shows one thing that happened, and draws it in the sequence.
func (s *Stage) Event(e evidence.Event) {
	s.program.Send(eventMsg{e, probe.Runtime(context.Background())})
}

// Evidence shows what was measured.
func (s *Stage) Evidence(e evidence.Evidence) {
	s.program.Send(evidenceMsg{e, probe.Runtime(context.Background())})
}

// Answer tells what the measurement says of a question.
func (s *Stage) Answer(a scene.Answer) { s.program.Send(answerMsg(a)) }

func (s *Stage) add(it *item) { s.program.Send(addMsg{it}) }

// The messages of the scene to the model.
type (
	beginMsg struct {
		scene.Head
		done map[string]string
	}
	addMsg   struct{ *item }
	eventMsg struct {
		evidence.Event
		runtime probe.RuntimeInfo
	}
	evidenceMsg struct {
		evidence.Evidence
		runtime probe.RuntimeInfo
	}
	measuringMsg string
	answerMsg    scene.Answer
	noticeMsg    string
	countedMsg   struct {
		source vote.Source
		part   string
		round  int
		votes  []int
		here   int
	}
	driveMsg struct {
		part string
		act  vote.Act
		done chan<- driven
	}
	driven struct {
		state vote.State
		err   error
	}
	portMsg   uint16
	waitMsg   struct{ *wait }
	updateMsg struct {
		probe.Update
		at time.Time
	}
	runtimeMsg probe.RuntimeInfo
	clockMsg   time.Time
	together   []tea.Msg // several, for one drawing
)

var _ tea.Model = (*model)(nil)
