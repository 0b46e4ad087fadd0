package answer

import (
	"errors"
	"io"
	"time"

	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/probe"
)

// Follow writes one line for each change, as soon as it is known, until the
// updates end (nil), the processes that are followed have ended (nil) or a
// write fails (its error). [panel.Ledger] says what a line has. The first update is the
// state that the changes start from, failed measurements are no changes: both
// are told to remark. What processes have sent and received since then is told to
// flows, in words, when it has changed: at most once a second, and at the end.
func Follow(w io.Writer, palette paint.Palette, updates <-chan probe.Update, remark func(probe.Update), flows func(string)) error {
	count := counting{tell: flows}
	defer count.end()
	var ledger *panel.Ledger // nil until there is a state to start from
	var last *probe.Snapshot
	write := func(u probe.Update) error {
		last = u.Snapshot
		var lines []byte
		for i := range u.Changes {
			lines = append(lines, ledger.Line(&u.Changes[i], u.Snapshot.Source)...)
			lines = append(lines, '\n')
		}
		if len(lines) == 0 {
			return nil
		}
		_, err := w.Write(lines)
		return err
	}
	for u := range updates {
		_, ended := errors.AsType[*probe.NoSuchProcessError](u.Err)
		switch {
		case ended:
			if last != nil {
				if err := write(probe.AfterEnd(last, time.Now())); err != nil {
					return err
				}
			}
			remark(u)
			return nil // nothing can come any more
		case u.Err != nil:
			remark(u)
		case ledger == nil:
			ledger, last = panel.NewLedger(palette, u.Snapshot.Sockets), u.Snapshot
			remark(u)
			count.measure(u.Snapshot)
		default:
			count.measure(u.Snapshot)
			if err := write(u); err != nil {
				return err
			}
		}
	}
	return nil
}

// counting tells what processes send and receive.
type counting struct {
	meter   probe.Meter
	last    time.Time // when it was told
	telling string    // the words for now
	told    string
	tell    func(string)
}

func (c *counting) measure(s *probe.Snapshot) {
	c.meter.Measure(s)
	c.telling = measured.Flows(c.meter.Flows(), measured.MostFlows)
	switch {
	case c.last.IsZero(): // nothing was sent since then
		c.last, c.told = s.TakenAt, c.telling
	case s.TakenAt.Sub(c.last) >= time.Second:
		c.last = s.TakenAt
		c.end()
	}
}

func (c *counting) end() {
	if c.telling != c.told {
		c.tell(c.telling)
		c.told = c.telling
	}
}
