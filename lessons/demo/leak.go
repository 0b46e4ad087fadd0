package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"labo/lessons/fault"
	"labo/probe"
)

// Leak is a server that never closes the connections it accepts, in a child
// with few descriptors. Close it.
type Leak struct {
	PID     int
	At      netip.AddrPort
	Limit   int          // descriptors that the child may have
	Samples []LeakSample // one after each client
	Refusal string       // errno of the accept() that failed
	// Of the clients that came after that: those whose connect() succeeded,
	// and whether the next one had no answer.
	Queued   int
	Waits    bool
	Snapshot *probe.Snapshot // of the port, with those clients

	child *Child
	late  []net.Conn
}

// LeakSample is the leaking server after so many clients have come and gone.
type LeakSample struct {
	Clients   int
	FDs       probe.Maybe[int] // of the server
	CloseWait int              // sockets of the server in that state
}

// StartLeak plays a leak to its end. Each client connects, closes at once, and
// is accepted and forgotten. The error is [errors.ErrUnsupported] where this
// system does not limit the descriptors of a process.
func StartLeak(ctx context.Context, self []string, limit int) (*Leak, error) {
	if runtime.GOOS == "windows" {
		return nil, errors.ErrUnsupported
	}
	child, err := StartChild(ctx, self, "fuite", strconv.Itoa(limit))
	if err != nil {
		return nil, err
	}
	k := &Leak{PID: child.PID, Limit: limit, child: child}
	if err := k.play(ctx); err != nil {
		k.Close()
		return nil, err
	}
	return k, nil
}

// Close ends the child and the clients.
func (k *Leak) Close() {
	k.child.Kill()
	for _, c := range k.late {
		Abort(c)
	}
}

func (k *Leak) play(ctx context.Context) error {
	port, err := k.child.says(ctx)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return err
	}
	k.At = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(n))
	for clients := 1; clients <= 2*k.Limit; clients++ {
		word, err := k.client(ctx)
		if err != nil {
			return err
		}
		if refusal, refused := strings.CutPrefix(word, leakRefused); refused {
			k.Refusal = refusal
			return k.afterwards(ctx)
		}
		if err := k.sample(ctx, clients); err != nil {
			return err
		}
	}
	return fault.Failed(fmt.Sprintf("%d clients sont passés, et accept() n'a rien refusé", 2*k.Limit), "", nil)
}

// client connects and closes, and returns what the server says of it.
func (k *Leak) client(ctx context.Context) (string, error) {
	a := Connect(ctx, k.At, stateBound)
	if a.Err != nil {
		return "", a.Err
	}
	if err := a.Conn.Close(); err != nil {
		return "", err
	}
	return k.child.says(ctx)
}

func (k *Leak) sample(ctx context.Context, clients int) error {
	info, err := examine(ctx, k.PID)
	if err != nil {
		return err
	}
	s, err := look(ctx, probe.Filter{Ports: []uint16{k.At.Port()}, States: probe.NewStateSet(probe.CloseWait)})
	if err != nil {
		return err
	}
	k.Samples = append(k.Samples, LeakSample{Clients: clients, FDs: info.FDs, CloseWait: len(s.Sockets)})
	return nil
}

// afterwards has clients come to the server that can accept no more.
func (k *Leak) afterwards(ctx context.Context) error {
	const most = 8
	for len(k.late) < most && !k.Waits {
		a := Connect(ctx, k.At, patience)
		switch {
		case a.Err == nil:
			k.late = append(k.late, a.Conn)
		case a.TimedOut():
			k.Waits = true
		default:
			return a.Err
		}
	}
	k.Queued = len(k.late)
	s, err := look(ctx, probe.Filter{Ports: []uint16{k.At.Port()}})
	k.Snapshot = s
	return err
}

// What the leaking child says of each client.
const (
	leakAccepted = "accepté"
	leakRefused  = "refusé "
)

// leakAsChild is the leaking server: it says its port, then a word for each
// accept(), and stays there once one has failed.
func leakAsChild(limit int, stdout io.Writer) error {
	if err := limitDescriptors(limit); err != nil {
		return err
	}
	l, err := listenSharing(context.Background(), netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0), NoSharing)
	if err != nil {
		return err
	}
	raw, err := l.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := errors.Join(raw.Control(func(fd uintptr) { failed = syscall.Listen(handle(fd), 1) }), failed); err != nil {
		return err
	}
	fmt.Fprintln(stdout, childReady)
	fmt.Fprintln(stdout, endOf(l.Addr()).Port())
	var forgotten []net.Conn // kept, so that the garbage collector closes none
	for {
		c, err := l.Accept()
		if err != nil {
			fmt.Fprintln(stdout, leakRefused+fault.Errno(err))
			break
		}
		forgotten = append(forgotten, c)
		fmt.Fprintln(stdout, leakAccepted)
	}
	time.Sleep(time.Hour) // until labo ends us, or is gone
	runtime.KeepAlive(forgotten)
	return l.Close()
}
