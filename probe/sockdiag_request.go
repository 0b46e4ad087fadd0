package probe

import "encoding/binary"

const (
	ipprotoTCP     = 6  // sdiag_protocol
	diagRequestLen = 56 // struct inet_diag_req_v2 (sock_diag(7))
	offReqStates   = 4
	attrBytecode   = 1 // INET_DIAG_REQ_BYTECODE
	attrHeaderLen  = 4 // struct nlattr: length, type
)

// allDiagStates is every state that a kernel may list, BOUND included (listed
// since Linux 6.8; older kernels ignore the bit).
const allDiagStates StateSet = 1<<(Bound+1) - 1<<Established

// diagRequest returns the payload of a dump request for the sockets of family
// (linuxAFInet or linuxAFInet6) that the ports and states of f choose.
func diagRequest(family uint8, f *Filter) []byte {
	prog := portBytecode(f.Ports)
	req := make([]byte, diagRequestLen, diagRequestLen+attrHeaderLen+len(prog))
	req[0] = family
	req[1] = ipprotoTCP
	binary.NativeEndian.PutUint32(req[offReqStates:], uint32(diagStates(f.States)))
	if len(prog) > 0 {
		req = binary.NativeEndian.AppendUint16(req, uint16(attrHeaderLen+len(prog)))
		req = binary.NativeEndian.AppendUint16(req, attrBytecode)
		req = append(req, prog...)
	}
	return req
}

// diagStates is the set of the kernel's states that read as one of states.
func diagStates(states StateSet) StateSet {
	if states == 0 {
		return allDiagStates
	}
	if states.Has(SynReceived) {
		states |= 1 << newSynRecv
	}
	return states & allDiagStates
}
