// Package notebook keeps what a reader predicted, answered and saw, how their
// own programs were judged, and what a trace saw of them: one JSON file in the
// user's data directory, saved after every scene, answer, judgement and trace.
//
// [Open] is for whoever records ([Session] is a recorder of the player). Any
// number of them write one notebook at once: each save reads the file, applies
// what was recorded since the last one, and writes, under a lock that is held
// for that long only. Nothing stops a scene: what cannot be kept is told once,
// and tried again. [Read] is for whoever only looks. [Erase] forgets all.
//
// The file has a format "major.minor". A release adds fields under a new
// minor; others keep them when they save ([record.Unknown]). A new major is a file
// that older releases show as far as they can and never write.
//
// Texts were made visible before they were kept, and are made visible again
// when they are shown: the file may have been edited.
package notebook

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/record"
)

// The format that this release writes.
const (
	formatMajor = 1
	formatMinor = 6 // 1: judgements; 2: traces, scenes that were played with nobody there, prose; 3: sure, left, review; 4: hand_in; 5: what a review asked; 6: events of a trace
)

// Notebook is all that is kept.
type Notebook struct {
	Format  string    `json:"format"` // "major.minor"
	Program string    `json:"labo"`   // the release that saved last
	Begun   time.Time `json:"begun"`
	Saved   time.Time `json:"saved"`
	Steps   []*Step   `json:"steps"` // by number
	// Judgements are the reader's own programs, in the order they were first
	// judged: one for each file and role.
	Judgements []*Judgement `json:"judgements,omitempty"`
	// Traces are the reader's own programs, in the order they were first
	// traced: one for each file.
	Traces []*Trace `json:"traces,omitempty"`
	// HandIn is set in a copy that was handed in.
	HandIn *HandIn `json:"hand_in,omitempty"`

	record.Unknown
}

// Step is what is kept of a step of the sheet.
type Step struct {
	Number int      `json:"number"`
	Title  string   `json:"title"`
	Last   string   `json:"last,omitempty"` // ID of the scene that was begun last
	Scenes []*Scene `json:"scenes"`         // in the order they were first begun

	record.Unknown
}

// Scene is what is kept of a scene. Predictions and writings are kept of every
// time it was played; what was measured, of one: Run.
type Scene struct {
	ID    string    `json:"id"`
	Title string    `json:"title"`
	Begun time.Time `json:"begun,omitzero"` // the first time; zero where the reader never was there
	Done  time.Time `json:"done,omitzero"`  // the first time the reader played it to its end
	Plays int       `json:"plays"`          // times the reader played it to its end
	// Seen is the first time it went to its end with nobody at the keyboard:
	// then it asks nothing, so it is not done.
	Seen        time.Time     `json:"seen,omitzero"`
	Predictions []*Prediction `json:"predictions,omitempty"`
	Writings    []*Writing    `json:"writings,omitempty"`
	// Run is the last time the scene was played to its end, or the last time
	// at all where it never was. What the reader played goes before what went
	// by with nobody there.
	Run *Run `json:"run,omitempty"`

	record.Unknown
}

// Prediction is a question, and what was answered each time.
type Prediction struct {
	Part     string   `json:"part"`     // of the scene's prose
	Question []string `json:"question"` // one entry a paragraph, see [Question]
	Options  []Option `json:"options"`
	Tries    []Try    `json:"tries"`

	record.Unknown
}

// Option is one answer to a question, by its stable name.
type Option struct {
	ID   string `json:"id"`
	Text string `json:"text"` // `code` between backquotes

	record.Unknown
}

// Try is one answer. Chosen and Right are IDs of options: Chosen is nil where
// the reader passed, Right where the measurement fits no option.
type Try struct {
	At       time.Time `json:"at"`
	Chosen   *string   `json:"chosen"`
	Sure     bool      `json:"sure,omitempty"` // the reader said so
	Right    *string   `json:"right"`
	Measured string    `json:"measured,omitempty"`
	Left     string    `json:"left,omitempty"`   // why nothing that answers could be measured
	Review   uint16    `json:"review,omitempty"` // the port it was measured anew on, by labo revoir; 0: in a step
	// What labo revoir asked, where its numbers were not those of the step.
	Question []string `json:"question,omitempty"`
	Options  []Option `json:"options,omitempty"`
	// Unasked: nobody was there to be asked. Such a try is kept only as long
	// as there is no other.
	Unasked bool `json:"unasked,omitempty"`

	record.Unknown
}

// Writing is a question answered in the reader's own words. One that was passed
// has no version.
type Writing struct {
	Part     string    `json:"part"`
	Question []string  `json:"question"`
	Versions []Version `json:"versions"` // oldest first

	record.Unknown
}

// Version is one state of an answer that was written and may be amended.
type Version struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`

	record.Unknown
}

// Latest returns the last version's text, "" when nothing was written.
func (w *Writing) Latest() string {
	if len(w.Versions) == 0 {
		return ""
	}
	return w.Versions[len(w.Versions)-1].Text
}

// Run is one play of a scene.
type Run struct {
	Begun   time.Time `json:"begun"`
	Ended   time.Time `json:"ended,omitzero"` // zero where it was left before its end
	Left    time.Time `json:"left,omitzero"`  // labo ended while it went on
	Machine string    `json:"machine,omitempty"`
	// Unattended: nobody was at the keyboard.
	Unattended bool              `json:"unattended,omitempty"`
	Prose      []Told            `json:"prose,omitempty"` // what was explained, in its order
	Evidence   []record.Evidence `json:"evidence,omitempty"`
	Events     []record.Event    `json:"events,omitempty"`
	// What was shown and is not kept, for want of bounds to the file.
	LostEvidence int `json:"lost_evidence,omitempty"`
	LostEvents   int `json:"lost_events,omitempty"`

	record.Unknown
}

// Told is a part of the lesson's text as it was shown, with the values of that
// play. Where a prediction or a writing has the same part, it is its question.
type Told struct {
	At   time.Time `json:"at"`
	Part string    `json:"part"`
	Text []string  `json:"text,omitempty"` // as a question is kept, see [Blocks]

	record.Unknown
}

// Step returns what is kept of step n, nil when nothing is.
func (n *Notebook) Step(number int) *Step {
	for _, s := range n.Steps {
		if s.Number == number {
			return s
		}
	}
	return nil
}

// step returns step n and makes it when there is none.
func (n *Notebook) step(number int) *Step {
	if s := n.Step(number); s != nil {
		return s
	}
	s := &Step{Number: number}
	at, _ := slices.BinarySearchFunc(n.Steps, number, func(s *Step, n int) int { return s.Number - n })
	n.Steps = slices.Insert(n.Steps, at, s)
	return s
}

// Empty reports whether no scene was ever begun and no program judged or traced.
func (n *Notebook) Empty() bool {
	return len(n.Judgements) == 0 && len(n.Traces) == 0 && !slices.ContainsFunc(n.Steps, func(s *Step) bool { return len(s.Scenes) > 0 })
}

// Scene returns what is kept of a scene, nil when nothing is. A nil Step has
// no scenes.
func (s *Step) Scene(id string) *Scene {
	if s == nil {
		return nil
	}
	for _, sc := range s.Scenes {
		if sc.ID == id {
			return sc
		}
	}
	return nil
}

// IsDone reports whether the reader played the scene to its end. A nil Scene
// was not.
func (s *Scene) IsDone() bool { return s != nil && !s.Done.IsZero() }

// IsSeen reports whether the scene went to its end with nobody at the keyboard.
func (s *Scene) IsSeen() bool { return s != nil && !s.Seen.IsZero() }

// IsBegun reports whether the reader ever began the scene.
func (s *Scene) IsBegun() bool { return s != nil && (!s.Begun.IsZero() || s.IsDone()) }

// Passed counts the questions that the reader was asked and has never answered.
// A nil Scene has none.
func (s *Scene) Passed() int {
	if s == nil {
		return 0
	}
	passed := 0
	for _, p := range s.Predictions {
		if !p.unasked() && !slices.ContainsFunc(p.Tries, func(t Try) bool { return t.Chosen != nil }) {
			passed++
		}
	}
	for _, w := range s.Writings {
		if len(w.Versions) == 0 {
			passed++
		}
	}
	return passed
}

// prediction returns the question of a part and makes it when there is none.
func (s *Scene) prediction(part string) *Prediction {
	for _, p := range s.Predictions {
		if p.Part == part {
			return p
		}
	}
	p := &Prediction{Part: part}
	s.Predictions = append(s.Predictions, p)
	return p
}

// writing returns the written answer to a part and makes it when there is none.
func (s *Scene) writing(part string) *Writing {
	for _, w := range s.Writings {
		if w.Part == part {
			return w
		}
	}
	w := &Writing{Part: part, Versions: []Version{}}
	s.Writings = append(s.Writings, w)
	return w
}

// version reads "1.0"; ok is false for anything else.
func version(format string) (major, minor int, ok bool) {
	a, b, found := strings.Cut(format, ".")
	major, errA := strconv.Atoi(a)
	minor, errB := strconv.Atoi(b)
	return major, minor, found && errA == nil && errB == nil && major > 0 && minor >= 0
}
