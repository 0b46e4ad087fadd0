package voisin

import (
	"time"

	"labo/lessons/text"
	"labo/probe"
)

// Facing is what the neighbour's table was, when it came.
type Facing struct {
	Name  string
	Rows  []probe.Socket
	Known bool          // a table came
	At    time.Time     // when they measured it, on this clock
	Age   time.Duration // since it came
	Clock string        // how their clock is to this one, in French
	Lost  string        // why nothing goes through now, in French; "" where something does
}

// When says how old the table is, and by whom it was measured.
func (f *Facing) When() string {
	if !f.Known {
		return "rien n'est venu"
	}
	if f.Age < fresh {
		return "dit par son labo, à l'instant"
	}
	return "dit par son labo, il y a " + ageWords(f.Age)
}

// fresh is how old a table may be that is said to be of now: it comes twice in
// that time.
const fresh = time.Second

// ageWords is an age as a reader needs it.
func ageWords(d time.Duration) string {
	if d < 10*time.Second {
		return text.Duration(d.Round(100 * time.Millisecond))
	}
	return text.Duration(d.Round(time.Second))
}

// Note says what is to be known of it: that it is old, and why; else how the two
// clocks are to each other.
func (f *Facing) Note() string {
	if f.Lost != "" {
		return "table d'il y a " + ageWords(f.Age) + " : " + f.Lost
	}
	return f.Clock
}

// Facing returns the neighbour's table as it was told last.
func (d *Duo) Facing() Facing {
	f := Facing{Name: d.Name()}
	if err := d.link.Lost(); err != nil {
		f.Lost = lostWords(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	f.Clock = d.clockWords()
	if d.theirs.Table != nil {
		f.Known, f.Rows, f.At, f.Age = true, d.theirs.Table.rows(), d.here(d.theirs.Table.At), time.Since(d.tabled)
	}
	return f
}
