package probe

import (
	"fmt"
	"math/bits"
	"strings"
)

// State is the state of a TCP connection, named as in RFC 9293, section 3.3.2.
// [Bound] is not a TCP state: it is the Linux name for a socket that has
// called bind() and not yet listen() or connect().
type State uint8

// The values are those of Linux (include/net/tcp_states.h), so that a kernel
// row needs no table; TCP_NEW_SYN_RECV (12) is folded into [SynReceived].
const (
	StateUnknown State = 0
	Established  State = 1
	SynSent      State = 2
	SynReceived  State = 3
	FinWait1     State = 4
	FinWait2     State = 5
	TimeWait     State = 6
	Closed       State = 7
	CloseWait    State = 8
	LastAck      State = 9
	Listen       State = 10
	Closing      State = 11
	Bound        State = 13
)

var stateNames = map[State]string{
	StateUnknown: "UNKNOWN",
	Established:  "ESTABLISHED",
	SynSent:      "SYN-SENT",
	SynReceived:  "SYN-RECEIVED",
	FinWait1:     "FIN-WAIT-1",
	FinWait2:     "FIN-WAIT-2",
	TimeWait:     "TIME-WAIT",
	Closed:       "CLOSED",
	CloseWait:    "CLOSE-WAIT",
	LastAck:      "LAST-ACK",
	Listen:       "LISTEN",
	Closing:      "CLOSING",
	Bound:        "BOUND",
}

// States lists every state a socket can be filtered by, in the order of a
// connection's life.
var States = []State{
	Bound, Listen, SynSent, SynReceived, Established, FinWait1, FinWait2,
	CloseWait, Closing, LastAck, TimeWait, Closed,
}

// String returns the name of RFC 9293, for example "FIN-WAIT-2".
func (s State) String() string {
	if n, ok := stateNames[s]; ok {
		return n
	}
	return fmt.Sprintf("STATE-%d", uint8(s))
}

// otherStateNames are the spellings of ss, netstat, lsof and Windows that
// differ from RFC 9293 by more than case and underscores.
var otherStateNames = map[string]State{
	"ESTAB":        Established,
	"SYN-RECV":     SynReceived,
	"SYN-RCVD":     SynReceived,
	"SYN-RECEIVE":  SynReceived,
	"FIN-WAIT1":    FinWait1,
	"FIN-WAIT2":    FinWait2,
	"CLOSE":        Closed,
	"UNCONN":       Closed,
	"LISTENING":    Listen,
	"DELETE-TCB":   Closed,
	"NEW-SYN-RECV": SynReceived,
}

// ParseState reads a state as RFC 9293, ss, netstat, lsof or Windows write it,
// in any case, with "-" or "_". It reports false for anything else.
func ParseState(s string) (State, bool) {
	s = strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"))
	if st, ok := otherStateNames[s]; ok {
		return st, true
	}
	for st, name := range stateNames {
		if name == s && st != StateUnknown {
			return st, true
		}
	}
	return StateUnknown, false
}

// StateSet is a set of states; the zero value is empty.
type StateSet uint32

// NewStateSet returns the set of the given states.
func NewStateSet(states ...State) StateSet {
	var set StateSet
	for _, s := range states {
		set |= 1 << s
	}
	return set
}

// Has reports whether s is in the set.
func (set StateSet) Has(s State) bool { return set&(1<<s) != 0 }

// Len returns the number of states in the set.
func (set StateSet) Len() int { return bits.OnesCount32(uint32(set)) }
