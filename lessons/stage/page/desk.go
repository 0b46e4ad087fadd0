package page

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/probe"
)

// wait is what the scene waits for, and where the answer goes.
type wait struct {
	number  int // of the message that tells it
	kind    film.Kind
	options int
	scenes  []film.Scene
	further bool                            // a pause that leads further
	edit    func() (*exec.Cmd, bool, error) // of [dialogue.Watch]
	reply   chan reply
}

// reply is what a reader did.
type reply struct {
	choice int
	sure   bool
	line   string
	err    error
}

func newWait(number int, r *film.Record) *wait {
	return &wait{number: number, kind: r.Kind, options: len(r.Options), scenes: r.Scenes, further: r.Title != "", reply: make(chan reply, 1)}
}

// leave quits, unless the wait was answered before.
func (w *wait) leave() { w.answer(reply{err: &dialogue.Jump{Kind: dialogue.Quit}}) }

// answer takes the first reply and reports whether this one is it.
func (w *wait) answer(r reply) bool {
	select {
	case w.reply <- r:
		return true
	default:
		return false
	}
}

// act is what a browser sends.
type act struct {
	Number int    `json:"n"`   // of the wait
	Act    string `json:"act"` // "go", "choose", "line", "pass", "edit", of a class "vote", "close", "reopen", "discuss", or where to go: "next", "previous", "again", "list", "to", "quit"
	Choice int    `json:"choice"`
	Sure   bool   `json:"sure"`  // "choose": without hesitation
	Hands  *int   `json:"hands"` // "vote": those of option Choice, null where none is counted
	Round  int    `json:"round"` // of a class: the vote that was on screen, 1 or 2
	Phase  string `json:"phase"` // and where it was
	Line   string `json:"line"`
	Scene  string `json:"scene"`
}

// maxTyped bounds a line, in bytes.
const maxTyped = 64 << 10

// misused is why an act is none for this wait, in French.
type misused string

const (
	late    misused = "La scène n'en est plus là."
	noSense misused = "Ce n'est pas ce qui est attendu ici."
	colon   misused = "Après « : », labo comprend fin ou p (passer à la suite), a, r, n, s et q. Pour envoyer un texte qui commence par « : », mettez une espace devant."
)

// take gives an act to the wait that it is for. It returns "" or why not; of
// "edit" what came of it, and the wait goes on.
func (p *Page) take(a act) misused {
	p.mu.Lock()
	w := p.waiting
	if w == nil || w.number != a.Number {
		p.mu.Unlock()
		return late
	}
	edit := w.edit
	p.mu.Unlock()
	if a.Act == "edit" && edit != nil {
		return misused(text.French(opened(edit())))
	}
	if w.kind == film.Ask && p.Class {
		return p.classAct(w, a)
	}
	r, why := w.read(a)
	if why == "" && !w.answer(r) {
		return late
	}
	return why
}

// read says what an act means here.
func (w *wait) read(a act) (r reply, why misused) {
	switch {
	case a.Act == "go" && (w.kind == film.Pause || w.kind == film.Outline):
		return reply{}, ""
	case a.Act == "further" && w.kind == film.Pause && w.further:
		return reply{err: &dialogue.Jump{Kind: dialogue.Further}}, ""
	case a.Act == "choose" && w.kind == film.Ask && a.Choice >= 0 && a.Choice < w.options:
		return reply{choice: a.Choice, sure: a.Sure}, ""
	case a.Act == "pass" && w.kind == film.Ask:
		return reply{choice: -1}, ""
	case a.Act == "pass" && (w.kind == film.Input || w.kind == film.Watch):
		return reply{err: dialogue.ErrSkipped}, ""
	case a.Act == "line" && w.kind == film.Input && len(a.Line) <= maxTyped:
		return typed(a.Line)
	case a.Act == "to" && w.kind == film.Outline:
		for _, s := range w.scenes {
			if s.ID == a.Scene {
				return reply{err: &dialogue.Jump{Kind: dialogue.To, Scene: s.ID}}, ""
			}
		}
		return r, noSense
	}
	moves := map[string]dialogue.JumpKind{"next": dialogue.Next, "previous": dialogue.Previous, "again": dialogue.Again, "list": dialogue.List, "quit": dialogue.Quit}
	kind, ok := moves[a.Act]
	if !ok || w.kind == film.End && kind == dialogue.Next {
		return r, noSense
	}
	return reply{err: &dialogue.Jump{Kind: kind}}, ""
}

// opened opens what the reader writes, and says what came of it.
func opened(cmd *exec.Cmd, terminal bool, err error) (words string) {
	if err == nil && terminal { // which is not the page's to lend
		path := cmd.Args[len(cmd.Args)-1]
		if whole, err := filepath.Abs(path); err == nil {
			path = whole
		}
		return "Votre éditeur prend un terminal. Ouvrez-en un autre, et tapez-y " + text.Visible(strings.Join(cmd.Args[:len(cmd.Args)-1], " ")+` "`+path+`"`)
	}
	if err == nil {
		words, err = dialogue.EditApart(cmd)
	}
	if err != nil {
		words = dialogue.EditFault(err)
	}
	return words
}

// typed reads a line: one that begins with ":" is for labo.
func typed(line string) (reply, misused) {
	line = strings.ToValidUTF8(strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r == '\n' || r == '\r' }), " "), "\ufffd")
	word, forLabo := strings.CutPrefix(line, ":")
	if !forLabo {
		return reply{line: line}, ""
	}
	jump, ok := dialogue.ParseCommand(word)
	switch {
	case !ok:
		return reply{}, colon
	case jump == nil:
		return reply{err: dialogue.ErrSkipped}, ""
	}
	return reply{err: jump}, ""
}

// Desk returns the stage that waits for the readers of the page. What a scene
// says it does not hear: that comes to [Page.See].
func (p *Page) Desk() dialogue.Stage { return desk{p} }

type desk struct{ *Page }

func (desk) Begin(scene.Head)           {}
func (desk) Prose([]prose.Block)        {}
func (desk) Event(evidence.Event)       {}
func (desk) Evidence(evidence.Evidence) {}
func (desk) States([]probe.State)       {}
func (desk) Answer(scene.Answer)        {}

// outcome waits for the reply to the wait that was told last.
func (d desk) outcome(ctx context.Context, done <-chan struct{}) (reply, error) {
	d.mu.Lock()
	w := d.waiting
	if d.quit {
		w.leave()
	}
	d.mu.Unlock()
	select {
	case r := <-w.reply:
		return r, r.err
	case <-done:
		return reply{}, nil
	case <-ctx.Done():
		return reply{}, ctx.Err()
	}
}

func (d desk) Ask(ctx context.Context, q scene.Question) (scene.Choice, error) {
	if d.Class {
		d.openVote(q)
	}
	r, err := d.outcome(ctx, nil)
	if err != nil {
		return scene.Passed, err
	}
	return scene.Choice{Option: r.choice, Sure: r.sure}, nil
}

func (d desk) Input(ctx context.Context, _ string) (string, error) {
	r, err := d.outcome(ctx, nil)
	return r.line, err
}

func (d desk) Pause(ctx context.Context) error {
	_, err := d.outcome(ctx, nil)
	return err
}

func (d desk) Outline(ctx context.Context, _ []scene.Head) error {
	_, err := d.outcome(ctx, nil)
	return err
}

func (d desk) End(ctx context.Context, _ dialogue.LastPage) error {
	_, err := d.outcome(ctx, nil)
	return err
}

// Watch waits while what comes is told by who stands before it.
func (d desk) Watch(ctx context.Context, w dialogue.Watch) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if w.Limit > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithDeadline(ctx, time.Now().Add(w.Limit))
		defer stop()
	}
	d.mu.Lock()
	d.waiting.edit = w.Edit
	d.mu.Unlock()
	taken := make(chan struct{})
	go func() {
		defer close(taken)
		updates, events := w.Updates, w.Events
		for {
			select {
			case _, ok := <-updates:
				if !ok {
					updates = nil
				}
			case _, ok := <-events:
				if !ok {
					events = nil
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	_, err := d.outcome(ctx, w.Done)
	cancel()
	<-taken
	return err
}
