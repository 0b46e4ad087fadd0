// Package dialogue is what a scene says to who shows it, and what the reader
// answers. A scene talks to a [Stage] and cannot tell which one it has.
//
// Rules of the dialogue, the same on every stage:
//   - nothing waits without a way out: every wait ends with a key, the end of
//     input, or the context;
//   - a reader may leave a scene from any wait (next, previous, again, list,
//     quit): the wait then returns a [*Jump], and the scene unwinds;
//   - Enter reads on. It never passes a question or a wait, and never ends a
//     step: what does is a key of its own, and is shown;
//   - what was shown is never taken back.
package dialogue

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
)

// Stage shows a scene and takes the reader's answers. Methods that wait
// return ctx.Err() when ctx ends and a *Jump when the reader wants to be
// elsewhere. A Stage is used by one goroutine.
type Stage interface {
	// Begin opens a scene.
	Begin(scene.Head)
	// Prose shows a piece of the lesson's text.
	Prose([]prose.Block)
	// Event shows one thing that happened.
	Event(evidence.Event)
	// Evidence shows what was measured.
	Evidence(evidence.Evidence)
	// Ask shows a question and waits for an answer: [scene.Passed] when the
	// reader passes, by the key that says so, or nobody is there to answer.
	Ask(context.Context, scene.Question) (scene.Choice, error)
	// Input asks for a line, as Python's input() does, and returns it without
	// its end. A line that begins with ":" is for labo: ":q" and the other
	// moves leave the scene, ":fin" and ":p" return ErrSkipped.
	Input(ctx context.Context, prompt string) (string, error)
	// States shows the states of a connection, those that were reached marked.
	States(reached []probe.State)
	// Answer tells what the measurement says of a question.
	Answer(scene.Answer)
	// Pause waits until the reader wants to go on.
	Pause(context.Context) error
	// Watch shows Updates as they come until Done is closed (nil), the reader
	// passes (ErrSkipped), the time is over (context.DeadlineExceeded), or as
	// every wait.
	Watch(context.Context, Watch) error
	// Outline shows the scenes of a step and returns when the reader chose one
	// (a *Jump) or none (nil).
	Outline(context.Context, []scene.Head) error
	// End shows the last page of a step, and keeps it until the reader quits or
	// goes back to a scene (a *Jump); nil where nobody is there. Without a page,
	// the one that is shown stays.
	End(context.Context, LastPage) error
}

// LastPage is what stays at the end of a step.
type LastPage struct {
	Title  string
	Blocks []prose.Block // none: the page that is shown
}

// Sensor is a [Stage] that measures the port and labo itself during its waits. Who
// records what it shows is told of that, and measures nothing then.
type Sensor interface {
	Sense(told func(probe.Update, probe.RuntimeInfo))
}

// Follower is a [Stage] that shows a port live beside the scene. A scene whose
// port is not the lesson's says so; the next Begin undoes it.
type Follower interface{ Follow(port uint16) }

// Moving is a [Stage] on whose States the sockets of the port may stand, as they
// are measured: it says whether they do.
type Moving interface{ StatesMove() bool }

// Offerer is a [Stage] that can lead further: at the next pause, a key ends it
// with the jump [Further], to what has that title.
type Offerer interface{ Offer(title string) }

// Measurer is a [Stage] that can say what a scene does while it acts: "mesure 2
// sur 5".
type Measurer interface{ Measuring(words string) }

// ErrSkipped is returned by Watch when the reader does not want to wait, and by
// Input when the reader has nothing more to type.
var ErrSkipped = fmt.Errorf("the reader went on")

// Watch is a wait with something to look at.
type Watch struct {
	Title   string
	Prompt  string // what the reader may do meanwhile
	Filter  probe.Filter
	Updates <-chan probe.Update
	Done    <-chan struct{}
	// Events are shown as they come, among the updates.
	Events <-chan evidence.Event
	Limit  time.Duration // 0: no limit other than the context's
	// Edit returns what opens the file that the reader is writing, and whether that
	// takes the terminal until it ends; an error has words for the reader. The key e
	// asks for it. nil: there is none.
	Edit func() (cmd *exec.Cmd, terminal bool, err error)
}

// Edits reports whether a typed word asks for the reader's editor.
func Edits(word string) bool { return strings.EqualFold(strings.TrimSpace(word), "e") }

// JumpKind is where the reader wants to go.
type JumpKind uint8

const (
	Next JumpKind = iota
	Previous
	Again
	List
	To // the scene named by Jump.Scene
	Further
	Quit
)

// Jump is the error by which a wait tells that the reader leaves the scene.
type Jump struct {
	Kind  JumpKind
	Scene string
}

func (j *Jump) Error() string {
	return [...]string{"next scene", "previous scene", "scene again", "list of scenes", "scene " + j.Scene, "further", "quit"}[j.Kind]
}
