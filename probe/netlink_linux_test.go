package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/mdlayher/netlink"
	"github.com/mdlayher/netlink/nltest"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"labo/probe/strict"
)

// dumps is a kernel that answers each dump with the next of a list, the last
// one again and again.
type dumps struct {
	list  []nltest.Func
	asked int
	// byFamily: it refuses both families at once, and finds nothing in IPv6.
	byFamily bool
}

func (d *dumps) dial() (*netlink.Conn, error) {
	return nltest.Dial(func(req []netlink.Message) ([]netlink.Message, error) {
		if len(req) == 0 { // reading on
			return nil, io.EOF
		}
		if d.byFamily && req[0].Header.Type == tcpDiagGetSock {
			return refuse(unix.EINVAL)(req)
		}
		if d.byFamily && req[0].Data[0] == linuxAFInet6 {
			return done(req[0]), nil
		}
		next := d.list[min(d.asked, len(d.list)-1)]
		d.asked++
		return next(req)
	}), nil
}

func done(req netlink.Message) []netlink.Message {
	return []netlink.Message{{
		Header: netlink.Header{Type: netlink.Done, Flags: netlink.Multi, Sequence: req.Header.Sequence},
		Data:   make([]byte, 4),
	}}
}

// rows answers with rows, their headers changed by change.
func rows(change func(*netlink.Header), data ...[]byte) nltest.Func {
	return func(req []netlink.Message) ([]netlink.Message, error) {
		var msgs []netlink.Message
		for _, b := range data {
			m := netlink.Message{Data: b, Header: netlink.Header{
				Length: uint32(16 + len(b)), Type: req[0].Header.Type, Flags: netlink.Multi,
				Sequence: req[0].Header.Sequence, PID: nltest.PID,
			}}
			change(&m.Header)
			msgs = append(msgs, m)
		}
		return append(msgs, done(req[0])...), nil
	}
}

func unchanged(*netlink.Header) {}

// refuse answers NLMSG_ERROR, without the flags of the request that
// nltest.Error leaves on it.
func refuse(errno unix.Errno) nltest.Func {
	return func(req []netlink.Message) ([]netlink.Message, error) {
		msgs, err := nltest.Error(int(errno), req)
		msgs[0].Header.Flags = 0
		return msgs, err
	}
}

func fail(err error) nltest.Func {
	return func([]netlink.Message) ([]netlink.Message, error) { return nil, err }
}

func TestDumpFaults(t *testing.T) {
	listener, bound := kernelBytes(t, rowListen), kernelBytes(t, rowBound)
	whole := rows(unchanged, listener, bound)
	short := rows(unchanged, listener[:71], bound)
	interrupted := rows(func(h *netlink.Header) { h.Flags |= netlink.DumpInterrupted }, listener, bound)
	overrun := rows(func(h *netlink.Header) { h.Type = netlink.Overrun }, listener)
	cutOff := errors.New("message truncated")
	for _, c := range []struct {
		name  string
		list  []nltest.Func
		asked int
		socks int
		note  NoteKind // 0: none
		n     int
		err   error // in the note
	}{
		{name: "nothing wrong", list: []nltest.Func{whole}, asked: 1, socks: 2},
		{name: "interrupted once", list: []nltest.Func{interrupted, whole}, asked: 2, socks: 2},
		{name: "interrupted twice", list: []nltest.Func{interrupted, interrupted, whole}, asked: 3, socks: 2},
		{name: "interrupted for ever", list: []nltest.Func{interrupted}, asked: 3, socks: 2, note: NoteInterrupted, n: 3},
		{name: "a short row once", list: []nltest.Func{short, whole}, asked: 2, socks: 2},
		{name: "a short row for ever", list: []nltest.Func{short}, asked: 3, socks: 1, note: NoteTruncated, n: 1},
		{name: "no room once", list: []nltest.Func{fail(unix.ENOBUFS), whole}, asked: 2, socks: 2},
		{name: "no room for ever", list: []nltest.Func{fail(unix.ENOBUFS)}, asked: 3, note: NoteInterrupted, n: 3, err: unix.ENOBUFS},
		{name: "data lost", list: []nltest.Func{overrun}, asked: 3, note: NoteInterrupted, n: 3, err: unix.ENOBUFS},
		{name: "cut off once", list: []nltest.Func{fail(cutOff), whole}, asked: 2, socks: 2},
		{name: "cut off for ever", list: []nltest.Func{fail(cutOff)}, asked: 3, note: NoteInterrupted, n: 3, err: cutOff},
		{name: "another dump is running", list: []nltest.Func{refuse(unix.EBUSY), whole}, asked: 2, socks: 2},
	} {
		for _, byFamily := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, by family: %v", c.name, byFamily), func(t *testing.T) {
				kernel := &dumps{list: c.list, byFamily: byFamily}
				socks, notes, err := dumpSockets(t.Context(), kernel.dial, &Filter{})
				if err != nil {
					t.Fatal(err)
				}
				if len(socks) != c.socks || kernel.asked != c.asked {
					t.Errorf("%d sockets after %d dumps, want %d after %d", len(socks), kernel.asked, c.socks, c.asked)
				}
				if c.note == 0 {
					if len(notes) > 0 {
						t.Errorf("notes %+v", notes)
					}
					return
				}
				if len(notes) != 1 || notes[0].Kind != c.note || notes[0].N != c.n || !errors.Is(notes[0].Err, c.err) {
					t.Errorf("notes %+v, want kind %d, n %d, %v", notes, c.note, c.n, c.err)
				}
			})
		}
	}
}

func TestDumpRefused(t *testing.T) {
	for _, errno := range []unix.Errno{unix.EPERM, unix.EACCES, unix.EPROTONOSUPPORT, unix.ENOENT, unix.EINVAL, unix.EOPNOTSUPP} {
		kernel := &dumps{list: []nltest.Func{refuse(errno)}}
		_, _, err := dumpSockets(t.Context(), kernel.dial, &Filter{})
		var refused *SourceError
		if !errors.As(err, &refused) || refused.Source != SockDiag || !errors.Is(err, errno) {
			t.Errorf("%v: error %v", errno, err)
		}
		if kernel.asked != 2 { // for both families, then for the first
			t.Errorf("%v: asked %d times", errno, kernel.asked)
		}
	}
	noSocket := func() (*netlink.Conn, error) { return nil, unix.EPROTONOSUPPORT }
	if _, _, err := dumpSockets(t.Context(), noSocket, &Filter{}); !errors.Is(err, unix.EPROTONOSUPPORT) {
		t.Errorf("no socket of the kind: %v", err)
	}
}

// A sock_diag that is refused hands over to gopsutil, and says so.
func TestRefusedFallsBack(t *testing.T) {
	kernel := &dumps{list: []nltest.Func{refuse(unix.EACCES)}}
	old := newSockDiag
	defer func() { newSockDiag = old }()
	newSockDiag = func() source { return sockDiag{dial: kernel.dial} }
	snap, err := Sockets(t.Context(), Filter{States: NewStateSet(Listen)})
	if err != nil {
		t.Fatal(err)
	}
	if snap.Source != Gopsutil || snap.Notes[0].Kind != NoteFallback || !errors.Is(snap.Notes[0].Err, unix.EACCES) {
		t.Errorf("source %s, notes %+v", snap.Source, snap.Notes)
	}
}

func TestDumpIgnoresWhatIsNotAsked(t *testing.T) {
	listener := kernelBytes(t, rowListen)
	for name, change := range map[string]func(*netlink.Header){
		"answer to another request": func(h *netlink.Header) { h.Sequence++ },
		"message of another type":   func(h *netlink.Header) { h.Type = netlink.Noop },
	} {
		kernel := &dumps{list: []nltest.Func{rows(change, listener)}}
		socks, notes, err := dumpSockets(t.Context(), kernel.dial, &Filter{})
		if len(socks) != 0 || len(notes) != 0 || err != nil {
			t.Errorf("%s: sockets %+v, notes %+v, error %v", name, socks, notes, err)
		}
	}
}

// A socket that the dump met twice is the one that it met last.
func TestDumpDropsDoubles(t *testing.T) {
	before, after := kernelBytes(t, rowBound), kernelBytes(t, rowUnread)
	copy(after[offCookie:], before[offCookie:offCookie+8])
	kernel := &dumps{list: []nltest.Func{rows(unchanged, before, kernelBytes(t, rowListen), after)}}
	socks, _, err := dumpSockets(t.Context(), kernel.dial, &Filter{})
	if err != nil {
		t.Fatal(err)
	}
	sortSockets(socks)
	if len(socks) != 2 || socks[0].State != Listen || socks[1].State != Established {
		t.Errorf("sockets %+v", socks)
	}
}

// Both families at once or one after the other: the same sockets.
func TestDumpBothOrEach(t *testing.T) {
	for _, s := range stages(t) {
		l, port := s.listener(1)
		s.pair(l, port)
		_, bound := s.bound()
		f := Filter{Ports: []uint16{port, bound}}
		both, fault, err := dumpAgain(t.Context(), dialSockDiag, requestBoth(&f))
		if err != nil || fault != (dumpFault{}) {
			strict.Skip(t, "this kernel does not dump both families at once: %v %+v", err, fault)
		}
		var each [][]byte
		for _, family := range []uint8{linuxAFInet, linuxAFInet6} {
			rows, _, err := dumpAgain(t.Context(), dialSockDiag, requestFamily(family, &f))
			s.must(err)
			each = append(each, rows...)
		}
		want, got := choose(parseDump(each), &f), choose(parseDump(both), &f)
		sortSockets(want)
		sortSockets(got)
		if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.AddrPort{})); d != "" || len(got) < 3 {
			t.Errorf("%s: %d sockets, -each +both\n%s", s.addr, len(got), d)
		}
	}
}

// The context ends a dump that the kernel does not answer: the connector
// throws away what is not addressed to one of its users.
func TestDumpCancelled(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	conn, err := netlink.Dial(unix.NETLINK_CONNECTOR, nil)
	if err != nil {
		strict.Skip(t, "no kernel connector here: %v", err)
	}
	conn.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	silent := func() (*netlink.Conn, error) {
		cancel() // in the middle
		return netlink.Dial(unix.NETLINK_CONNECTOR, nil)
	}
	if _, _, err := dumpSockets(ctx, silent, &Filter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestZones(t *testing.T) {
	row := kernelBytes(t, rowLinkLocal)
	row[offIf], row[offIf+1], row[offIf+2], row[offIf+3] = 1, 0, 0, 0 // lo, everywhere
	socks := parseDump([][]byte{row})
	if got := socks[0].Local.String(); got != "[fe80::fc:ff:fe00:1%lo]:34013" {
		t.Errorf("link-local address %s", got)
	}
	row[offIf+3] = 0x7f // no such interface
	if got := parseDump([][]byte{row})[0].Local.Addr().Zone(); got != "2130706433" {
		t.Errorf("zone %q of an interface without name", got)
	}
	global := kernelBytes(t, rowListen6)
	global[offIf] = 1
	if got := parseDump([][]byte{global})[0].Local.Addr().Zone(); got != "" {
		t.Errorf("zone %q of %s", got, "::1")
	}
}
