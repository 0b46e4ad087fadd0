package sonde

import (
	"errors"
	"io"

	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/probe"
)

// Follow writes one line for each change, as soon as it is known, until the
// updates end (nil) or a write fails (its error). The first update is the
// state that the changes start from, failed measurements are no changes: both
// are told to remark.
func Follow(w io.Writer, palette paint.Palette, updates <-chan probe.Update, remark func(probe.Update)) error {
	first := true
	for u := range updates {
		if first || u.Err != nil {
			remark(u)
			if _, ended := errors.AsType[*probe.NoSuchProcessError](u.Err); ended {
				return nil // nothing can come any more
			}
			first = first && u.Err != nil
			continue
		}
		var lines []byte
		for i := range u.Changes {
			c := &u.Changes[i]
			lines = c.At.Local().AppendFormat(lines, "15:04:05.000")
			lines = append(lines, "  "...)
			lines = append(lines, panel.Change(palette, c, u.Snapshot.Source)...)
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
