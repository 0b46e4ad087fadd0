package panel

import (
	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// Ledger writes changes one under the other, each on one line of the same
// columns: time, sign, state before → state after, local end, remote end,
// owner. Every line has every column ("—" where there is nothing to say), so
// that a program can read them too. It is for one goroutine.
//
// The columns of the two ends are as wide as the widest that was seen. The
// lines fit no width: one event is one line.
type Ledger struct {
	palette       paint.Palette
	local, remote int // widths
}

// stateWidth is the width of the widest name of a state, SYN-RECEIVED.
const stateWidth = 12

// NewLedger returns a ledger whose columns are wide enough for the ends of the
// sockets that are there already.
func NewLedger(p paint.Palette, sockets []probe.Socket) *Ledger {
	const usual = len("127.0.0.1:65535")
	l := &Ledger{palette: p, local: usual, remote: usual}
	for i := range sockets {
		l.fit(&sockets[i])
	}
	return l
}

func (l *Ledger) fit(s *probe.Socket) {
	l.local = max(l.local, text.Width(measured.Address(s.Local)))
	l.remote = max(l.remote, text.Width(measured.Address(s.Remote)))
}

// Line returns the line of one change, without its end.
func (l *Ledger) Line(c *probe.Change, source probe.Source) string {
	s := &c.Socket
	l.fit(s)
	const gap = "  "
	return c.At.Local().Format("15:04:05.000") + gap + Sign(c.Kind) + gap +
		l.before(c) + " → " + l.after(c) + gap +
		text.PadRight(measured.Address(s.Local), l.local) + gap +
		text.PadRight(measured.Address(s.Remote), l.remote) + gap + changedOwner(c, source)
}

func (l *Ledger) before(c *probe.Change) string {
	if c.Kind == probe.Appeared {
		return text.PadRight(absent, stateWidth)
	}
	return l.palette.State(c.From, text.PadRight(measured.StateName(c.From), stateWidth))
}

func (l *Ledger) after(c *probe.Change) string {
	if c.Kind == probe.Gone {
		return text.PadRight(gone, stateWidth)
	}
	return l.palette.State(c.Socket.State, text.PadRight(measured.StateName(c.Socket.State), stateWidth))
}
