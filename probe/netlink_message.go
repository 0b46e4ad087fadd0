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

// diagRows keeps the rows of a dump, without their attributes, in pieces:
// one slice that grows would be copied again and again, and memory that was
// never touched before costs more than what is written there.
type diagRows struct {
	pieces [][]byte
}

const rowsPerPiece = 512

func (r *diagRows) add(row []byte) {
	last := len(r.pieces) - 1
	if last < 0 || len(r.pieces[last]) == cap(r.pieces[last]) {
		r.pieces = append(r.pieces, make([]byte, 0, rowsPerPiece*diagRowLen))
		last++
	}
	r.pieces[last] = append(r.pieces[last], row[:diagRowLen]...)
}

func (r *diagRows) len() int {
	if len(r.pieces) == 0 {
		return 0
	}
	return (len(r.pieces)-1)*rowsPerPiece + len(r.pieces[len(r.pieces)-1])/diagRowLen
}

// at returns row i.
func (r *diagRows) at(i int) []byte {
	off := i % rowsPerPiece * diagRowLen
	return r.pieces[i/rowsPerPiece][off : off+diagRowLen]
}
