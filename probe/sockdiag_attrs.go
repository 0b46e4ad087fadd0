package probe

import (
	"encoding/binary"
	"time"
)

// Types of the attributes after a row (linux/inet_diag.h). The kernel sends
// others too, which are not read.
const (
	diagInfo   = 2  // INET_DIAG_INFO: struct tcp_info, when it was asked for
	diagV6Only = 11 // INET_DIAG_SKV6ONLY, one byte, of IPv6 sockets in LISTEN and CLOSE

	extInfo = 1 << (diagInfo - 1) // in idiag_ext
)

// diagAttributes is what is read of the attributes of a row.
type diagAttributes struct {
	v6only Maybe[bool]
	info   *Info
}

// parseDiagAttributes reads what follows the row of a message. What is cut off
// is left out.
func parseDiagAttributes(b []byte) (a diagAttributes) {
	for len(b) >= attrHeaderLen {
		length := int(binary.NativeEndian.Uint16(b))
		if length < attrHeaderLen || length > len(b) {
			return a
		}
		value := b[attrHeaderLen:length]
		switch binary.NativeEndian.Uint16(b[2:]) {
		case diagV6Only:
			if len(value) > 0 {
				a.v6only = Known(value[0] != 0)
			}
		case diagInfo:
			a.info = parseInfo(value)
		}
		b = b[min((length+3)&^3, len(b)):]
	}
	return a
}

// Offsets in struct tcp_info (linux/tcp.h), which grows at its end.
const (
	offInfoRoundTrip    = 68 // microseconds
	offInfoResent       = 100
	infoLenLeast        = 104 // Linux 2.6
	offInfoAcknowledged = 120
	offInfoReceived     = 128
	offInfoSent         = 200
)

// parseInfo reads a struct tcp_info; nil where it is too short to be one.
func parseInfo(b []byte) *Info {
	if len(b) < infoLenLeast {
		return nil
	}
	u64 := func(off int) Maybe[uint64] {
		if len(b) < off+8 {
			return Maybe[uint64]{}
		}
		return Known(binary.NativeEndian.Uint64(b[off:]))
	}
	info := &Info{
		Sent: u64(offInfoSent), Acknowledged: u64(offInfoAcknowledged), Received: u64(offInfoReceived),
		Resent: binary.NativeEndian.Uint32(b[offInfoResent:]),
	}
	// Nothing was measured yet where the kernel writes 0.
	if us := binary.NativeEndian.Uint32(b[offInfoRoundTrip:]); us != 0 {
		info.RoundTrip = Known(time.Duration(us) * time.Microsecond)
	}
	return info
}
