package panel

import (
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// Sign is the sign before what happened to a socket: "+" appeared, "→"
// changed, "−" gone.
func Sign(k probe.ChangeKind) string {
	switch k {
	case probe.Appeared:
		return "+"
	case probe.Gone:
		return "−"
	}
	return "→"
}

// Change writes one change on one line: its sign, the state (before and after,
// where it changed), the two ends, the owner (before and after, where it
// changed). It fits no width: it is for lists of events.
func Change(p paint.Palette, c *probe.Change, source probe.Source) string {
	s := &c.Socket
	line := Sign(c.Kind) + "  "
	if c.Kind == probe.StateChanged {
		line += p.State(c.From, StateName(c.From)) + " → " + p.State(s.State, StateName(s.State))
	} else {
		const usual = 11 // ESTABLISHED
		line += p.State(s.State, text.PadRight(StateName(s.State), usual))
	}
	line += "  " + Address(s.Local)
	if s.Remote.IsValid() {
		line += "  " + Address(s.Remote)
	}
	line += "  "
	if c.Kind == probe.OwnerChanged {
		line += Owner(c.FromOwner, source) + " → "
	}
	return line + Owner(s.Owner, source)
}
