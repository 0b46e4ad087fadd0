// Package chat holds the programs of the exercise sheet: a [Server] that
// listens to one client, a [Client] that sends what is typed, and [Server2] and
// [Client2], which do both. On the wire and on their standard output they are
// the sheet's serveur.py, client.py, serveur2.py and client2.py, byte for byte,
// so that each can talk to the Python of the other: raw UTF-8, no framing,
// reads of 1024 bytes, the stop word "exit".
//
// Where the sheet's program would loop, crash or stay silent, these say once
// what happened and why (a [Notice]), and end cleanly. What they do is told
// as it happens (an [Event]), so that a lesson can show it beside what the
// kernel holds.
//
// The package knows no screen: it reads a keyboard, writes the sheet's lines,
// and hands over facts. The French words of those facts are in words.go and
// faults.go.
package chat

// What the sheet's programs use.
const (
	DefaultHost = "localhost" // resolved to 127.0.0.1: the sheet asks for AF_INET

	// ReadSize is the most bytes one read returns: recv(1024).
	ReadSize = 1024
	// Backlog is what listen() is given.
	Backlog = 1
)

// Ending is how a conversation ended.
type Ending uint8

const (
	// Failed: it did not begin, or broke for a reason that the returned error
	// tells.
	Failed Ending = iota
	// ByExit: the stop word was sent, or came alone in a read.
	ByExit
	// PeerLeft: the peer closed its side (FIN) without the stop word.
	PeerLeft
	// PeerBroke: the peer's kernel cut the connection (RST).
	PeerBroke
	// InputEnded: the input ended, for example by Ctrl+D.
	InputEnded
	// Interrupted: the context ended, for example by Ctrl+C.
	Interrupted
)

var endingNames = [...]string{"failed", "by exit", "peer left", "peer broke", "input ended", "interrupted"}

// String returns an English name for tests and logs.
func (e Ending) String() string { return endingNames[e] }
