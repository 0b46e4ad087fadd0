package answer

import (
	"errors"
	"io"
	"time"

	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/probe"
)

// Follow writes one line for each change, as soon as it is known, until the
// updates end (nil), the processes that are followed have ended (nil) or a
// write fails (its error). [panel.Ledger] says what a line has. The first update is the
// state that the changes start from, failed measurements are no changes: both
// are told to remark.
func Follow(w io.Writer, palette paint.Palette, updates <-chan probe.Update, remark func(probe.Update)) error {
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
		default:
			if err := write(u); err != nil {
				return err
			}
		}
	}
	return nil
}
