package panel

import (
	"labo/lessons/measured"
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

// The words of a change: what stands for the state of a socket that was not
// there before, and of one that is there no more.
const (
	absent = "—"
	gone   = "disparu"
)

// ChangeWords says what happened, without saying to which socket: "apparu",
// "ESTABLISHED → CLOSE-WAIT", "disparu", or "propriétaire : le noyau → labo
// (4242)".
func ChangeWords(c *probe.Change, source probe.Source) string {
	switch c.Kind {
	case probe.Appeared:
		return "apparu"
	case probe.Gone:
		return gone
	case probe.OwnerChanged:
		return "propriétaire" + text.NBSP + ": " + measured.Owner(c.FromOwner, source) + " → " + measured.Owner(c.Socket.Owner, source)
	}
	return measured.StateName(c.From) + " → " + measured.StateName(c.Socket.State)
}

// Change writes one change on one line: its sign, the state (before and after,
// where it changed), the two ends, the owner (before and after, where it
// changed). Nothing lines up: it is for one line alone. [Ledger] is for lists.
func Change(p paint.Palette, c *probe.Change, source probe.Source) string {
	s := &c.Socket
	line := Sign(c.Kind) + "  "
	switch c.Kind {
	case probe.StateChanged:
		line += p.State(c.From, measured.StateName(c.From)) + " → " + p.State(s.State, measured.StateName(s.State))
	case probe.Gone:
		line += p.State(s.State, measured.StateName(s.State)) + " → " + gone
	default:
		line += p.State(s.State, measured.StateName(s.State))
	}
	line += "  " + measured.Address(s.Local)
	if s.Remote.IsValid() {
		line += "  " + measured.Address(s.Remote)
	}
	return line + "  " + changedOwner(c, source)
}

func changedOwner(c *probe.Change, source probe.Source) string {
	if c.Kind == probe.OwnerChanged {
		return measured.Owner(c.FromOwner, source) + " → " + measured.Owner(c.Socket.Owner, source)
	}
	return measured.Owner(c.Socket.Owner, source)
}
