package chat

import (
	"net/netip"
	"time"
)

// EventKind is what a program has just done, or learnt from its kernel.
type EventKind uint8

const (
	// Listening: listen() returned; clients can connect.
	Listening EventKind = iota + 1
	// Accepted: accept() returned a connection.
	Accepted
	// Connected: connect() returned.
	Connected
	// Sent: the kernel took N bytes to send. They may not have left yet.
	Sent
	// Received: a read returned N bytes.
	Received
	// PeerClosed: a read returned 0 bytes: the peer's FIN came.
	PeerClosed
	// PeerReset: a read or a write failed: the peer's RST came (Err).
	PeerReset
	// SenderEnded: nothing more will be sent; "exit" was, or the input ended.
	// Only the two-way programs tell it.
	SenderEnded
	// ReceiverEnded: nothing more will be heard; the peer's "exit" came. Only
	// the two-way programs tell it.
	ReceiverEnded
	// Closed: every socket of the program is closed. It is the last event.
	Closed
)

var eventNames = [...]string{"", "listening", "accepted", "connected", "sent", "received",
	"peer closed", "peer reset", "sender ended", "receiver ended", "closed"}

// String returns an English name for tests and logs.
func (k EventKind) String() string { return eventNames[k] }

// Event is one thing that happened to a program's sockets. Events come one at
// a time, in order, from the goroutine of Run; what receives them must not
// wait for that Run.
type Event struct {
	At     time.Time // when the call returned
	Kind   EventKind
	Local  netip.AddrPort
	Remote netip.AddrPort // the zero AddrPort before there is a peer
	N      int            // bytes, with Sent and Received
	Data   []byte         // those bytes; the receiver may keep them
	Err    error          // with PeerReset; with Closed, the error Run returns
}
