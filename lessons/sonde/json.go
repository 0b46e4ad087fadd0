package sonde

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"labo/lessons/measured"
	"labo/lessons/record"
	"labo/probe"
)

// chunk is how much of a document is gathered before it is written: few
// writes, and whoever reads a pipe works meanwhile.
const chunk = 64 << 10

// WriteJSON writes the snapshot as one JSON document, version 2, described in
// docs/json.md, with the answers about the ports that were asked for. A socket has
// the form of [record.Socket], and command lines. It is what encoding/json would
// give (a test holds that), at a tenth of the time: with ten thousand sockets that
// is what the command costs.
func WriteJSON(w io.Writer, s *probe.Snapshot, answers []Answer) error {
	d := document{w: w, owners: make(map[*probe.Holder]*holderJSON, len(s.Holders))}
	for _, h := range s.Holders {
		d.owners[h] = newHolderJSON(h)
	}
	d.text(`{"version":2,"taken_at":"`)
	d.b = s.TakenAt.AppendFormat(d.b, time.RFC3339Nano)
	d.text(`","source":"` + s.Source.String() + `",`)
	d.ports(answers)
	d.text(`"sockets":[`)
	d.flush(0)
	InChunks(len(s.Sockets), Writers(len(s.Sockets)), func(_ int, b []byte, from, to int) []byte {
		part := document{b: b, owners: d.owners}
		for i := from; i < to; i++ {
			part.separate(i)
			part.socket(&s.Sockets[i])
		}
		return part.b
	}, d.write)
	d.text("\n],\"processes\":[")
	for i, h := range s.Holders {
		d.separate(i)
		d.process(h)
		d.flush(chunk)
	}
	d.text("\n],\"notes\":[")
	for i, note := range measured.Notes(s) {
		d.separate(i)
		d.b = append(d.b, quoted(note)...)
	}
	d.text("\n]}\n")
	d.flush(0)
	return d.err
}

// document is a JSON document being written.
type document struct {
	w      io.Writer
	b      []byte
	owners map[*probe.Holder]*holderJSON
	err    error // first error of w; what follows is not written
}

// holderJSON is what is written of a process, in the two places it appears.
type holderJSON struct {
	name           []byte // quoted
	owner, command []byte // its entry in owner.processes, before and behind its descriptors
}

func (d *document) text(s string) { d.b = append(d.b, s...) }

// separate puts each element of an array on its own line, for grep and diff.
func (d *document) separate(i int) {
	if i > 0 {
		d.b = append(d.b, ',')
	}
	d.b = append(d.b, '\n')
}

// flush writes what is gathered when there is more than limit of it.
func (d *document) flush(limit int) {
	if len(d.b) <= limit {
		return
	}
	d.write(d.b)
	d.b = d.b[:0]
}

func (d *document) write(b []byte) {
	if d.err == nil {
		_, d.err = d.w.Write(b)
	}
}

func (d *document) socket(s *probe.Socket) {
	d.text(`{"protocol":"`)
	d.text(s.Family.String())
	d.text(`","state":"`)
	d.text(s.State.String())
	d.text(`","local":`)
	d.end(s.Local)
	d.text(`,"remote":`)
	d.end(s.Remote)
	d.text(`,"v6only":`)
	d.truth(s.V6Only)
	d.text(`,"interface":`)
	d.device(s.Interface.Value)
	d.text(`,"recv_queue":`)
	d.count(s.RecvQueue)
	d.text(`,"send_queue":`)
	d.count(s.SendQueue)
	d.text(`,"timer":`)
	d.timer(s.Timer)
	d.text(`,"counters":`)
	d.counters(s.Info)
	d.text(`,"inode":`)
	d.count(s.Inode)
	d.text(`,"owner":{"kind":"`)
	d.text(s.Owner.Kind.String())
	d.text(`","uid":`)
	d.small(s.Owner.UID)
	d.text(`,"processes":[`)
	for i, h := range s.Owner.Holders {
		if i > 0 {
			d.b = append(d.b, ',')
		}
		known := d.holder(h)
		d.b = append(d.b, known.owner...)
		d.descriptors(s.Owner.Open, h.PID)
		d.b = append(d.b, known.command...)
	}
	d.text(`]}}`)
}

// descriptors writes the numbers that a process has for a socket, null where
// they are unknown.
func (d *document) descriptors(open []probe.OpenFD, pid int) {
	next := `,"descriptors":[`
	for _, o := range open {
		if o.PID == pid {
			d.text(next)
			d.b = strconv.AppendInt(d.b, int64(o.FD), 10)
			next = ","
		}
	}
	if next == "," {
		d.text("]")
	} else {
		d.text(`,"descriptors":null`)
	}
}

// end writes one end of a connection, null where there is none.
func (d *document) end(a netip.AddrPort) {
	if !a.IsValid() {
		d.text("null")
		return
	}
	d.text(`{"addr":`)
	if a.Addr().Zone() != "" { // the name of an interface is text from outside
		d.b = append(d.b, quoted(a.Addr().String())...)
	} else {
		d.b = append(d.b, '"')
		d.b = a.Addr().AppendTo(d.b)
		d.b = append(d.b, '"')
	}
	d.text(`,"port":`)
	d.b = strconv.AppendUint(d.b, uint64(a.Port()), 10)
	d.b = append(d.b, '}')
}

func (d *document) count(n probe.Maybe[uint32]) {
	if !n.Known {
		d.text("null")
		return
	}
	d.b = strconv.AppendUint(d.b, uint64(n.Value), 10)
}

func (d *document) small(n probe.Maybe[int]) {
	if !n.Known {
		d.text("null")
		return
	}
	d.b = strconv.AppendInt(d.b, int64(n.Value), 10)
}

// timer writes what is known of a timer, null for nothing.
func (d *document) timer(t probe.Maybe[probe.Timer]) {
	switch {
	case !t.Known:
		d.text("null")
		return
	case t.Value == (probe.Timer{}): // most of them
		d.text(`{"kind":"none","expires_ms":null,"retransmits":0}`)
		return
	}
	d.text(`{"kind":"`)
	d.text(record.TimerName(t.Value.Kind))
	d.text(`","expires_ms":`)
	if t.Value.Kind == probe.TimerNone {
		d.text("null")
	} else {
		d.b = strconv.AppendInt(d.b, t.Value.Remaining.Milliseconds(), 10)
	}
	d.text(`,"retransmits":`)
	d.b = strconv.AppendUint(d.b, uint64(t.Value.Retransmits), 10)
	d.b = append(d.b, '}')
}

func (d *document) process(h *probe.Holder) {
	d.text(`{"pid":`)
	d.b = strconv.AppendInt(d.b, int64(h.PID), 10)
	d.text(`,"name":`)
	d.b = append(d.b, d.holder(h).name...)
	d.text(`,"threads":`)
	d.small(h.Threads)
	d.text(`,"fds":`)
	d.small(h.FDs)
	d.who(h.Who)
	d.b = append(d.b, '}')
}

// holder returns what is written of a process, made beforehand for those of the
// snapshot.
func (d *document) holder(h *probe.Holder) *holderJSON {
	if known, ok := d.owners[h]; ok {
		return known
	}
	return newHolderJSON(h)
}

// newHolderJSON returns what is written of a process.
func newHolderJSON(h *probe.Holder) *holderJSON {
	name := quoted(h.Name)
	b := append([]byte(`{"pid":`), strconv.Itoa(h.PID)...)
	b = append(append(b, `,"name":`...), name...)
	command := append([]byte(`,"command":`), quoted(h.Command)...)
	return &holderJSON{name: name, owner: b, command: append(command, '}')}
}

// quoted returns s as a JSON string. Control and format characters beyond
// those that JSON must escape (C1 controls, direction overrides) are escaped
// too: the document may be shown on a terminal. Bytes that are not UTF-8
// become U+FFFD, as encoding/json does.
func quoted(s string) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always has an encoding
	}
	raw := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		switch {
		case r < 0x7f || !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			out = append(out, raw[:n]...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		raw = raw[n:]
	}
	return out
}
