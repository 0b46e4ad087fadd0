package probe

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

const (
	sockDiagByFamily = 20 // SOCK_DIAG_BY_FAMILY (linux/sock_diag.h)

	// dumpBuffer is the most that the kernel puts in one message of a dump
	// (netlink_recvmsg caps max_recvmsg_len at 32 KiB). Without it the library
	// peeks at each message first and the kernel fills 8 KiB at a time: over
	// 10 000 sockets, 160 messages for 41.
	dumpBuffer = 32 << 10

	// dumpTries is how often a dump is made before a fault is only reported.
	dumpTries = 3
)

// dialer opens a netlink connection; [dialSockDiag] outside of tests.
type dialer func() (*netlink.Conn, error)

// dialSockDiag opens the kernel's socket diagnostics.
func dialSockDiag() (*netlink.Conn, error) {
	return netlink.Dial(unix.NETLINK_SOCK_DIAG, &netlink.Config{MessageBufferSize: dumpBuffer})
}

// dumpFault is what was wrong with a dump that may be tried again. The zero
// dumpFault is none.
type dumpFault struct {
	interrupted bool  // NLM_F_DUMP_INTR: the tables changed under the dump
	badRows     int   // rows left out: too short, or of no known family
	err         error // the dump broke off
}

// notes says what the reader must know of a fault that stayed.
func (f dumpFault) notes() []Note {
	var notes []Note
	if f.interrupted || f.err != nil {
		notes = append(notes, Note{Kind: NoteInterrupted, N: dumpTries, Err: f.err})
	}
	if f.badRows > 0 {
		notes = append(notes, Note{Kind: NoteTruncated, N: f.badRows})
	}
	return notes
}

// dumpSockets asks the kernel for the TCP sockets that the ports and states of
// f choose, both families at the same time: each goes through all of the
// kernel's tables, a millisecond or two even for nothing.
//
// Errors: the context's, or a *SourceError when sock_diag is refused.
func dumpSockets(ctx context.Context, dial dialer, f *Filter) ([]Socket, []Note, error) {
	var (
		rows4, rows6   [][]byte
		fault4, fault6 dumpFault
		err4, err6     error
		wg             sync.WaitGroup
	)
	wg.Go(func() { rows6, fault6, err6 = dumpAgain(ctx, dial, diagRequest(linuxAFInet6, f)) })
	rows4, fault4, err4 = dumpAgain(ctx, dial, diagRequest(linuxAFInet, f))
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if err := cmp.Or(err4, err6); err != nil {
		return nil, nil, &SourceError{Source: SockDiag, Err: err}
	}
	return parseDump(rows4, rows6), append(fault4.notes(), fault6.notes()...), nil
}

// dumpAgain makes a dump, again when it had a fault, up to [dumpTries] times;
// then the last one counts. An error is the kernel's refusal.
func dumpAgain(ctx context.Context, dial dialer, request []byte) (rows [][]byte, fault dumpFault, err error) {
	for range dumpTries {
		rows, fault, err = dumpFamily(ctx, dial, request)
		if err != nil || ctx.Err() != nil || fault == (dumpFault{}) {
			break
		}
	}
	return rows, fault, err
}

// dumpFamily makes one dump, on a socket of its own: one that broke off leaves
// a rest to be read. The rows that it returns have passed [checkDiagRow].
func dumpFamily(ctx context.Context, dial dialer, request []byte) (rows [][]byte, fault dumpFault, err error) {
	conn, err := dial()
	if err != nil {
		return nil, fault, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	req, err := conn.Send(netlink.Message{
		Header: netlink.Header{Type: sockDiagByFamily, Flags: netlink.Request | netlink.Dump},
		Data:   request,
	})
	if err != nil {
		fault.err, err = splitFault(err)
		return nil, fault, err
	}
	for m, err := range conn.ReceiveIter() {
		switch {
		case err != nil:
			fault.err, err = splitFault(err)
			return rows, fault, err
		case m.Header.Sequence != req.Header.Sequence:
			continue // not the answer to us
		case m.Header.Type == netlink.Overrun:
			fault.err = unix.ENOBUFS
			continue
		case m.Header.Type != sockDiagByFamily:
			continue
		}
		// The library keeps the flag of the final NLMSG_DONE to itself; the
		// kernel sets it on every row after the change as well.
		if m.Header.Flags&netlink.DumpInterrupted != 0 {
			fault.interrupted = true
		}
		if checkDiagRow(m.Data) != nil {
			fault.badRows++
			continue
		}
		rows = append(rows, m.Data)
	}
	return rows, fault, nil
}

// splitFault tells a fault, to be tried again, from the kernel's refusal.
func splitFault(err error) (fault, refused error) {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		// The library's word for a message that is cut off or contradicts
		// itself.
		return err, nil
	}
	switch errno {
	case unix.ENOBUFS, unix.ENOMEM, unix.EINTR, unix.EAGAIN, unix.EBUSY:
		return err, nil
	}
	return nil, err
}

// parseDump reads the rows of both families, once their number is known: with
// 10 000 sockets, growing a slice of them would make five times their size in
// garbage.
func parseDump(families ...[][]byte) []Socket {
	n := 0
	for _, rows := range families {
		n += len(rows)
	}
	socks, seen := make([]Socket, 0, n), newCookieSet(n)
	var zones zoneNames
	for _, rows := range families {
		// Backwards, so that the last row counts of a socket that the dump met
		// twice: while it goes through the tables, a bound socket may connect
		// and turn up again. The cookie tells it from any other.
		for _, b := range slices.Backward(rows) {
			row, err := parseDiagRow(b)
			if err != nil || !seen.add(row.cookie) {
				continue
			}
			if row.ifindex != 0 {
				row.Local = zones.add(row.Local, row.ifindex)
				row.Remote = zones.add(row.Remote, row.ifindex)
			}
			socks = append(socks, row.Socket)
		}
	}
	return socks
}

// zoneNames knows the names of interfaces.
type zoneNames map[uint32]string

// add gives a link-local IPv6 address, which means nothing alone, the name of
// its interface: its number where it has no name any more.
func (z *zoneNames) add(a netip.AddrPort, ifindex uint32) netip.AddrPort {
	if !a.Addr().Is6() || a.Addr().Is4In6() || !a.Addr().IsLinkLocalUnicast() {
		return a
	}
	name, ok := (*z)[ifindex]
	if !ok {
		name = strconv.Itoa(int(ifindex))
		if ifi, err := net.InterfaceByIndex(int(ifindex)); err == nil {
			name = ifi.Name
		}
		if *z == nil {
			*z = make(zoneNames)
		}
		(*z)[ifindex] = name
	}
	return netip.AddrPortFrom(a.Addr().WithZone(name), a.Port())
}
