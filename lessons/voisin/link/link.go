// Package link carries what two labo tell each other: short messages, each of
// which may be lost. [TCP] is a connection between the two machines, agreed by
// a code that is said aloud.
package link

import (
	"net/netip"
	"time"
)

// maxMessage is the most bytes of one message, JSON on one line.
const maxMessage = 64 << 10

// Silence is how long nothing may come before a link is tried anew: whoever
// uses one sends something several times in that time.
const Silence = 4 * time.Second

// Link is a way to one other labo, met already. It mends itself: while the
// other cannot be reached, what is sent is lost, and nothing comes.
type Link interface {
	// Peer is who is at the other end.
	Peer() Peer
	// Send sends a message of at most [maxMessage] bytes, without a line feed. It
	// never waits: what does not leave at once may be dropped.
	Send(message []byte)
	// Receive gives what comes: the bytes of one message each, from the other,
	// whatever they are. It is closed with the link.
	Receive() <-chan []byte
	// Lost is why nothing goes through now, nil where something does: an error of
	// the network, or [ErrSilent].
	Lost() error
	// Close sends what is still to be sent, and ends the link.
	Close()
}

// Peer is the other labo. Its name is hostile until made visible.
type Peer struct {
	Name        string
	Here, There netip.Addr // the two ends of the way between them
	Listened    bool       // it is the one that listened, and this one came
}

// Notice is somebody else at the door.
type Notice struct {
	Kind NoticeKind
	From netip.Addr
}

// NoticeKind is what somebody did at the door.
type NoticeKind uint8

const (
	WrongCode NoticeKind = iota + 1
	Stranger             // came after the neighbour had been met: turned away
	NotLabo              // said nothing that a labo says, or nothing in time
	OtherForm            // a labo of another version
)
