package probe

import (
	"encoding/binary"
	"errors"
	"syscall"
)

// Netlink's own types and flags of messages (linux/netlink.h).
const (
	nlHeaderLen = 16 // struct nlmsghdr

	nlNoop    = 1 // NLMSG_NOOP
	nlError   = 2 // NLMSG_ERROR: an errno, negative
	nlDone    = 3 // NLMSG_DONE: the end of a dump, with an errno as well
	nlOverrun = 4 // NLMSG_OVERRUN: data was lost

	nlDumpInterrupted = 0x10 // NLM_F_DUMP_INTR
)

// nlMessage is one message of a datagram.
type nlMessage struct {
	kind  uint16
	flags uint16
	seq   uint32
	data  []byte
}

// errBadDatagram says that the lengths of a datagram contradict one another.
var errBadDatagram = errors.New("netlink datagram cut off")

// nextMessage splits the first message off a datagram that is not empty.
func nextMessage(b []byte) (m nlMessage, rest []byte, err error) {
	if len(b) < nlHeaderLen {
		return m, nil, errBadDatagram
	}
	length := binary.NativeEndian.Uint32(b)
	if length < nlHeaderLen || uint64(length) > uint64(len(b)) {
		return m, nil, errBadDatagram
	}
	m = nlMessage{
		kind:  binary.NativeEndian.Uint16(b[4:]),
		flags: binary.NativeEndian.Uint16(b[6:]),
		seq:   binary.NativeEndian.Uint32(b[8:]),
		data:  b[nlHeaderLen:length],
	}
	// The next message begins at a multiple of four; the last may be unpadded.
	return m, b[min(int(length+3)&^3, len(b)):], nil
}

// errno returns the error that a message of type nlError or nlDone carries,
// nil for none.
func (m nlMessage) errno() error {
	if len(m.data) < 4 {
		if m.kind == nlDone {
			return nil
		}
		return errBadDatagram
	}
	if n := int32(binary.NativeEndian.Uint32(m.data)); n < 0 {
		return syscall.Errno(-n)
	}
	return nil
}

// diagDump collects the rows of one dump.
type diagDump struct {
	kind uint16 // of the rows
	seq  uint32 // of the answers
	done bool
	rows diagRows
	last int // rows before the last datagram
	dumpFault
}

// dumpFault is what was wrong with a dump that may be tried again. The zero
// dumpFault is none.
type dumpFault struct {
	interrupted bool  // NLM_F_DUMP_INTR: the tables changed under the dump
	badRows     int   // rows left out: too short, or of no known family
	err         error // the dump broke off
}

// errDataLost is the fault of a dump of which a part was dropped.
var errDataLost = errors.New("netlink data lost")

// add takes one datagram. An error ends the dump: an errno of the kernel's, or
// errBadDatagram.
func (d *diagDump) add(datagram []byte) error {
	d.last = d.rows.len()
	for len(datagram) > 0 && !d.done {
		var m nlMessage
		var err error
		if m, datagram, err = nextMessage(datagram); err != nil {
			return err
		}
		if m.seq != d.seq {
			continue // not the answer to us
		}
		// The kernel sets it on all that follows the change, the end included.
		d.interrupted = d.interrupted || m.flags&nlDumpInterrupted != 0
		switch m.kind {
		case nlError, nlDone:
			d.done = true
			return m.errno()
		case nlOverrun:
			d.err = errDataLost
		case d.kind:
			if checkDiagRow(m.data) != nil {
				d.badRows++
				continue
			}
			d.rows.add(m.data)
		}
	}
	return nil
}

// brought reports whether the last datagram brought a row in a state.
func (d *diagDump) brought(st State) bool {
	for i := d.last; i < d.rows.len(); i++ {
		if State(d.rows.at(i)[offState]) == st {
			return true
		}
	}
	return false
}

// diagRows keeps the rows of a dump in pieces: one slice that grows would be
// copied again and again, and memory that was never touched before costs more
// than what is written there. Of the attributes it keeps what was read.
type diagRows struct {
	pieces [][]byte
	infos  map[int]*Info // by row; nil where none was asked for
}

// Of a row is kept its struct inet_diag_msg and, behind it, [Socket.V6Only].
const (
	rowsPerPiece = 512
	keptRowLen   = diagRowLen + 4 // its numbers stay aligned
)

// What stands at diagRowLen of a kept row.
const (
	keptUnknown = iota
	keptNo
	keptYes
)

// add keeps the row that begins a message.
func (r *diagRows) add(message []byte) {
	last := len(r.pieces) - 1
	if last < 0 || len(r.pieces[last]) == cap(r.pieces[last]) {
		r.pieces = append(r.pieces, make([]byte, 0, rowsPerPiece*keptRowLen))
		last++
	}
	piece := append(r.pieces[last], message[:diagRowLen]...)
	r.pieces[last] = append(piece, r.attributes(message), 0, 0, 0)
}

// attributes reads the attributes of a message: all of them where tcp_info was
// asked for, else those of the only rows of which V6Only is told.
func (r *diagRows) attributes(message []byte) byte {
	told := message[offFamily] == linuxAFInet6 && (State(message[offState]) == Listen || State(message[offState]) == Closed)
	if !told && r.infos == nil {
		return keptUnknown
	}
	a := parseDiagAttributes(message[diagRowLen:])
	// Of a listener, tcp_info tells the queues once more, and nothing else.
	if r.infos != nil && a.info != nil && State(message[offState]) != Listen {
		r.infos[r.len()] = a.info
	}
	switch {
	case !told || !a.v6only.Known:
		return keptUnknown
	case a.v6only.Value:
		return keptYes
	}
	return keptNo
}

func (r *diagRows) len() int {
	if len(r.pieces) == 0 {
		return 0
	}
	return (len(r.pieces)-1)*rowsPerPiece + len(r.pieces[len(r.pieces)-1])/keptRowLen
}

// at returns row i as it is kept.
func (r *diagRows) at(i int) []byte {
	off := i % rowsPerPiece * keptRowLen
	return r.pieces[i/rowsPerPiece][off : off+keptRowLen]
}

// parse reads row i into an empty one.
func (r *diagRows) parse(i int, row *diagRow) error {
	kept := r.at(i)
	err := parseDiagRow(kept[:diagRowLen], row)
	if v := kept[diagRowLen]; v != keptUnknown {
		row.V6Only = Known(v == keptYes)
	}
	if r.infos != nil {
		row.Info = r.infos[i]
	}
	return err
}
