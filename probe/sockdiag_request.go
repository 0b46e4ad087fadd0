package probe

import "encoding/binary"

// Types of request, and of its replies (linux/sock_diag.h, linux/inet_diag.h).
const (
	sockDiagByFamily = 20 // SOCK_DIAG_BY_FAMILY
	tcpDiagGetSock   = 18 // TCPDIAG_GETSOCK, its ancestor
)

const (
	ipprotoTCP    = 6 // sdiag_protocol
	attrBytecode  = 1 // INET_DIAG_REQ_BYTECODE
	attrHeaderLen = 4 // struct nlattr: length, type

	byFamilyLen       = 56 // struct inet_diag_req_v2 (sock_diag(7))
	offByFamilyExt    = 2
	offByFamilyStates = 4
	bothLen           = 60 // struct inet_diag_req
	offBothExt        = 3
	offBothStates     = 52
)

// diagRequest is a request for a dump.
type diagRequest struct {
	kind uint16
	data []byte
	info bool // tcp_info was asked for
}

// allDiagStates is every state that a kernel may list, BOUND included (listed
// since Linux 6.8; older kernels ignore the bit).
const allDiagStates StateSet = 1<<(Bound+1) - 1<<Established

// requestFamily asks for the sockets of one family (linuxAFInet or
// linuxAFInet6) that the ports and states of f choose.
func requestFamily(family uint8, f *Filter) diagRequest {
	data := make([]byte, byFamilyLen)
	data[0] = family
	data[1] = ipprotoTCP
	data[offByFamilyExt] = diagExtensions(f)
	binary.NativeEndian.PutUint32(data[offByFamilyStates:], uint32(diagStates(f.States)))
	return diagRequest{sockDiagByFamily, withPorts(data, f), f.Info}
}

// requestBoth asks for the same sockets of both families. The kernel takes this
// older form of the request for any family, and goes once through its tables,
// the most of the work, where two requests make it go twice.
func requestBoth(f *Filter) diagRequest {
	data := make([]byte, bothLen)
	data[offBothExt] = diagExtensions(f)
	binary.NativeEndian.PutUint32(data[offBothStates:], uint32(diagStates(f.States)))
	return diagRequest{tcpDiagGetSock, withPorts(data, f), f.Info}
}

// withPorts adds the program that chooses by port.
func withPorts(data []byte, f *Filter) []byte {
	prog := portBytecode(f.Ports)
	if prog == nil {
		return data
	}
	data = binary.NativeEndian.AppendUint16(data, uint16(attrHeaderLen+len(prog)))
	data = binary.NativeEndian.AppendUint16(data, attrBytecode)
	return append(data, prog...)
}

// diagExtensions are the attributes that f asks for, beside those that come
// unasked.
func diagExtensions(f *Filter) uint8 {
	if f.Info {
		return extInfo
	}
	return 0
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
