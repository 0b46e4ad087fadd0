package projection

import (
	"time"

	"labo/lessons/scene"
)

// Status is where a lesson in projection is.
type Status struct {
	Head    scene.Head
	Port    uint16    // the port of the lesson
	Started time.Time // when the lesson began
	Begun   time.Time // when this scene began
	Waiting Waiting   // "" while the scene acts
	Page    string    // "page 2, à suivre"
	More    bool      // the page is not the last: Enter turns it, whatever is waited for
	Vote    *Vote     // the last question of this scene; nil before the first
	Next    time.Time // with a countdown, when it is over; zero: there is none
	Stopped bool      // the countdown was stopped
}

// Waiting is what a lesson waits for.
type Waiting string

const (
	ForVote    Waiting = "vote"
	ForEnter   Waiting = "pause"
	ForLine    Waiting = "saisie"
	ForProgram Waiting = "attente"
	ForChoice  Waiting = "liste"
	ForLeaving Waiting = "fin" // the step is over: only a key that says so leaves it
)

// Vote is a question as the class was asked it.
type Vote struct {
	Question string
	Options  []string
	Hands    []int // for each option
	Given    bool  // somebody voted
	At       int   // index of the option whose hands are counted, -1 once all are
	Answered bool  // the measurement has answered
	Right    int   // index of the option it makes right, -1 for none; once answered
	Measured string
}
