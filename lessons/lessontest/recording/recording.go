// Package recording keeps what a scene told its stage when it was played for
// real, so that the same scene can be shown again, the same to the last
// figure. What the text of the steps says is not kept: a scene is shown again
// with the text of today. It is imported by tests only.
package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
)

// Scene is one scene, played once.
type Scene struct {
	Head  scene.Head
	Calls []Call
}

// Kind is which method of a [dialogue.Stage] was called.
type Kind string

const (
	Prose    Kind = "prose"
	Event    Kind = "event"
	Evidence Kind = "evidence"
	Ask      Kind = "ask"
	Answer   Kind = "answer"
	Input    Kind = "input"
	Pause    Kind = "pause"
	Watch    Kind = "watch"
	Follow   Kind = "follow" // of a [dialogue.Follower]
	Update   Kind = "update" // of a watch, among its events
)

// Call is one call of the scene, with what the reader did.
type Call struct {
	Kind     Kind
	At       time.Time
	Part     string             // Prose, Ask: what was said of the scene's text
	Values   map[string]string  // Prose, Ask: what was filled into it
	Prose    []prose.Block      // Prose: in the file, only what is in no text
	Question *scene.Question    `json:"-"` // Ask
	Answer   *scene.Answer      `json:"-"` // Answer; its question is the last one asked
	Chosen   int                `json:"-"` // Ask: the option, -1 for none
	Choice   string             // Ask: the option chosen; Answer: the right one; "" for none
	Measured string             // Answer
	Event    *evidence.Event    // Event
	Evidence *evidence.Evidence // Evidence
	Prompt   string             // Input, Watch
	Title    string             // Watch; Pause: what the reader went further to, "" where nothing was offered
	Limit    time.Duration      // Watch
	Line     string             // Input: what was typed
	Skipped  bool               // Input, Watch: the reader went on instead
	During   []Call             // Watch: updates and events, as they came
	Seen     *Measurement       // Update, and Input and Pause: what the port held meanwhile
	Port     uint16             // Follow
	Counts   Counts             // of this process, at that moment
}

// Counts are the goroutines and threads of this process.
type Counts struct {
	Goroutines int
	Threads    probe.Maybe[int]
}

// CountsNow counts.
func CountsNow(r probe.RuntimeInfo) Counts {
	return Counts{Goroutines: r.Goroutines, Threads: r.OSThreads}
}

// Runtime returns the counts as probe gives them.
func (c Counts) Runtime(at time.Time) probe.RuntimeInfo {
	return probe.RuntimeInfo{TakenAt: at, Goroutines: c.Goroutines, OSThreads: c.Threads}
}

// Measurement is a [probe.Update] without an error.
type Measurement struct {
	At      time.Time
	Took    time.Duration
	Source  probe.Source
	Sockets []probe.Socket
	Notes   []note
	Changes []probe.Change
}

// note is a [probe.Note] whose error can be written.
type note struct {
	Kind probe.NoteKind
	N    int
	Err  string
}

// Measured keeps an update. Command lines are left out: they name the folders
// of the machine that records.
func Measured(u probe.Update) *Measurement {
	s := u.Snapshot
	m := &Measurement{At: s.TakenAt, Took: s.Took, Source: s.Source, Changes: u.Changes}
	for _, n := range s.Notes {
		err := ""
		if n.Err != nil {
			err = n.Err.Error()
		}
		m.Notes = append(m.Notes, note{n.Kind, n.N, err})
	}
	m.Sockets = Rows(s.Sockets)
	m.Changes = append([]probe.Change(nil), u.Changes...)
	for i := range m.Changes {
		m.Changes[i].Socket.Owner = anonymous(m.Changes[i].Socket.Owner)
		m.Changes[i].FromOwner = anonymous(m.Changes[i].FromOwner)
	}
	return m
}

// Rows returns sockets without the command lines of those who hold them.
func Rows(sockets []probe.Socket) []probe.Socket {
	rows := append([]probe.Socket(nil), sockets...)
	for i := range rows {
		rows[i].Owner = anonymous(rows[i].Owner)
	}
	return rows
}

func anonymous(o probe.Owner) probe.Owner {
	holders := make([]*probe.Holder, 0, len(o.Holders))
	for _, h := range o.Holders {
		copied := *h
		copied.Command = ""
		holders = append(holders, &copied)
	}
	if o.Holders = holders; len(holders) == 0 {
		o.Holders = nil
	}
	return o
}

// Update returns the measurement as probe gives it.
func (m *Measurement) Update() probe.Update {
	s := &probe.Snapshot{TakenAt: m.At, Took: m.Took, Source: m.Source, Sockets: m.Sockets}
	for _, n := range m.Notes {
		back := probe.Note{Kind: n.Kind, N: n.N}
		if n.Err != "" {
			back.Err = errors.New(n.Err)
		}
		s.Notes = append(s.Notes, back)
	}
	return probe.Update{Snapshot: s, Changes: m.Changes}
}

// Name is that of the recording of a scene.
func Name(h scene.Head) string { return fmt.Sprintf("%d-%s", h.Step, h.ID) }

// File is where the recording of a scene is, in a folder.
func File(dir string, h scene.Head) string {
	return filepath.Join(dir, Name(h)+".jsonl")
}

// Encode writes the calls of a scene whose text that is, one a line, without
// what is zero, empty or unknown.
func (s *Scene) Encode(text *prose.Section) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	for _, c := range s.Calls {
		if err := c.strip(text); err != nil {
			return nil, err
		}
		all, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader(all))
		d.UseNumber() // not every number is a float64
		var tree any
		if err := d.Decode(&tree); err != nil {
			return nil, err
		}
		if err := e.Encode(prune(tree)); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// prune removes from objects what their zero value says as well. The elements
// of a list stay: their places count.
func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, field := range v {
			if field = prune(field); zero(field) {
				delete(v, key)
			} else {
				v[key] = field
			}
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return v
}

func zero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == "" || v == "0001-01-01T00:00:00Z"
	case json.Number:
		return v == "0"
	case bool:
		return !v
	case map[string]any:
		return false // a pointer to nothing known is not a nil pointer
	case []any:
		return len(v) == 0
	}
	return false
}

// decode reads what [Scene.Encode] wrote, with the head and the text that the
// scene has now.
func decode(b []byte, h scene.Head, text *prose.Section) (*Scene, error) {
	s := &Scene{Head: h}
	var asked Call
	for d := json.NewDecoder(bytes.NewReader(b)); d.More(); {
		d.DisallowUnknownFields()
		var c Call
		if err := d.Decode(&c); err != nil {
			return nil, err
		}
		if err := c.fill(text, &asked); err != nil {
			return nil, err
		}
		s.Calls = append(s.Calls, c)
	}
	return s, nil
}

// Load reads the recording of a scene from a folder.
func Load(dir string, h scene.Head, text *prose.Section) (*Scene, error) {
	b, err := os.ReadFile(File(dir, h))
	if err != nil {
		return nil, err
	}
	s, err := decode(b, h, text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", File(dir, h), err)
	}
	return s, nil
}
