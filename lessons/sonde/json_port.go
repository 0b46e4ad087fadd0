package sonde

import (
	"strconv"
	"time"

	"labo/probe"
)

// ports writes the answer about the port that was asked for, or those about
// several.
func (d *document) ports(answers []Answer) {
	switch len(answers) {
	case 0:
		return
	case 1:
		d.text("\n\"port\":")
		d.answer(&answers[0])
	default:
		d.text("\n\"ports\":[")
		for i := range answers {
			d.separate(i)
			d.answer(&answers[i])
		}
		d.text("\n]")
	}
	d.text(",\n")
}

func (d *document) answer(a *Answer) {
	d.text(`{"number":`)
	d.b = strconv.AppendUint(d.b, uint64(a.Port), 10)
	d.text(`,"bind":{`)
	d.verdict(&a.Bind)
	d.text(`,"until_ms":`)
	if a.Bind.Until.Known {
		// Rounded up: the port is not free before.
		ms := (a.Bind.Until.Value + time.Millisecond - 1).Milliseconds()
		d.b = strconv.AppendInt(d.b, ms, 10)
	} else {
		d.text("null")
	}
	if a.Tried.Known {
		d.text(`,"tried":{"ok":`)
		d.truth(probe.Known(a.Tried.Value == ""))
		d.text(`,"errno":`)
		d.errno(a.Tried.Value)
		d.text(`}`)
	}
	d.text(`},"connect":{`)
	d.verdict(&a.Connect)
	d.text(`}}`)
}

func (d *document) verdict(v *probe.Verdict) {
	d.text(`"ok":`)
	d.truth(probe.Maybe[bool]{Value: v.Outcome == probe.Granted, Known: v.Outcome != probe.OutcomeUnknown})
	d.text(`,"errno":`)
	d.errno(v.Errno)
	d.text(`,"because":[`)
	for i := range v.Because {
		if i > 0 {
			d.b = append(d.b, ',')
		}
		d.reason(&v.Because[i])
	}
	d.text(`]`)
}

func (d *document) reason(r *probe.Reason) {
	d.text(`{"kind":"`)
	d.text(r.Kind.String())
	d.text(`","count":`)
	if r.Hidden {
		d.text("null")
	} else {
		d.b = strconv.AppendInt(d.b, int64(r.Count), 10)
	}
	d.text(`,"socket":`)
	if r.Socket != nil {
		d.socket(r.Socket)
	} else {
		d.text("null")
	}
	if e := r.Elsewhere; e != nil {
		d.text(`,"elsewhere":{"network":`)
		d.b = append(d.b, quoted(e.Network)...)
		d.text(`,"pid":`)
		d.b = strconv.AppendInt(d.b, int64(e.PID), 10)
		d.text(`,"name":`)
		d.b = append(d.b, quoted(e.Name)...)
		d.text(`}`)
	}
	d.text(`}`)
}

func (d *document) errno(name string) {
	if name == "" {
		d.text("null")
		return
	}
	d.b = append(d.b, quoted(name)...)
}

// device writes the name of the interface that a socket is bound to; null for
// none, or where that is unknown.
func (d *document) device(on *probe.Interface) {
	if on == nil {
		d.text("null")
		return
	}
	d.b = append(d.b, quoted(on.Name)...)
}

func (d *document) counters(i *probe.Info) {
	if i == nil {
		d.text("null")
		return
	}
	d.text(`{"bytes_sent":`)
	d.large(i.Sent)
	d.text(`,"bytes_acked":`)
	d.large(i.Acknowledged)
	d.text(`,"bytes_received":`)
	d.large(i.Received)
	d.text(`,"round_trip_us":`)
	d.large(probe.Maybe[uint64]{Value: uint64(i.RoundTrip.Value.Microseconds()), Known: i.RoundTrip.Known})
	d.text(`,"resent":`)
	d.b = strconv.AppendUint(d.b, uint64(i.Resent), 10)
	d.text(`}`)
}

func (d *document) large(n probe.Maybe[uint64]) {
	if !n.Known {
		d.text("null")
		return
	}
	d.b = strconv.AppendUint(d.b, n.Value, 10)
}
