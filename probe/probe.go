// Package probe says what the operating system really holds: TCP sockets with
// their states, queues, timers and owners, processes with their threads, and
// this program's own goroutines.
//
// It knows no lesson and no screen. Everything it returns was measured when
// the call was made, says by which [Source], and keeps "unknown" apart from
// zero with [Maybe].
package probe

import (
	"net/netip"
	"time"
)

// Maybe is a measured value that a system may be unable to give. The zero
// Maybe is unknown, which is not zero.
type Maybe[T any] struct {
	Value T
	Known bool
}

// Known returns a Maybe that holds v.
func Known[T any](v T) Maybe[T] { return Maybe[T]{Value: v, Known: true} }

// Or returns the value, or other where it is unknown.
func (m Maybe[T]) Or(other T) T {
	if m.Known {
		return m.Value
	}
	return other
}

// Source is the means by which a measurement was made.
type Source uint8

const (
	// Auto picks the best source of this system; a [Snapshot] never says Auto.
	Auto Source = iota
	// SockDiag is Linux's sock_diag netlink interface (sock_diag(7)) together
	// with a walk of /proc/PID/fd for the owners.
	SockDiag
	// Gopsutil is github.com/shirou/gopsutil/v3: /proc/net/tcp on Linux, lsof
	// on macOS, GetExtendedTcpTable on Windows.
	Gopsutil
)

// String returns "auto", "sock_diag" or "gopsutil".
func (s Source) String() string {
	switch s {
	case SockDiag:
		return "sock_diag"
	case Gopsutil:
		return "gopsutil"
	}
	return "auto"
}

// Family is the address family of a TCP socket.
type Family uint8

const (
	TCP4 Family = 4 // AF_INET
	TCP6 Family = 6 // AF_INET6
)

// String returns "tcp4" or "tcp6".
func (f Family) String() string {
	if f == TCP6 {
		return "tcp6"
	}
	return "tcp4"
}

// TimerKind is what the kernel will do when a socket's timer fires
// (idiag_timer, see sock_diag(7) and net/ipv4/inet_diag.c).
type TimerKind uint8

const (
	TimerNone          TimerKind = 0
	TimerRetransmit    TimerKind = 1 // resend what was not acknowledged
	TimerKeepalive     TimerKind = 2
	TimerTimeWait      TimerKind = 3 // forget the connection
	TimerZeroWindow    TimerKind = 4 // ask whether the peer has room again
	timerKindsInKernel           = 5
)

// String returns a stable word for the kind, "" for [TimerNone].
func (k TimerKind) String() string {
	switch k {
	case TimerRetransmit:
		return "retransmit"
	case TimerKeepalive:
		return "keepalive"
	case TimerTimeWait:
		return "time-wait"
	case TimerZeroWindow:
		return "window-probe"
	}
	return ""
}

// Timer is a running kernel timer of a socket. The zero Timer does not run.
type Timer struct {
	Kind        TimerKind
	Remaining   time.Duration // until it fires, resolution of the kernel's tick
	Retransmits uint8         // times the segment was already resent (idiag_retrans)
}

// OwnerKind tells who holds a socket, or why that cannot be said.
type OwnerKind uint8

const (
	// OwnerHidden: this system or this source cannot show the owner.
	OwnerHidden OwnerKind = iota
	// OwnerProcess: one or more processes have it open.
	OwnerProcess
	// OwnerKernel: no process has it: TIME-WAIT, a connection that waits in an
	// accept queue, or one that its process has closed.
	OwnerKernel
	// OwnerForbidden: no process was found, and not all may be read.
	OwnerForbidden
	// OwnerGone: the socket was closed, or its owner ended, while we looked.
	OwnerGone
)

// String returns the word used in JSON.
func (k OwnerKind) String() string {
	switch k {
	case OwnerProcess:
		return "process"
	case OwnerKernel:
		return "kernel"
	case OwnerForbidden:
		return "forbidden"
	case OwnerGone:
		return "gone"
	}
	return "hidden"
}

// Holder is a process that has a socket open. Name and Command are whatever
// that process chose to call itself: hostile text until made visible.
type Holder struct {
	PID     int
	Name    string     // short name, as ps -o comm
	Command string     // full command line, "" when there is none
	Threads Maybe[int] // OS threads
	FDs     Maybe[int] // open descriptors
	Who     *Who       // nil unless asked for: see [Snapshot.Introduce]
}

// Owner says who holds a socket.
type Owner struct {
	Kind    OwnerKind
	Holders []*Holder  // by pid; only with OwnerProcess, and then not empty
	Open    []OpenFD   // by which descriptors, in the order of Holders; empty where the source does not tell
	UID     Maybe[int] // the user who created the socket, where the kernel tells it
	Absence *Absence   // nil unless asked for: see [Snapshot.Explain]
}

// OpenFD is a descriptor that is a socket (N of readlink /proc/PID/fd/N, or of the
// table of a thread that has its own).
type OpenFD struct{ PID, FD int }

// Interface is a network interface (netdevice(7)).
type Interface struct {
	Index uint32
	Name  string // its number where it has no name any more
}

// Info is what the kernel counts for a connection (struct tcp_info, tcp(7)).
// Kernels differ in how much of it they tell.
type Info struct {
	Sent         Maybe[uint64] // bytes, those sent again included; Linux 4.19
	Acknowledged Maybe[uint64] // bytes; the SYN or FIN of this side counts for one
	Received     Maybe[uint64] // bytes in order; the FIN of the peer counts for one
	RoundTrip    Maybe[time.Duration]
	Resent       uint32 // segments, since the connection began
}

// Socket is one TCP socket as the system shows it.
type Socket struct {
	Family Family
	State  State
	// V6Only is IPV6_V6ONLY of a TCP6 socket, which Linux tells of LISTEN and
	// BOUND ones; always unknown of a TCP4 one.
	V6Only Maybe[bool]
	Local  netip.AddrPort
	// Remote is the zero AddrPort (not valid) where there is no peer.
	Remote netip.AddrPort
	// RecvQueue is in bytes; for LISTEN, the connections that wait for
	// accept() (idiag_rqueue).
	RecvQueue Maybe[uint32]
	// SendQueue is in bytes, sent or not, that the peer has not acknowledged;
	// for LISTEN, the backlog given to listen() (idiag_wqueue).
	SendQueue Maybe[uint32]
	Timer     Maybe[Timer]
	Inode     Maybe[uint32] // of the socket, as in readlink /proc/PID/fd/N
	Owner     Owner

	// Interface is the one that the socket takes packets from
	// (SO_BINDTODEVICE, or that of a link-local address); nil for any.
	Interface Maybe[*Interface]
	// Info is nil where it was not asked for, and for a socket without a
	// connection.
	Info *Info
}

// HasPort reports whether p is the local or the remote port of the socket.
func (s *Socket) HasPort(p uint16) bool {
	return s.Local.Port() == p || s.Remote.IsValid() && s.Remote.Port() == p
}

// HeldBy reports whether the process pid has the socket open.
func (s *Socket) HeldBy(pid int) bool {
	for _, h := range s.Owner.Holders {
		if h.PID == pid {
			return true
		}
	}
	return false
}

// NoteKind is a thing the reader of a [Snapshot] must know about it.
type NoteKind uint8

const (
	// NoteFallback: sock_diag was refused (Err), gopsutil answered instead.
	NoteFallback NoteKind = iota + 1
	// NoteInterrupted: sockets changed during each of N dumps; rows may be
	// missing or doubled (NLM_F_DUMP_INTR).
	NoteInterrupted
	// NoteTruncated: N rows came shorter than the kernel's structure.
	NoteTruncated
	// NoteForbidden: the descriptors of N processes may not be read; with
	// [ErrHiddenProcesses] in Err, N is unknown. With [ErrRefusedToRoot] more
	// rights would not help.
	NoteForbidden
	// NoteNoQueues: this source gives no queues, timers or inodes.
	NoteNoQueues
	// NoteNoOwners: owners could not be looked for (Err).
	NoteNoOwners
	// NoteAskedForbidden: the descriptors of N of the processes asked for
	// (Filter.PIDs) may not be read, so that their sockets are not there. Err
	// as with NoteForbidden.
	NoteAskedForbidden
	// NoteOwnOnly: only the sockets of who runs this are there, and no TIME-WAIT
	// (Err: why the others could not be listed).
	NoteOwnOnly
)

// Note is one remark on a snapshot.
type Note struct {
	Kind NoteKind
	N    int
	Err  error
}

// Snapshot is the answer of [Sockets]: what the system held at one moment.
type Snapshot struct {
	TakenAt time.Time
	Took    time.Duration // how long the measurement lasted
	Source  Source
	Sockets []Socket
	Holders []*Holder // every process named in Sockets, once, by pid
	Notes   []Note

	// ShowsBound: this look was one that shows [Bound] sockets; tried where
	// [Filter.Foresee] asked. False is not known.
	ShowsBound bool

	networks *networks // read meanwhile, where [Filter.Foresee] asked; nil: not read
}

// InfoLimit is the most sockets of which [Socket.Info] is told: it takes the
// kernel as long as all the rest of a row.
const InfoLimit = 1024

// Filter chooses sockets. Its zero value chooses all; each field narrows.
type Filter struct {
	Ports  []uint16 // local or remote port is one of these
	States StateSet // empty: every state
	PIDs   []int    // held by one of these processes
	Source Source   // Auto: the best this system has

	// Info asks for [Socket.Info], where no more than [InfoLimit] sockets are
	// chosen. It chooses none.
	Info bool

	// Foresee asks for [Snapshot.ShowsBound]: sock_diag shows such sockets since
	// Linux 6.8, which is tried with one of our own rather than deduced from a
	// version; gopsutil never does. It chooses none.
	Foresee bool
}

// Match reports whether the filter chooses s.
func (f *Filter) Match(s *Socket) bool {
	if f.States != 0 && !f.States.Has(s.State) {
		return false
	}
	if len(f.Ports) > 0 {
		ok := false
		for _, p := range f.Ports {
			ok = ok || s.HasPort(p)
		}
		if !ok {
			return false
		}
	}
	if len(f.PIDs) == 0 {
		return true
	}
	for _, pid := range f.PIDs {
		if s.HeldBy(pid) {
			return true
		}
	}
	return false
}
