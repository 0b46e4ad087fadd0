// Package bench is what a scene may use: it says, predicts, acts, observes,
// waits, and cannot tell which stage it plays on. The [Player] runs the scenes
// of a step in the order the reader wants.
package bench

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/prose"
	"labo/lessons/text"
	"labo/probe"
)

// Bench is the table a scene works on: prose to say, questions to ask, acts to
// report, the kernel to observe. It hides the stage and the probe, so that a
// scene reads like a lab protocol.
//
// Where a Bench cannot go on (the reader leaves, a measurement fails, the
// context ends), it stops the scene as testing.T stops a test: the deferred
// calls of the scene run, and [Player] takes over.
type Bench struct {
	Port   uint16         // of the lesson
	Server netip.AddrPort // 127.0.0.1 and that port
	Self   []string       // the command that runs this program again, for children
	Whose  string         // title of its tables, in French; "": that of this kernel, where there is one

	// Edit is what the key e opens during the waits of the scene: see [dialogue.Watch].
	Edit func() (cmd *exec.Cmd, terminal bool, err error)

	ctx     context.Context
	stage   dialogue.Stage
	focus   *focus // the stage, where only some questions are asked; else nil
	step    int
	text    *prose.Step
	section *prose.Section
	values  map[string]string
	rec     Recorder
	alone   bool                 // nobody is at the keyboard
	again   int                  // which time these questions are asked again, from 1; 0: the scene is played in its step
	further string               // title of the scene that goes further than this one, "" for none
	noted   map[string]bool      // notes already shown in this step
	wrote   map[[2]string]string // answers in the reader's own words, by scene and part
	found   *foundPython
	before  map[[2]netip.AddrPort]bool // memories (TIME-WAIT) older than the scene
	system  System
	witness *witness
	welcome bool // others may come to the port
}

// stop unwinds a scene.
type stop struct{ err error }

// Stop ends the scene with err; it does not return. A nil err is no reason.
func (b *Bench) Stop(err error) {
	if err == nil {
		return
	}
	if _, left := errors.AsType[*dialogue.Jump](err); !left && b.ctx.Err() == nil {
		b.disturbed() // before the scene closes what it has: a look is the last chance to see who came
	}
	panic(stop{err})
}

// Must stops the scene where an act that has to succeed did not; doing says
// which, in French ("ouvrir le port 12345").
func (b *Bench) Must(err error, doing string) {
	if err != nil {
		b.Stop(&doingError{doing: doing, err: err})
	}
}

// Fail stops the scene with what went wrong, in French.
func (b *Bench) Fail(what string) { b.Stop(fault.Failed(what, "", nil)) }

// part returns a part of the scene's prose with its values filled in.
func (b *Bench) part(name string) *prose.Part {
	p, ok := b.section.Part(name)
	if !ok {
		b.Stop(fmt.Errorf("scene %s has no part %q", b.section.ID, name))
	}
	filled, err := p.Fill(b.values)
	b.Stop(err)
	return filled
}

// Set gives a value to {name} in the prose that follows. It is shown as plain
// text, made visible.
func (b *Bench) Set(name string, value any) {
	b.values[name] = text.Visible(fmt.Sprint(value))
}

// Anew returns what a scene is played with: usual in its step, and one of others,
// in their turn, where its questions are asked again.
func Anew[T any](b *Bench, usual T, others ...T) T {
	if b.again == 0 {
		return usual
	}
	return others[(b.again-1)%len(others)]
}

// Say shows a part of the scene's prose; "" is the opening.
func (b *Bench) Say(part string) {
	blocks := b.part(part).Blocks
	b.stage.Prose(blocks)
	b.rec.Told(b.section.ID, part, blocks)
}

// Diagram shows the states of a connection, those that were reached marked.
func (b *Bench) Diagram(reached []probe.State) {
	b.stage.States(reached)
}

// Explain shows the last parts of a scene, which is then done, and waits for
// the reader while what the scene made still exists: now is the time to look
// at it with other tools.
func (b *Bench) Explain(parts ...string) {
	for _, part := range parts {
		b.Say(part)
	}
	b.rec.Done(b.section.ID)
	if b.goesFurther() {
		err := b.rest("un détail de plus sur cette scène")
		if jump, ok := errors.AsType[*dialogue.Jump](err); !ok || jump.Kind != dialogue.Further {
			b.Stop(err)
			return
		}
		b.Say(moreOfIt)
	}
	b.Stop(b.rest(b.further))
}

// moreOfIt is the part that goes further than the rest of its scene: who wants
// to read it presses a key.
const moreOfIt = "plus-loin"

// goesFurther reports whether the scene has that part, and all that it tells was
// measured.
func (b *Bench) goesFurther() bool {
	p, ok := b.section.Part(moreOfIt)
	if !ok {
		return false
	}
	_, err := p.Fill(b.values)
	return err == nil
}

// rest is the last pause of a scene: title is what one key leads to, "" for
// nothing.
func (b *Bench) rest(title string) error {
	if f, ok := b.stage.(dialogue.Offerer); ok && title != "" {
		f.Offer(title)
	}
	return b.stage.Pause(b.ctx)
}

// ExplainUsual is [Bench.Explain] where the words say what usually happens:
// where that is not what was measured here, they are preceded by that.
func (b *Bench) ExplainUsual(measured bool, parts ...string) {
	if !measured {
		said := []prose.Block{{Kind: prose.Paragraph, Spans: []prose.Span{{
			Text: "Ce n'est pas ce qui arrive d'ordinaire, et labo ne sait pas pourquoi. Ce qui suit est le cas ordinaire ; r rejoue la scène.",
		}}}}
		b.stage.Prose(said)
		b.rec.Told(b.section.ID, "d-ordinaire", said)
	}
	b.Explain(parts...)
}

// Pause waits until the reader wants to go on.
func (b *Bench) Pause() { b.Stop(b.stage.Pause(b.ctx)) }

// Event reports something that happened now.
func (b *Bench) Event(e evidence.Event) {
	e = dated(e)
	b.stage.Event(e)
	b.rec.Happened(b.section.ID, e)
}

// Note tells of something that no program did.
func (b *Bench) Note(what string) { b.Event(evidence.Event{What: what}) }

// Show shows a measurement and keeps it.
func (b *Bench) Show(e evidence.Evidence) {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	b.stage.Evidence(e)
	b.rec.Measured(b.section.ID, e)
}

// Alone reports whether nobody is at the keyboard (--auto, a pipe).
func (b *Bench) Alone() bool { return b.alone }

// Context is that of the scene: it ends when the reader leaves.
func (b *Bench) Context() context.Context { return b.ctx }

// Sleep lets that time pass, which a measurement needs.
func (b *Bench) Sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-b.ctx.Done():
		b.Stop(b.ctx.Err())
	}
}

// Measuring says what a long experiment measures, where somebody looks: they
// wait for the last of n, and this is the measurement i.
func (b *Bench) Measuring(what string, i, n int) {
	b.Stop(b.ctx.Err())
	if p, ok := b.stage.(dialogue.Measurer); ok {
		if n > 1 {
			what += fmt.Sprintf(" (mesure %d sur %d)", i, n)
		}
		p.Measuring(what)
	}
}

// ReadingTime is how long a measurement lasts: long when somebody looks, short
// when nobody does.
func (b *Bench) ReadingTime(watched, alone time.Duration) time.Duration {
	if b.alone {
		return alone
	}
	return watched
}

// Input asks the reader for a line; where nobody is at the keyboard, it takes
// the next of script. It reports false when there is no more to type.
func (b *Bench) Input(prompt string, script *[]string) (string, bool) {
	if b.alone {
		if len(*script) == 0 {
			return "", false
		}
		line := (*script)[0]
		*script = (*script)[1:]
		return line, true
	}
	line, err := b.stage.Input(b.ctx, prompt)
	if errors.Is(err, dialogue.ErrSkipped) {
		return "", false
	}
	b.Stop(err)
	return line, true
}
