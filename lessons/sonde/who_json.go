package sonde

import (
	"strconv"
	"time"

	"labo/probe"
)

// who writes who a process is, null for each thing that is unknown.
func (d *document) who(w *probe.Who) {
	if w == nil {
		w = &probe.Who{}
	}
	d.text(`,"program":`)
	d.words(w.Program, w.Program != "")
	d.text(`,"state":`)
	d.words(w.Life.String(), w.Life != probe.LifeUnknown)
	d.text(`,"start":`)
	d.words(w.StartedAt.Value.Format(time.RFC3339Nano), w.StartedAt.Known)
	d.text(`,"parent":`)
	if len(w.Ancestors) > 0 {
		d.text(`{"pid":`)
		d.b = strconv.AppendInt(d.b, int64(w.Ancestors[0].PID), 10)
		d.text(`,"program":`)
		d.words(w.Ancestors[0].Program, true)
		d.text(`}`)
	} else {
		d.text("null")
	}
	d.text(`,"terminal":`)
	d.words(w.Terminal.Value, w.Terminal.Known)
	d.text(`,"uid":`)
	d.small(w.UID)
	d.text(`,"user":`)
	d.words(w.User.Value, w.User.Known)
	d.text(`,"elsewhere":{"network":`)
	d.truth(w.OtherNetwork)
	d.text(`,"pid":`)
	d.truth(w.OtherPIDs)
	d.text(`,"user":`)
	d.truth(w.OtherUsers)
	d.text(`}`)
}

func (d *document) words(s string, known bool) {
	if !known {
		d.text("null")
		return
	}
	d.b = append(d.b, quoted(s)...)
}

func (d *document) truth(m probe.Maybe[bool]) {
	if !m.Known {
		d.text("null")
		return
	}
	d.b = strconv.AppendBool(d.b, m.Value)
}
