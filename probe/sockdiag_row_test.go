package probe

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labo/probe/probetest"
)

// Rows that Linux 6.18 (x86-64) gave, attributes included.
const (
	rowListen     = "020a0000bbc100007f00000100000000000000000000000000000000000000000000000000000000000000000530000000000000000000000100000001000000000000006cdc0000050008000000000008000f00000000000c00150001000000000000000600160052000000"
	rowUnread     = "02010000bbc1ce047f0000010000000000000000000000007f000001000000000000000000000000000000000930000000000000000000000700000000000000000000006edc0000050008000000000008000f00000000000c00150001000000000000000600160052000000"
	rowQueued     = "02010000bbc1ce127f0000010000000000000000000000007f0000010000000000000000000000000000000008300000000000000000000000000000000000000000000000000000050008000000000008000f00000000000c00150001000000000000000600160052000000"
	rowListen6    = "0a0a0000e35900000000000000000000000000000000000100000000000000000000000000000000000000000e300000000000000000000000000000010000000000000071dc0000050008000000000005000b000100000008000f00000000000c00150001000000000000000600160012000000"
	rowPeer6      = "0a010000ec26e35900000000000000000000000000000001000000000000000000000000000000010000000010300000000000000000000000000000000000000000000072dc0000050008000000000008000f00000000000c00150001000000000000000600160012000000"
	rowMapped     = "0a010000e7d5cd7200000000000000000000ffff7f00000100000000000000000000ffff7f0000010000000012300000000000000000000000000000000000000000000077dc0000050008000000000008000f00000000000c00150001000000000000000600160012000000"
	rowLinkLocal  = "0a0a000084dd0000fe8000000000000000fc00fffe0000010000000000000000000000000000000004000000184c0000000000000000000000000000030000000000000091290200050008000000000005000b000100000008000f00000000000c00150001000000000000000600160012000000"
	rowSynSent    = "02020101d9f4e20b7f0000010000000000000000000000007f000001000000000000000000000000000000001730000000000000140300000000000001000000000000007cdc0000050008000000000008000f00000000000c00150001000000000000000600160052000000"
	rowSynRecv    = "020301008ff9d6207f0000010000000000000000000000007f000001000000000000000000000000000000001b30000000000000d80300000000000000000000000000000000000008000f0000000000"
	rowBound      = "02070000913f00007f00000100000000000000000000000000000000000000000000000000000000000000001830000000000000000000000000000000000000000000007fdc0000050008000000000008000f00000000000c00150001000000000000000600160052000000"
	rowTimeWait   = "02060300e4c8af1b7f0000010000000000000000000000007f000001000000000000000000000000000000001d3000000000000020ea00000000000000000000000000000000000008000f0000000000"
	rowOrphan     = "02050300a234b03f7f0000010000000000000000000000007f00000100000000000000000000000000000000e0320000000000001cea00000000000000000000000000000000000008000f0000000000"
	rowKeepalive  = "02010200a22eb03f7f0000010000000000000000000000007f000001000000000000000000000000000000001a4c000000000000d4dc6d0000000000000000000000000095290200050008000000000008000f00000000000c00150001000000000000000600160052000000"
	rowZeroWindow = "02040400a22eb03f7f0000010000000000000000000000007f000001000000000000000000000000000000001a4c000000000000ec0b00000000000001c82a000000000095290200050008000200000008000f00000000000c00150001000000000000000600160052000000"
)

var realRows = []string{
	rowListen, rowUnread, rowQueued, rowListen6, rowPeer6, rowMapped, rowLinkLocal, rowSynSent,
	rowSynRecv, rowBound, rowTimeWait, rowOrphan, rowKeepalive, rowZeroWindow,
}

// kernelBytes decodes a pasted row. They come from a little-endian machine.
func kernelBytes(t testing.TB, row string) []byte {
	t.Helper()
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		probetest.Elsewhere(t, "the pasted rows come from a little-endian machine")
	}
	b, err := hex.DecodeString(row)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readDiagRow(b []byte) (r diagRow, err error) {
	err = parseDiagRow(b, &r)
	return r, err
}

func TestParseDiagRow(t *testing.T) {
	ap := netip.MustParseAddrPort
	const root = 0
	sock := func(fam Family, st State, local, remote string, rq, wq, inode uint32, tm Timer) Socket {
		s := Socket{
			Family: fam, State: st, Local: ap(local),
			RecvQueue: Known(rq), SendQueue: Known(wq), Timer: Known(tm),
		}
		if remote != "" {
			s.Remote = ap(remote)
		}
		if inode != 0 {
			s.Inode = Known(inode)
			s.Owner.UID = Known(root)
		}
		return s
	}
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for _, c := range []struct {
		name, row string
		want      diagRow
	}{
		{"listener with a queue of 1 and a backlog of 1", rowListen,
			diagRow{Socket: sock(TCP4, Listen, "127.0.0.1:48065", "", 1, 1, 56428, Timer{}), cookie: 0x3005}},
		{"7 bytes unread", rowUnread,
			diagRow{Socket: sock(TCP4, Established, "127.0.0.1:48065", "127.0.0.1:52740", 7, 0, 56430, Timer{}), cookie: 0x3009}},
		{"waits in the accept queue", rowQueued,
			diagRow{Socket: sock(TCP4, Established, "127.0.0.1:48065", "127.0.0.1:52754", 0, 0, 0, Timer{}), cookie: 0x3008}},
		{"IPv6 listener", rowListen6,
			diagRow{Socket: sock(TCP6, Listen, "[::1]:58201", "", 0, 1, 56433, Timer{}), cookie: 0x300e}},
		{"IPv6 connection", rowPeer6,
			diagRow{Socket: sock(TCP6, Established, "[::1]:60454", "[::1]:58201", 0, 0, 56434, Timer{}), cookie: 0x3010}},
		{"IPv4 caller of an IPv6 listener", rowMapped,
			diagRow{Socket: sock(TCP6, Established, "[::ffff:127.0.0.1]:59349", "[::ffff:127.0.0.1]:52594", 0, 0, 56439, Timer{}), cookie: 0x3012}},
		{"link-local listener", rowLinkLocal,
			diagRow{Socket: sock(TCP6, Listen, "[fe80::fc:ff:fe00:1]:34013", "", 0, 3, 141713, Timer{}), cookie: 0x4c18, ifindex: 4}},
		{"SYN sent a second time", rowSynSent,
			diagRow{Socket: sock(TCP4, SynSent, "127.0.0.1:55796", "127.0.0.1:57867", 0, 1, 56444,
				Timer{Kind: TimerRetransmit, Remaining: ms(788), Retransmits: 1}), cookie: 0x3017}},
		{"half a handshake", rowSynRecv,
			diagRow{Socket: sock(TCP4, SynReceived, "127.0.0.1:36857", "127.0.0.1:54816", 0, 0, 0,
				Timer{Kind: TimerRetransmit, Remaining: ms(984)}), cookie: 0x301b}},
		{"bound", rowBound,
			diagRow{Socket: sock(TCP4, Bound, "127.0.0.1:37183", "", 0, 0, 56447, Timer{}), cookie: 0x3018}},
		{"TIME-WAIT", rowTimeWait,
			diagRow{Socket: sock(TCP4, TimeWait, "127.0.0.1:58568", "127.0.0.1:44827", 0, 0, 0,
				Timer{Kind: TimerTimeWait, Remaining: ms(59936)}), cookie: 0x301d}},
		{"closed by its process, the peer has not", rowOrphan,
			diagRow{Socket: sock(TCP4, FinWait2, "127.0.0.1:41524", "127.0.0.1:45119", 0, 0, 0,
				Timer{Kind: TimerTimeWait, Remaining: ms(59932)}), cookie: 0x32e0}},
		{"keepalive in two hours", rowKeepalive,
			diagRow{Socket: sock(TCP4, Established, "127.0.0.1:41518", "127.0.0.1:45119", 0, 0, 141717,
				Timer{Kind: TimerKeepalive, Remaining: ms(7199956)}), cookie: 0x4c1a}},
		{"a FIN that waits for a window", rowZeroWindow,
			diagRow{Socket: sock(TCP4, FinWait1, "127.0.0.1:41518", "127.0.0.1:45119", 0, 2803713, 141717,
				Timer{Kind: TimerZeroWindow, Remaining: ms(3052)}), cookie: 0x4c1a}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readDiagRow(kernelBytes(t, c.row))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got, cmp.AllowUnexported(diagRow{}), cmpopts.EquateComparable(netip.AddrPort{})); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestParseDiagRowFaults(t *testing.T) {
	row := kernelBytes(t, rowListen)
	with := func(off int, v byte) []byte {
		b := append([]byte(nil), row...)
		b[off] = v
		return b
	}
	for name, b := range map[string][]byte{
		"empty":          {},
		"one byte short": row[:diagRowLen-1],
		"AF_UNIX":        with(offFamily, 1),
		"no family":      with(offFamily, 0),
	} {
		_, err := readDiagRow(b)
		var bad *badRowError
		if !errors.As(err, &bad) {
			t.Errorf("%s: error %v", name, err)
		}
		if checked := checkDiagRow(b); checked == nil {
			t.Errorf("%s: passes the check", name)
		}
	}
	if _, err := readDiagRow(row[:diagRowLen]); err != nil {
		t.Errorf("without attributes: %v", err)
	}
	if r, _ := readDiagRow(with(offTimer, 5)); r.Timer.Known {
		t.Errorf("a timer of an unknown kind is %+v", r.Timer)
	}
	if r, _ := readDiagRow(with(offState, 12)); r.State != SynReceived {
		t.Errorf("TCP_NEW_SYN_RECV is %s", r.State)
	}
	if r, _ := readDiagRow(with(offInode, 0)); !r.Owner.UID.Known {
		t.Errorf("uid of an inode that is not 0 is unknown")
	}
	uid := with(offUID, 42)
	copy(uid[offInode:], []byte{0, 0, 0, 0})
	if r, _ := readDiagRow(uid); r.Owner.UID != Known(42) {
		t.Errorf("uid 42 without inode is %+v", r.Owner.UID)
	}
}

func FuzzParseDiagRow(f *testing.F) {
	if len(realRows) == 0 {
		f.Fatal("no seed")
	}
	for _, row := range realRows {
		b, err := hex.DecodeString(row)
		if err != nil || len(b) < diagRowLen {
			f.Fatalf("seed %q: %v", row, err)
		}
		f.Add(b)
		f.Add(b[:diagRowLen-1])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := readDiagRow(b)
		if (err == nil) != (checkDiagRow(b) == nil) {
			t.Fatalf("parsing says %v, the check %v", err, checkDiagRow(b))
		}
		if err != nil {
			return
		}
		if !r.Local.IsValid() || r.Local.Addr().Is4() != (r.Family == TCP4) {
			t.Errorf("%s socket at %s", r.Family, r.Local)
		}
		if r.Remote.IsValid() && r.Remote.Port() == 0 && r.Remote.Addr().IsUnspecified() {
			t.Errorf("no peer is %s", r.Remote)
		}
		if r.Inode.Value == 0 && r.Owner.UID == Known(0) {
			t.Error("a socket without inode is said to be root's")
		}
		if r.Timer.Known && r.Timer.Value.Kind == TimerNone && r.Timer.Value != (Timer{}) {
			t.Errorf("no timer, and it runs: %+v", r.Timer.Value)
		}
		if strings.HasPrefix(r.State.String(), "STATE-") && b[offState] <= uint8(Bound) {
			t.Errorf("the kernel's state %d has no name", b[offState])
		}
	})
}

func TestCookieSet(t *testing.T) {
	const n = 1000
	s := newCookieSet(n)
	for c := uint64(1); c <= n; c++ {
		if !s.add(c << 40) {
			t.Fatalf("%d is not new", c)
		}
	}
	for c := uint64(1); c <= n; c++ {
		if s.add(c << 40) {
			t.Fatalf("%d is new twice", c)
		}
	}
	for range 2 {
		if !s.add(0) {
			t.Error("no cookie is taken for one")
		}
	}
}
