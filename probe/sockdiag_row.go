package probe

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
	"time"
)

// diagRowLen is the length of struct inet_diag_msg (linux/inet_diag.h).
// Attributes follow: see diagAttributes.
const diagRowLen = 72

// Offsets in struct inet_diag_msg. Ports and addresses are in network byte
// order, the rest in that of the machine.
const (
	offFamily  = 0
	offState   = 1
	offTimer   = 2
	offRetrans = 3
	offSport   = 4
	offDport   = 6
	offSrc     = 8
	offDst     = 24
	offIf      = 40
	offCookie  = 44
	offExpires = 52
	offRqueue  = 56
	offWqueue  = 60
	offUID     = 64
	offInode   = 68
)

// Values of idiag_family. They are Linux's own, on whatever system this is read.
const (
	linuxAFInet  = 2
	linuxAFInet6 = 10
)

// newSynRecv is TCP_NEW_SYN_RECV (include/net/tcp_states.h): a handshake that
// has no socket of its own yet.
const newSynRecv State = 12

// diagRow is a socket as sock_diag tells it, its owner not yet looked for.
type diagRow struct {
	Socket
	cookie  uint64 // the kernel's name for the socket, never used twice
	ifindex uint32 // interface the socket is bound to, 0 for none; its name is not yet looked for
}

// badRowError says why bytes are not a row of sock_diag.
type badRowError struct {
	length int
	family uint8
}

func (e *badRowError) Error() string {
	if e.length < diagRowLen {
		return fmt.Sprintf("sock_diag row of %d bytes, shorter than %d", e.length, diagRowLen)
	}
	return fmt.Sprintf("sock_diag row of address family %d", e.family)
}

// checkDiagRow says whether b is a row that [parseDiagRow] can read.
func checkDiagRow(b []byte) error {
	switch {
	case len(b) < diagRowLen:
		return &badRowError{length: len(b)}
	case b[offFamily] != linuxAFInet && b[offFamily] != linuxAFInet6:
		return &badRowError{length: len(b), family: b[offFamily]}
	}
	return nil
}

// parseDiagRow reads one struct inet_diag_msg, the payload of a reply of
// sock_diag(7), into an empty row. Owner holds the uid alone.
func parseDiagRow(b []byte, r *diagRow) error {
	if err := checkDiagRow(b); err != nil {
		return err
	}
	u32 := binary.NativeEndian.Uint32
	r.cookie, r.ifindex = binary.NativeEndian.Uint64(b[offCookie:]), u32(b[offIf:])
	r.Family = TCP4
	if b[offFamily] == linuxAFInet6 {
		r.Family = TCP6
	}
	r.State = diagState(b[offState])
	r.Local = diagAddr(r.Family, b[offSrc:], b[offSport:])
	// No peer is written as port 0 of the zero address.
	if dst := diagAddr(r.Family, b[offDst:], b[offDport:]); dst.Port() != 0 || !dst.Addr().IsUnspecified() {
		r.Remote = dst
	}
	r.RecvQueue = Known(u32(b[offRqueue:]))
	r.SendQueue = Known(u32(b[offWqueue:]))
	r.Timer = diagTimer(b[offTimer], b[offRetrans], u32(b[offExpires:]))
	// Without an inode there is no process: the kernel writes inode 0 and uid 0
	// for want of anything better.
	if inode := u32(b[offInode:]); inode != 0 {
		r.Inode = Known(inode)
	}
	if uid := u32(b[offUID:]); r.Inode.Value != 0 || uid != 0 {
		r.Owner.UID = Known(int(uid))
	}
	return nil
}

// diagState reads idiag_state. The kernel lists a bound socket under
// TCP_BOUND_INACTIVE and still writes TCP_CLOSE in its row; a closed socket
// that is not bound is in no table, hence in no row.
func diagState(st uint8) State {
	switch State(st) {
	case newSynRecv:
		return SynReceived
	case Closed:
		return Bound
	}
	return State(st)
}

// diagAddr keeps an IPv4-mapped IPv6 address as it is: the socket is an IPv6
// one.
func diagAddr(fam Family, addr, port []byte) netip.AddrPort {
	p := binary.BigEndian.Uint16(port)
	if fam == TCP4 {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(addr)), p)
	}
	return netip.AddrPortFrom(netip.AddrFrom16([16]byte(addr)), p)
}

// diagTimer reads idiag_timer, idiag_retrans and idiag_expires (milliseconds).
// A timer of a kind that this program does not know is unknown, not none.
func diagTimer(kind, retrans uint8, expires uint32) Maybe[Timer] {
	switch {
	case TimerKind(kind) == TimerNone:
		return Known(Timer{})
	case kind >= timerKindsInKernel:
		return Maybe[Timer]{}
	}
	return Known(Timer{
		Kind:        TimerKind(kind),
		Remaining:   time.Duration(expires) * time.Millisecond,
		Retransmits: retrans,
	})
}

// cookieSet is a set of cookies: a hash table with linear probing, where 0 is
// an empty place. Its length is a power of two.
type cookieSet []uint64

// newCookieSet returns an empty set for up to n cookies.
func newCookieSet(n int) cookieSet { return make(cookieSet, 2<<bits.Len(uint(n))) }

// add reports whether c is new in the set. Zero is no cookie, and always new.
func (s cookieSet) add(c uint64) bool {
	if c == 0 {
		return true
	}
	mask := uint64(len(s) - 1)
	for i := c * 0x9e3779b97f4a7c15 >> 32 & mask; ; i = (i + 1) & mask {
		switch s[i] {
		case 0:
			s[i] = c
			return true
		case c:
			return false
		}
	}
}
