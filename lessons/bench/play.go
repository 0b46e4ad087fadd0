package bench

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
)

// Player runs the scenes of a step on a stage, in the order the reader wants.
type Player struct {
	Step     Step
	Stage    dialogue.Stage
	Port     uint16
	Start    string   // ID of the first scene to play, "" for the first of the step
	Self     []string // the command that runs this program again, for children
	Alone    bool     // nobody is at the keyboard
	Recorder Recorder // nil keeps nothing
	System   *System  // nil is [TheSystem]

	// Ahead says what to type next, for the last page of the step: sentences with
	// their `code`. It is asked when the step is over; nil says nothing.
	Ahead func() []string

	// Recap is the last page of a review.
	Recap func() dialogue.LastPage

	// Left is set when the reader quit before the end, Over while they are at the
	// end, on the last page.
	Left, Over bool

	noted map[string]bool
	wrote map[[2]string]string
	found foundPython
	other string // who else touched the port in a scene that failed
}

// UnknownSceneError: the step has no scene of that name.
type UnknownSceneError struct {
	Step  int
	Scene string
	Known []string
}

func (e *UnknownSceneError) Error() string {
	return fmt.Sprintf("step %d has no scene %q", e.Step, e.Scene)
}

// SceneError: a scene could not be played to its end, for instance because a
// measurement failed.
type SceneError struct {
	Scene string
	Err   error
}

func (e *SceneError) Error() string { return "scene " + e.Scene + ": " + e.Err.Error() }

func (e *SceneError) Unwrap() error { return e.Err }

// Play runs the step to its end or until the reader quits (nil in both cases).
// It returns ctx.Err() when the context ends, an [*UnknownSceneError] before
// anything starts, and, after the other scenes, the first [*SceneError].
func (p *Player) Play(ctx context.Context) error {
	text, err := p.Step.Prose()
	if err != nil {
		return err
	}
	heads, err := p.Step.Heads()
	if err != nil {
		return err
	}
	at := 0
	if p.Start != "" {
		if at = indexOf(heads, p.Start); at < 0 {
			return p.unknown(heads)
		}
	}
	turns := make([]turn, len(heads))
	for i, h := range heads {
		turns[i] = turn{shown: h, kept: h, further: further(heads, i), scene: p.Step.Scenes[i], text: text}
		turns[i].section, _ = text.Section(h.ID)
	}
	return p.play(ctx, turns, at)
}

// turn is a scene to play.
type turn struct {
	shown, kept scene.Head // for the stage, and for who keeps it
	further     string     // title of the one that goes further, "" for none
	scene       Scene
	text        *prose.Step
	section     *prose.Section
	again       *Again // only these of its questions; nil: the whole scene
}

// play plays scenes from the one at.
func (p *Player) play(ctx context.Context, turns []turn, at int) error {
	p.noted, p.wrote = map[string]bool{}, map[[2]string]string{}
	heads := make([]scene.Head, len(turns))
	for i := range turns {
		heads[i] = turns[i].shown
	}
	var failed *SceneError
	for at < len(heads) {
		p.Stage.Begin(heads[at])
		err := p.scene(ctx, &turns[at])
		jump, jumped := errors.AsType[*dialogue.Jump](err)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && !jumped {
			broken := &SceneError{Scene: heads[at].ID, Err: err}
			if failed == nil {
				failed = broken
			}
			if jump, err = p.broken(ctx, broken); err != nil {
				return err
			}
		}
		for jump != nil && jump.Kind == dialogue.List {
			if jump, err = AsJump(p.Stage.Outline(ctx, heads)); err != nil {
				return err
			}
			if jump == nil { // the reader looked at the list and stays
				jump = &dialogue.Jump{Kind: dialogue.Again}
			}
		}
		if jump != nil && jump.Kind == dialogue.Quit {
			p.Left = true
			break
		}
		here := at
		if at = Next(heads, at, jump); at == len(heads) {
			if at, err = p.end(ctx, heads, here); err != nil {
				return err
			}
		}
	}
	if failed != nil {
		return failed
	}
	return nil
}

// end keeps the last page, of the scene here, until the reader leaves the step,
// and returns the index of the scene that they go to, len(heads) for none.
func (p *Player) end(ctx context.Context, heads []scene.Head, here int) (at int, err error) {
	p.Over = true
	page, err := p.lastPage(heads)
	if err != nil {
		return len(heads), err
	}
	for {
		jump, err := AsJump(p.Stage.End(ctx, page))
		page.Blocks = nil // it is shown
		if err == nil && jump != nil && jump.Kind == dialogue.List {
			if jump, err = AsJump(p.Stage.Outline(ctx, heads)); err == nil && jump == nil {
				continue // the reader looked at the list and stays
			}
		}
		if err != nil || jump == nil || jump.Kind == dialogue.Quit {
			return len(heads), err
		}
		if at := Next(heads, here, jump); at < len(heads) {
			p.Over = false
			return at, nil
		}
	}
}

func (p *Player) unknown(heads []scene.Head) error {
	known := make([]string, len(heads))
	for i, h := range heads {
		known[i] = h.ID
	}
	return &UnknownSceneError{Step: p.Step.Number, Scene: p.Start, Known: known}
}

// broken tells that a scene could not go on and lets the reader choose.
func (p *Player) broken(ctx context.Context, e *SceneError) (*dialogue.Jump, error) {
	p.Stage.Event(evidence.Event{
		From: evidence.Nobody, What: "La scène s'arrête ici", Outcome: evidence.Failed, Detail: p.frenchError(e.Err),
	})
	return AsJump(p.Stage.Pause(ctx))
}

// AsJump sorts what a wait returned: a jump, nothing, or an error.
func AsJump(err error) (*dialogue.Jump, error) {
	if jump, ok := errors.AsType[*dialogue.Jump](err); ok {
		return jump, nil
	}
	return nil, err
}

// Next returns the index of the scene to play after at: on the main path, but
// for a jump that leads further or to a scene by its name.
func Next(heads []scene.Head, at int, jump *dialogue.Jump) int {
	essential := func(h scene.Head) bool { return h.Further == 0 }
	if jump != nil {
		switch jump.Kind {
		case dialogue.Previous:
			for i := at - 1; i > 0; i-- {
				if essential(heads[i]) {
					return i
				}
			}
			return 0
		case dialogue.Again:
			return at
		case dialogue.Further:
			if further(heads, at) != "" {
				return at + 1
			}
			return at
		case dialogue.To:
			if i := indexOf(heads, jump.Scene); i >= 0 {
				return i
			}
			return at
		}
	}
	if i := slices.IndexFunc(heads[at+1:], essential); i >= 0 {
		return at + 1 + i
	}
	return len(heads)
}

// further is the title of the scene that goes further than at, "" for none.
func further(heads []scene.Head, at int) string {
	if at+1 < len(heads) && heads[at+1].Further > 0 {
		return heads[at+1].Title
	}
	return ""
}

func indexOf(heads []scene.Head, id string) int {
	return slices.IndexFunc(heads, func(h scene.Head) bool { return h.ID == id })
}

// scene plays one scene and returns why it ended before its end, nil when it
// did not.
func (p *Player) scene(ctx context.Context, t *turn) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case stop:
			err = r.err
		default:
			panic(r)
		}
	}()
	w := newWitness(p.Port)
	defer func() { p.other = w.disturbed() }()
	rec := p.recorder()
	system := p.System
	if system == nil {
		system = &TheSystem
	}
	b := &Bench{
		system: *system, witness: w,
		Port: p.Port, Server: serverAddr(p.Port), Self: p.Self,
		ctx: ctx, stage: p.Stage, step: t.kept.Step, text: t.text, section: t.section, values: map[string]string{}, rec: rec, alone: p.Alone,
		further: t.further, noted: p.noted, wrote: p.wrote, found: &p.found,
	}
	b.Set("port", p.Port)
	b.begin()
	if p.Alone {
		rec.Unattended(t.kept)
	} else {
		rec.Begun(t.kept)
	}
	if t.again == nil {
		t.scene.Run(ctx, b)
		return nil
	}
	b.again, b.focus = t.again.Time, newFocus(p.Stage, t.again)
	b.stage = b.focus
	t.scene.Run(ctx, b)
	b.Stop(b.focus.end(ctx))
	return nil
}

// begin looks at what is there before the scene: connections that the kernel
// only remembers, and other programs.
func (b *Bench) begin() {
	b.before = map[[2]netip.AddrPort]bool{}
	if s, err := b.Look(b.ctx, b.Filter()); err == nil {
		b.witness.sort(b.ctx, s)
		for _, sock := range s.Sockets {
			if sock.State == probe.TimeWait {
				b.before[[2]netip.AddrPort{sock.Local, sock.Remote}] = true
			}
		}
	}
	b.witness.begin()
}

// serverAddr is where the programs of the sheet listen: localhost, in IPv4.
func serverAddr(port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
}
