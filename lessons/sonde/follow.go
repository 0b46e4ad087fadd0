package sonde

import (
	"errors"
	"io"

	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/probe"
)

// Follow writes one line for each change, as soon as it is known, until the
// updates end (nil) or a write fails (its error). [panel.Ledger] says what a
// line has. The first update is the
// state that the changes start from, failed measurements are no changes: both
// are told to remark.
func Follow(w io.Writer, palette paint.Palette, updates <-chan probe.Update, remark func(probe.Update)) error {
	first := true
	var ledger *panel.Ledger
	for u := range updates {
		if first || u.Err != nil {
			remark(u)
			if _, ended := errors.AsType[*probe.NoSuchProcessError](u.Err); ended {
				return nil // nothing can come any more
			}
			if u.Err == nil {
				first, ledger = false, panel.NewLedger(palette, u.Snapshot.Sockets)
			}
			continue
		}
		var lines []byte
		for i := range u.Changes {
			lines = append(lines, ledger.Line(&u.Changes[i], u.Snapshot.Source)...)
			lines = append(lines, '\n')
		}
		if len(lines) == 0 {
			continue
		}
		if _, err := w.Write(lines); err != nil {
			return err
		}
	}
	return nil
}
