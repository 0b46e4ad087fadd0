package probe

import "encoding/binary"

// Codes of struct inet_diag_bc_op (linux/inet_diag.h). INET_DIAG_BC_S_EQ would
// do in one comparison what S_GE and S_LE do in two, but the older kernels that
// lack it refuse the whole request.
const (
	bcJump     = 1
	bcSportGE  = 2
	bcSportLE  = 3
	bcDportGE  = 4
	bcDportLE  = 5
	bcOpLen    = 4           // struct inet_diag_bc_op
	bcPortLen  = 2 * bcOpLen // a comparison: the op, then the port in the no field of a second one
	bcRangeLen = 2 * bcPortLen
)

// maxFilterPorts bounds the kernel's work: it walks the whole program for each
// socket, and its audit of the program is quadratic. More ports are compared
// in user space.
const maxFilterPorts = 64

// portBytecode returns the program that makes the kernel choose the sockets
// with one of ports at either end (INET_DIAG_REQ_BYTECODE), nil for no
// program: every socket.
//
// Each comparison jumps "yes" or "no" bytes ahead; running off the end chooses
// the socket, and four bytes further refuses it. The audit
// (inet_diag_bc_audit) lets "no" land only on a step that "yes" also reaches,
// or at the end, so an "or" is laid out as a chain:
//
//	sport >= p   yes: next   no: next alternative
//	sport <= p   yes: next   no: next alternative
//	jump                     no: the end, chosen
//	dport >= p   …
//
// and the last alternative needs no jump: its "no" is beyond the end.
func portBytecode(ports []uint16) []byte {
	if len(ports) == 0 || len(ports) > maxFilterPorts {
		return nil
	}
	alternatives := 2 * len(ports)
	size := alternatives*(bcRangeLen+bcOpLen) - bcOpLen
	b := make([]byte, 0, size)
	op := func(code, yes uint8, no int) {
		b = append(b, code, yes)
		b = binary.NativeEndian.AppendUint16(b, uint16(no))
	}
	add := func(ge, le uint8, port uint16) {
		// From a comparison, its "no" leads past what is left of its own
		// alternative and past the jump; without a jump, that is four bytes
		// beyond the end.
		op(ge, bcPortLen, bcRangeLen+bcOpLen)
		op(0, 0, int(port))
		op(le, bcPortLen, bcPortLen+bcOpLen)
		op(0, 0, int(port))
		if len(b) < size {
			op(bcJump, bcOpLen, size-len(b))
		}
	}
	for _, p := range ports {
		add(bcSportGE, bcSportLE, p)
		add(bcDportGE, bcDportLE, p)
	}
	return b
}
