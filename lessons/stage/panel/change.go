package panel

import (
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// Change writes one thing that happened to a socket, on one line of at most
// width cells: the time, a sign (+ appeared, → changed, − gone), the states,
// the two ends and the owner.
func Change(p paint.Palette, width int, c probe.Change) string {
	s := &c.Socket
	sign, states := "→", p.State(s.State, StateName(s.State))
	owner := Owner(s.Owner, probe.Auto)
	switch c.Kind {
	case probe.Appeared:
		sign = "+"
	case probe.Gone:
		sign = "−"
	case probe.StateChanged:
		states = p.Faint(StateName(c.From)+" → ") + states
	case probe.OwnerChanged:
		owner = p.Faint(Owner(c.FromOwner, probe.Auto)+" → ") + owner
	}
	ends := Address(s.Local)
	if s.Remote.IsValid() {
		ends += " – " + Address(s.Remote)
	}
	return text.Truncate(c.At.Format("15:04:05")+"  "+sign+" "+states+"  "+ends+"  "+owner, width)
}
