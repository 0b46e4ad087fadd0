// Package diagnostic says what this machine lets labo do, what it does not, and
// what to do about it. Everything is tried at that moment: nothing is deduced
// from the name of the system.
package diagnostic

import (
	"context"
	"iter"

	"labo/probe/host"
)

// Level is what a finding means for who uses labo here.
type Level uint8

const (
	Told    Level = iota // a fact, neither good nor bad
	Fine                 // it works
	Limited              // it works, with less
	Lacking              // something of labo does not work
	Unknown              // it could not be found out
)

var levelNames = [...]string{"told", "fine", "limited", "lacking", "unknown"}

// String returns a stable word: "told", "fine", "limited", "lacking", "unknown".
func (l Level) String() string { return levelNames[l] }

// Finding is one thing that was found out. Its texts are in French; what comes
// from outside in them is visible.
type Finding struct {
	ID      string // stable
	Subject string
	Level   Level
	Said    string
	Remedy  string // what to do; "" where nothing is needed, or nothing helps
}

// Part is findings of one kind.
type Part struct {
	Title    string // "": goes on with the part before
	Findings []Finding
}

// Setting is what labo knows of itself before it looks.
type Setting struct {
	Self     []string // the command that runs this program, for a trial
	Port     uint16   // of the lesson
	Terminal Terminal
	Getenv   func(string) string
}

// Terminal is where labo writes.
type Terminal struct {
	Is            bool // else a pipe or a file
	Name          string
	Columns, Rows int // cells; 0: not told
	Color         bool
	Draws         bool // obeys what a full screen needs
	Unicode       bool
	Locale        string
}

// Examine looks at everything, and yields each part as soon as it is known. The
// Pythons, which may take seconds to answer, come last. It ends with the
// context, and leaves nothing but the memory of a connection (TIME-WAIT).
func Examine(ctx context.Context, s Setting) iter.Seq[Part] {
	return func(yield func(Part) bool) {
		found := make(chan []Finding, 1)
		go func() { found <- pythons(ctx) }()
		more := yield(Part{"", append(machine(host.Describe(ctx), s.Getenv), terminal(s.Terminal)...)}) &&
			yield(Part{"Le port et le réseau", network(ctx, s.Port)}) &&
			yield(Part{"Ce que labo trouve ici", sight(ctx, s)})
		if python := <-found; more {
			yield(Part{"", python})
		}
	}
}
