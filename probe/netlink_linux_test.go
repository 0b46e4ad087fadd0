package probe

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// dumps is a kernel that answers each dump with the next of a list, the last
// one again and again.
type dumps struct {
	list  []answers
	asked int
	// byFamily: it refuses both families at once, and finds nothing in IPv6.
	byFamily bool
}

// answers are the datagrams of one dump, or the errors in their place.
type answers []func(r diagRequest, seq uint32) ([]byte, error)

func (d *dumps) dial() (diagConn, error) { return &fakeConn{kernel: d}, nil }

type fakeConn struct {
	kernel *dumps
	seq    uint32
	ask    diagRequest
	left   answers
}

func (c *fakeConn) send(r diagRequest) (uint32, error) {
	c.ask, c.seq = r, 7
	switch d := c.kernel; {
	case d.byFamily && r.kind == tcpDiagGetSock:
		c.left = refuse(unix.EINVAL)
	case d.byFamily && r.data[0] == linuxAFInet6:
		c.left = rows(unchanged)
	default:
		c.left = d.list[min(d.asked, len(d.list)-1)]
		d.asked++
	}
	return c.seq, nil
}

func (c *fakeConn) receive(buf []byte) (int, error) {
	next := c.left[0]
	c.left = c.left[1:]
	b, err := next(c.ask, c.seq)
	return copy(buf, b), err
}

func (c *fakeConn) interrupt() {}
func (c *fakeConn) close()     {}

// message writes a netlink message.
func message(m nlMessage) []byte {
	b := binary.NativeEndian.AppendUint32(nil, uint32(nlHeaderLen+len(m.data)))
	b = binary.NativeEndian.AppendUint16(b, m.kind)
	b = binary.NativeEndian.AppendUint16(b, m.flags)
	b = binary.NativeEndian.AppendUint32(b, m.seq)
	b = binary.NativeEndian.AppendUint32(b, 0)
	b = append(b, m.data...)
	return append(b, make([]byte, -len(b)&3)...)
}

func errnoData(errno unix.Errno) []byte {
	return binary.NativeEndian.AppendUint32(nil, uint32(-int32(errno)))
}

// rows answers with a datagram of rows, each message changed by change, and
// the end in another.
func rows(change func(*nlMessage), data ...[]byte) answers {
	return answers{
		func(r diagRequest, seq uint32) (datagram []byte, err error) {
			for _, b := range data {
				m := nlMessage{kind: r.kind, seq: seq, data: b}
				change(&m)
				datagram = append(datagram, message(m)...)
			}
			return datagram, nil
		},
		ended(0)[0],
	}
}

func unchanged(*nlMessage) {}

// ended answers with the end of a dump, and an errno in it.
func ended(errno unix.Errno) answers {
	return answers{func(r diagRequest, seq uint32) ([]byte, error) {
		return message(nlMessage{kind: nlDone, seq: seq, data: errnoData(errno)}), nil
	}}
}

// refuse answers with an error.
func refuse(errno unix.Errno) answers {
	return answers{func(r diagRequest, seq uint32) ([]byte, error) {
		return message(nlMessage{kind: nlError, seq: seq, data: errnoData(errno)}), nil
	}}
}

// fail answers with a failure to read.
func fail(err error) answers {
	return answers{func(diagRequest, uint32) ([]byte, error) { return nil, err }}
}

func TestDumpFaults(t *testing.T) {
	listener, bound := kernelBytes(t, rowListen), kernelBytes(t, rowBound)
	whole := rows(unchanged, listener, bound)
	short := rows(unchanged, listener[:71], bound)
	interrupted := rows(func(m *nlMessage) { m.flags |= nlDumpInterrupted }, listener, bound)
	lateInterrupt := append(rows(unchanged, listener, bound)[:1:1], func(r diagRequest, seq uint32) ([]byte, error) {
		return message(nlMessage{kind: nlDone, flags: nlDumpInterrupted, seq: seq, data: errnoData(0)}), nil
	})
	overrun := rows(func(m *nlMessage) { m.kind = nlOverrun }, listener)
	cutOff := answers{func(r diagRequest, seq uint32) ([]byte, error) {
		return message(nlMessage{kind: r.kind, seq: seq, data: listener})[:80], nil
	}}
	halfWay := append(rows(unchanged, listener)[:1:1], fail(unix.ENOBUFS)...)
	brokenEnd := append(rows(unchanged, listener)[:1:1], ended(unix.ENOBUFS)...)
	for _, c := range []struct {
		name  string
		list  []answers
		asked int
		socks int
		note  NoteKind // 0: none
		n     int
		err   error // in the note
	}{
		{name: "nothing wrong", list: []answers{whole}, asked: 1, socks: 2},
		{name: "interrupted once", list: []answers{interrupted, whole}, asked: 2, socks: 2},
		{name: "interrupted twice", list: []answers{interrupted, interrupted, whole}, asked: 3, socks: 2},
		{name: "interrupted for ever", list: []answers{interrupted}, asked: 3, socks: 2, note: NoteInterrupted, n: 3},
		{name: "a short row once", list: []answers{short, whole}, asked: 2, socks: 2},
		{name: "a short row for ever", list: []answers{short}, asked: 3, socks: 1, note: NoteTruncated, n: 1},
		{name: "no room once", list: []answers{fail(unix.ENOBUFS), whole}, asked: 2, socks: 2},
		{name: "no room for ever", list: []answers{fail(unix.ENOBUFS)}, asked: 3, note: NoteInterrupted, n: 3, err: unix.ENOBUFS},
		{name: "interrupted at the end, once", list: []answers{lateInterrupt, whole}, asked: 2, socks: 2},
		{name: "no room half way", list: []answers{halfWay}, asked: 3, socks: 1, note: NoteInterrupted, n: 3, err: unix.ENOBUFS},
		{name: "no room at the end", list: []answers{brokenEnd}, asked: 3, socks: 1, note: NoteInterrupted, n: 3, err: unix.ENOBUFS},
		{name: "data lost", list: []answers{overrun}, asked: 3, note: NoteInterrupted, n: 3, err: errDataLost},
		{name: "cut off once", list: []answers{cutOff, whole}, asked: 2, socks: 2},
		{name: "cut off for ever", list: []answers{cutOff}, asked: 3, note: NoteInterrupted, n: 3, err: errBadDatagram},
		{name: "longer than the buffer", list: []answers{fail(errBadDatagram), whole}, asked: 2, socks: 2},
		{name: "another dump is running", list: []answers{refuse(unix.EBUSY), whole}, asked: 2, socks: 2},
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
		kernel := &dumps{list: []answers{refuse(errno)}}
		_, _, err := dumpSockets(t.Context(), kernel.dial, &Filter{})
		var refused *SourceError
		if !errors.As(err, &refused) || refused.Source != SockDiag || !errors.Is(err, errno) {
			t.Errorf("%v: error %v", errno, err)
		}
		if kernel.asked != 2 { // for both families, then for the first
			t.Errorf("%v: asked %d times", errno, kernel.asked)
		}
	}
	noSocket := func() (diagConn, error) { return nil, unix.EPROTONOSUPPORT }
	if _, _, err := dumpSockets(t.Context(), noSocket, &Filter{}); !errors.Is(err, unix.EPROTONOSUPPORT) {
		t.Errorf("no socket of the kind: %v", err)
	}
}

// A sock_diag that is refused hands over to gopsutil, and says so.
func TestRefusedFallsBack(t *testing.T) {
	kernel := &dumps{list: []answers{refuse(unix.EACCES)}}
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
	for name, change := range map[string]func(*nlMessage){
		"answer to another request": func(m *nlMessage) { m.seq++ },
		"message of another type":   func(m *nlMessage) { m.kind = nlNoop },
	} {
		kernel := &dumps{list: []answers{rows(change, listener)}}
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
	kernel := &dumps{list: []answers{rows(unchanged, before, kernelBytes(t, rowListen), after)}}
	socks, _, err := dumpSockets(t.Context(), kernel.dial, &Filter{})
	if err != nil {
		t.Fatal(err)
	}
	sortSockets(socks)
	if len(socks) != 2 || socks[0].State != Listen || socks[1].State != Established {
		t.Errorf("sockets %+v", socks)
	}
}

func nothing(*diagDump) {}

// Both families at once or one after the other: the same sockets.
func TestDumpBothOrEach(t *testing.T) {
	for _, s := range stages(t) {
		l, port := s.listener(1)
		s.pair(l, port)
		_, bound := s.bound()
		f := Filter{Ports: []uint16{port, bound}}
		both, err := dumpAgain(t.Context(), dialSockDiag, requestBoth(&f), nothing)
		if err != nil {
			probetest.Missing(t, "this kernel does not dump both families at once: %v", err)
		}
		var each []*diagDump
		for _, family := range []uint8{linuxAFInet, linuxAFInet6} {
			d, err := dumpAgain(t.Context(), dialSockDiag, requestFamily(family, &f), nothing)
			s.must(err)
			each = append(each, d)
		}
		want, got := choose(parseDumps(each...), &f), choose(parseDumps(both), &f)
		sortSockets(want)
		sortSockets(got)
		// What is left of a timer passes.
		passing := cmpopts.IgnoreFields(Timer{}, "Remaining")
		if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.AddrPort{}), passing); d != "" || len(got) < 3 {
			t.Errorf("%s: %d sockets, -each +both\n%s", s.addr, len(got), d)
		}
	}
}

// The context ends a dump that the kernel does not answer: the connector
// throws away what is not addressed to one of its users.
func TestDumpCancelled(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	conn, err := dialNetlink(unix.NETLINK_CONNECTOR)
	if err != nil {
		probetest.Missing(t, "no kernel connector here: %v", err)
	}
	conn.close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	silent := func() (diagConn, error) {
		cancel() // in the middle
		return dialNetlink(unix.NETLINK_CONNECTOR)
	}
	if _, _, err := dumpSockets(ctx, silent, &Filter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestZones(t *testing.T) {
	parse := func(row []byte) Socket {
		d := &diagDump{}
		d.rows.add(row)
		return parseDumps(d)[0]
	}
	row := kernelBytes(t, rowLinkLocal)
	row[offIf], row[offIf+1], row[offIf+2], row[offIf+3] = 1, 0, 0, 0 // lo, everywhere
	if got := parse(row).Local.String(); got != "[fe80::fc:ff:fe00:1%lo]:34013" {
		t.Errorf("link-local address %s", got)
	}
	row[offIf+3] = 0x7f // no such interface
	if got := parse(row).Local.Addr().Zone(); got != "2130706433" {
		t.Errorf("zone %q of an interface without name", got)
	}
	global := kernelBytes(t, rowListen6)
	global[offIf] = 1
	if got := parse(global).Local.Addr().Zone(); got != "" {
		t.Errorf("zone %q of ::1", got)
	}
}
