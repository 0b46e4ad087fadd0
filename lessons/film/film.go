// Package film is what was said, done, measured and answered, in order: the one
// stream that every view of a lesson reads, live or from a file.
//
// A film is a text of JSON lines, described in docs/film.md. The first line is
// the [Head]; each of the others is a [Record]. A line is written whole, in one
// write, when what it tells happens: a film whose labo was killed can be read
// up to that moment.
package film

import (
	"encoding/json"
	"time"

	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// format is the version of what [Head] and [Record] mean. A field or a kind
// that is added does not change it: who does not know them passes over them.
const format = 1

// Head is the first line of a film.
type Head struct {
	Format  int       `json:"film"`
	At      time.Time `json:"at"`              // when it began
	Title   string    `json:"title"`           // "Étape 1 · Un serveur simple"
	Program string    `json:"program"`         // what recorded it: "labo v1.2.0 (…)"
	Machine string    `json:"machine"`         // "linux/amd64"
	Port    uint16    `json:"port,omitempty"`  // of the lesson
	Alone   bool      `json:"alone,omitempty"` // nobody was at the keyboard
}

// Kind is what a [Record] tells.
type Kind string

// The kinds, and the fields of a record that each has beside Kind and Micros.
const (
	Begin     Kind = "begin"     // Scene: it opens
	Prose     Kind = "prose"     // Blocks
	Event     Kind = "event"     // Event
	Evidence  Kind = "evidence"  // Evidence
	Ask       Kind = "ask"       // Blocks, Options: the reader is asked to predict
	Vote      Kind = "vote"      // Ballot: how a class votes on the last Ask, so far
	Answer    Kind = "answer"    // Chosen, Right, Measured: what the measurement says of the last Ask
	Input     Kind = "input"     // Prompt: a line is asked for
	Pause     Kind = "pause"     // Title: what + leads to, "" for nothing; the reader reads
	Watch     Kind = "watch"     // Title, Prompt, Limit: something is waited for
	Outline   Kind = "outline"   // Scenes: the list is shown
	End       Kind = "end"       // Title, Blocks: the last page of the step, none for the one on screen
	Replied   Kind = "replied"   // Reply: how the last wait ended
	Port      Kind = "port"      // Port: the sockets, now
	Facing    Kind = "facing"    // Title: the name of another machine, Port: the sockets that it told last
	Runtime   Kind = "runtime"   // Runtime: labo's own goroutines and threads, now
	Measuring Kind = "measuring" // Title: what the scene does while it acts
	Follow    Kind = "follow"    // Number: this port is shown from now on
	Traced    Kind = "program"   // Program: it is followed call by call from now on
	Called    Kind = "call"      // Call: what a thread of it does
	Limit     Kind = "limit"     // no call, or not each vote, is told after it: Title says how many were
	Over      Kind = "over"      // the last record of a film that was not cut
)

// Record is one line of a film after the first.
type Record struct {
	Micros int64 `json:"t"` // microseconds since [Head.At]
	Kind   Kind  `json:"kind"`

	Scene    *Scene           `json:"scene,omitempty"`
	Scenes   []Scene          `json:"scenes,omitempty"`
	Blocks   []prose.Block    `json:"blocks,omitempty"`
	Options  []prose.Option   `json:"options,omitempty"`
	Event    *record.Event    `json:"event,omitempty"`
	Evidence *record.Evidence `json:"evidence,omitempty"`
	Ballot   *Ballot          `json:"ballot,omitempty"`
	Sure     bool             `json:"sure,omitempty"`
	Left     string           `json:"left,omitempty"`   // why nothing that answers could be measured
	Chosen   *int             `json:"chosen,omitempty"` // index, none where the reader passed
	Right    *int             `json:"right,omitempty"`  // index, none where the measurement fits no option
	Measured string           `json:"measured,omitempty"`
	Title    string           `json:"title,omitempty"`
	Prompt   string           `json:"prompt,omitempty"`
	LimitMS  int64            `json:"limit_ms,omitempty"`
	Edit     bool             `json:"edit,omitempty"` // Watch: the reader writes a file, which labo could open
	Reply    *Reply           `json:"reply,omitempty"`
	Port     *Snapshot        `json:"port,omitempty"`
	Runtime  *Counts          `json:"runtime,omitempty"`
	Number   uint16           `json:"number,omitempty"`
	Program  *Program         `json:"program,omitempty"`
	Call     *Call            `json:"call,omitempty"`

	line  json.RawMessage // as it was read
	asked *scene.Question // Answer, Replied: the question it answers
	class *Ballot         // Answer, Replied: how a class voted on it; nil for one reader
	of    *Program        // Called: whose call it is
}

// Scene names a scene, as [scene.Head] does.
type Scene struct {
	Step      int    `json:"step,omitempty"`
	StepTitle string `json:"step_title,omitempty"`
	Index     int    `json:"index"`
	Further   int    `json:"further,omitempty"` // place among those that go further after Index, from 1; 0: on the path
	Total     int    `json:"total"`
	TakesS    int    `json:"takes_s,omitempty"`
	ID        string `json:"id"`
	Title     string `json:"title"`
	Done      string `json:"done,omitempty"` // in a list: "faite", "" where it was not played to its end
}

// Reply is how a wait ended. One of its fields is set; none means "went on".
type Reply struct {
	Chosen  *int    `json:"chosen,omitempty"`  // Ask: index of the option
	Sure    bool    `json:"sure,omitempty"`    // and the reader said so
	Line    *string `json:"line,omitempty"`    // Input
	Skipped bool    `json:"skipped,omitempty"` // passed, or :fin
	Jump    string  `json:"jump,omitempty"`    // "next", "previous", "again", "list", "to", "further", "quit"
	Scene   string  `json:"scene,omitempty"`   // with "to"
	Ended   string  `json:"ended,omitempty"`   // Watch: "done", "limit"; any: "stopped"
}

// Snapshot is what the system held at a moment.
type Snapshot struct {
	Source  string          `json:"source,omitempty"`
	Sockets []record.Socket `json:"sockets"`
	Lost    int             `json:"lost,omitempty"` // sockets that were measured and are not kept
	Notes   []string        `json:"notes,omitempty"`
	TookUS  int64           `json:"took_us,omitempty"`
	Error   string          `json:"error,omitempty"` // in French: why nothing could be measured
}

// Counts are goroutines and threads of labo; what is unknown is null.
type Counts struct {
	Goroutines int  `json:"goroutines"`
	Running    *int `json:"running"`
	Runnable   *int `json:"runnable"`
	Waiting    *int `json:"waiting"`
	InCall     *int `json:"in_call"`
	Threads    *int `json:"threads"`
}

// Waits reports whether the scene waits after such a record, until [Replied].
func (k Kind) Waits() bool {
	switch k {
	case Ask, Input, Pause, Watch, Outline, End:
		return true
	}
	return false
}

// Film is what a file tells.
type Film struct {
	Head
	Records []Record
	Cut     bool // it has no end: what recorded it was stopped by force, or still records
	Lost    int  // lines that could not be understood

	head json.RawMessage // as it was read
}

// Time returns the moment of a record.
func (f *Film) Time(r *Record) time.Time {
	return f.At.Add(time.Duration(r.Micros) * time.Microsecond)
}

// Recorded says that a film is none of what happens now, and of when it is:
// "enregistrement du 22 novembre, 14:02". It is always on screen.
func (f *Film) Recorded() string {
	return "enregistrement du " + text.Day(f.At) + ", " + f.At.Format("15:04")
}

// Took returns how long the film lasts.
func (f *Film) Took() time.Duration {
	if n := len(f.Records); n > 0 {
		return time.Duration(f.Records[n-1].Micros) * time.Microsecond
	}
	return 0
}

// Head returns it as a stage is told it.
func (s *Scene) Head() scene.Head {
	return scene.Head{Step: s.Step, StepTitle: s.StepTitle, Index: s.Index, Further: s.Further, Total: s.Total, Takes: time.Duration(s.TakesS) * time.Second, ID: s.ID, Title: s.Title}
}

// Question returns what is asked, of an Ask.
func (r *Record) Question() scene.Question {
	return scene.Question{Blocks: r.Blocks, Options: r.Options}
}

// Outcome returns what the measurement says, of an Answer.
func (r *Record) Outcome() scene.Answer {
	a := scene.Answer{Chosen: index(r.Chosen), Right: index(r.Right), Sure: r.Sure, Measured: r.Measured, Left: r.Left}
	if r.asked != nil {
		a.Question = *r.asked
	}
	return a
}

// Verdict says of an Answer, or of the reply to an Ask, how a class did; ok is
// false where one reader answered.
func (r *Record) Verdict() (words string, ok bool) {
	if r.class == nil {
		return "", false
	}
	return vote.Verdict(r.class.splits(), r.Outcome()), true
}

// Chose returns which option a reader chose, of a reply, from 1; nil where none
// was, or where a class voted.
func (r *Record) Chose() (number int, option *prose.Option) {
	if r.Reply == nil || r.Reply.Chosen == nil || r.asked == nil || r.class != nil || *r.Reply.Chosen >= len(r.asked.Options) {
		return 0, nil
	}
	return *r.Reply.Chosen + 1, &r.asked.Options[*r.Reply.Chosen]
}

func index(i *int) int {
	if i == nil {
		return -1
	}
	return *i
}
