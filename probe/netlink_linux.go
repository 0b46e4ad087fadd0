package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// diagConn is a connection to the kernel's socket diagnostics.
type diagConn interface {
	// send asks and returns the sequence number of the answers.
	send(diagRequest) (seq uint32, err error)
	// receive reads one datagram of the kernel's into buf.
	receive(buf []byte) (int, error)
	// interrupt makes send and receive fail from now on.
	interrupt()
	close()
}

// dialer opens a connection; [dialSockDiag] outside of tests.
type dialer func() (diagConn, error)

func dialSockDiag() (diagConn, error) { return dialNetlink(unix.NETLINK_SOCK_DIAG) }

func dialNetlink(protocol int) (diagConn, error) {
	conn, err := netlink.Dial(protocol, nil)
	if err != nil {
		return nil, err
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		conn.Close()
		return nil, err
	}
	return netlinkConn{conn, raw}, nil
}

// netlinkConn leaves to the library what it does well: the socket, its
// deadline, the form of a request. It writes and reads by itself, for the library
// copies every datagram and makes a value of every message: 5 ms more for 10 000
// sockets, as much as the kernel takes to list them.
//
// The calls are raw, as those of [fdReader]: they wait for nothing, and it is in
// them that the kernel makes the next datagram, for a third of a millisecond. Told
// of calls that long, the scheduler gives the processor away at each: a twelfth of
// the whole command.
type netlinkConn struct {
	conn *netlink.Conn
	raw  syscall.RawConn
}

func (c netlinkConn) send(r diagRequest) (uint32, error) {
	flags := netlink.Request
	if !r.one {
		flags |= netlink.Dump
	}
	m := netlink.Message{Data: r.data, Header: netlink.Header{
		Length: uint32(nlHeaderLen + len(r.data)), Type: netlink.HeaderType(r.kind), Flags: flags,
		Sequence: 1, // a connection never waits for two answers
	}}
	b, err := m.MarshalBinary()
	if err != nil {
		return 0, err
	}
	var failed unix.Errno
	err = c.raw.Write(func(fd uintptr) bool {
		_, _, failed = unix.RawSyscall(unix.SYS_WRITE, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		return failed != unix.EAGAIN
	})
	if err == nil && failed != 0 {
		err = failed
	}
	return m.Header.Sequence, err
}

func (c netlinkConn) receive(buf []byte) (n int, err error) {
	for {
		var from unix.RawSockaddrNetlink
		var failed unix.Errno
		err := c.raw.Read(func(fd uintptr) bool {
			size := uint32(unix.SizeofSockaddrNetlink)
			// MSG_TRUNC: n is the length of the datagram, even of one cut off.
			var length uintptr
			length, _, failed = unix.RawSyscall6(unix.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&buf[0])), uintptr(len(buf)),
				unix.MSG_TRUNC|unix.MSG_DONTWAIT, uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&size)))
			n = int(length)
			return failed != unix.EAGAIN
		})
		switch {
		case err != nil:
			return 0, err
		case failed == unix.EINTR, failed == 0 && (from.Family != unix.AF_NETLINK || from.Pid != 0):
			continue // interrupted, or not the kernel's
		case failed != 0:
			return 0, failed
		case n > len(buf):
			return 0, errBadDatagram
		}
		return n, nil
	}
}

func (c netlinkConn) interrupt() { c.conn.SetDeadline(time.Unix(1, 0)) }
func (c netlinkConn) close()     { c.conn.Close() }

const (
	// dumpBuffer is the most that the kernel puts in one datagram of a dump
	// (netlink_recvmsg keeps max_recvmsg_len below 32 KiB). With a smaller
	// buffer it makes more, smaller datagrams.
	dumpBuffer = 32 << 10

	// dumpTries is how often a dump is made before a fault is only reported.
	dumpTries = 3
)

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
// f choose, of both families at once, or one after the other where the kernel
// does not take that.
//
// Errors: the context's, or a *SourceError when sock_diag is refused.
func dumpSockets(ctx context.Context, dial dialer, f *Filter) ([]Socket, []Note, error) {
	return dumpSeen(ctx, dial, f, func(*diagDump) {})
}

// dumpSeen is [dumpSockets]; it calls seen after each datagram.
func dumpSeen(ctx context.Context, dial dialer, f *Filter, seen func(*diagDump)) ([]Socket, []Note, error) {
	d, err := dumpAgain(ctx, dial, requestBoth(f), seen)
	dumps := []*diagDump{d}
	if err != nil {
		dumps = nil
		for _, family := range []uint8{linuxAFInet, linuxAFInet6} {
			if d, err = dumpAgain(ctx, dial, requestFamily(family, f), seen); err != nil {
				break
			}
			dumps = append(dumps, d)
		}
	}
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if err != nil {
		return nil, nil, &SourceError{Source: SockDiag, Err: err}
	}
	var notes []Note
	for _, d := range dumps {
		notes = append(notes, d.notes()...)
	}
	return parseDumps(dumps...), notes, nil
}

// dumpAgain makes a dump, again when it had a fault, up to [dumpTries] times;
// then the last one counts. An error is the kernel's refusal.
func dumpAgain(ctx context.Context, dial dialer, request diagRequest, seen func(*diagDump)) (d *diagDump, err error) {
	for range dumpTries {
		d, err = dumpOnce(ctx, dial, request, seen)
		if err != nil || ctx.Err() != nil || d.dumpFault == (dumpFault{}) {
			break
		}
	}
	return d, err
}

// dumpOnce makes one dump, on a connection of its own: one that broke off
// leaves a rest to be read.
func dumpOnce(ctx context.Context, dial dialer, request diagRequest, seen func(*diagDump)) (*diagDump, error) {
	d := &diagDump{kind: request.kind}
	if request.info {
		d.rows.infos = make(map[int]*Info)
	}
	conn, err := dial()
	if err != nil {
		return nil, err
	}
	defer conn.close()
	defer context.AfterFunc(ctx, conn.interrupt)()
	if d.seq, err = conn.send(request); err != nil {
		return d, d.breakOff(err)
	}
	buf := make([]byte, dumpBuffer)
	for !d.done {
		n, err := conn.receive(buf)
		if err == nil {
			err = d.add(buf[:n])
		}
		if err != nil {
			return d, d.breakOff(err)
		}
		seen(d)
	}
	return d, nil
}

// breakOff notes a fault, after which the dump may be tried again, and returns
// what is the kernel's refusal.
func (d *diagDump) breakOff(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		switch errno {
		case unix.ENOBUFS, unix.ENOMEM, unix.EINTR, unix.EAGAIN, unix.EBUSY:
		default:
			return err
		}
	}
	d.err = err
	return nil
}

// parseDumps reads the rows of dumps, once their number is known.
func parseDumps(dumps ...*diagDump) []Socket {
	n := 0
	for _, d := range dumps {
		n += d.rows.len()
	}
	socks, seen := make([]Socket, 0, n), newCookieSet(n)
	var zones interfaces
	for _, d := range dumps {
		// Backwards, so that the last row counts of a socket that the dump met
		// twice: while it goes through the tables, a bound socket may connect
		// and turn up again. The cookie tells it from any other.
		for i := d.rows.len() - 1; i >= 0; i-- {
			var row diagRow
			if d.rows.parse(i, &row) != nil || !seen.add(row.cookie) {
				continue
			}
			row.Interface = Known[*Interface](nil)
			if row.ifindex != 0 {
				on := zones.get(row.ifindex)
				row.Interface = Known(on)
				row.Local, row.Remote = zoned(row.Local, on), zoned(row.Remote, on)
			}
			socks = append(socks, row.Socket)
		}
	}
	return socks
}

// interfaces knows the names of interfaces, by their numbers.
type interfaces map[uint32]*Interface

func (all *interfaces) get(index uint32) *Interface {
	if on, ok := (*all)[index]; ok {
		return on
	}
	on := &Interface{Index: index, Name: strconv.Itoa(int(index))}
	if ifi, err := net.InterfaceByIndex(int(index)); err == nil {
		on.Name = ifi.Name
	}
	if *all == nil {
		*all = make(interfaces)
	}
	(*all)[index] = on
	return on
}

// zoned gives a link-local IPv6 address, which means nothing alone, the name
// of its interface.
func zoned(a netip.AddrPort, on *Interface) netip.AddrPort {
	if !a.Addr().Is6() || a.Addr().Is4In6() || !a.Addr().IsLinkLocalUnicast() {
		return a
	}
	return netip.AddrPortFrom(a.Addr().WithZone(on.Name), a.Port())
}
