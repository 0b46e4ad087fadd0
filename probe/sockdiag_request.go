package probe

import (
	"encoding/binary"
	"math"
)

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
	offByFamilyID     = 8
	bothLen           = 60 // struct inet_diag_req
	offBothExt        = 3
	offBothStates     = 52
)

// diagRequest is a request for a dump, or for one socket.
type diagRequest struct {
	kind uint16
	data []byte
	info bool // tcp_info was asked for
	one  bool // no dump
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
	return diagRequest{kind: sockDiagByFamily, data: withPorts(data, f), info: f.Info}
}

// requestBoth asks for the same sockets of both families. The kernel takes this
// older form of the request for any family, and goes once through its tables,
// the most of the work, where two requests make it go twice.
func requestBoth(f *Filter) diagRequest {
	data := make([]byte, bothLen)
	data[offBothExt] = diagExtensions(f)
	binary.NativeEndian.PutUint32(data[offBothStates:], uint32(diagStates(f.States)))
	return diagRequest{kind: tcpDiagGetSock, data: withPorts(data, f), info: f.Info}
}

// requestOne asks for the tcp_info of one socket that has a remote end
// (inet_diag_find_one_icsk).
func requestOne(s *Socket) diagRequest {
	data := make([]byte, byFamilyLen)
	data[0], data[1], data[offByFamilyExt] = linuxAFInet6, ipprotoTCP, extInfo
	src, dst := s.Local.Addr().As16(), s.Remote.Addr().As16()
	from, to := src[:], dst[:]
	if s.Family == TCP4 {
		data[0], from, to = linuxAFInet, from[12:], to[12:]
	}
	id := data[offByFamilyID:] // struct inet_diag_sockid
	binary.BigEndian.PutUint16(id, s.Local.Port())
	binary.BigEndian.PutUint16(id[offDport-offSport:], s.Remote.Port())
	copy(id[offSrc-offSport:], from)
	copy(id[offDst-offSport:], to)
	if on := s.Interface.Value; on != nil {
		binary.NativeEndian.PutUint32(id[offIf-offSport:], on.Index)
	}
	binary.NativeEndian.PutUint64(id[offCookie-offSport:], math.MaxUint64) // INET_DIAG_NOCOOKIE
	return diagRequest{kind: sockDiagByFamily, data: data, info: true, one: true}
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
