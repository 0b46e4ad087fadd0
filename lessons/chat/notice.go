package chat

import (
	"net/netip"
	"time"

	"labo/probe"
)

// NoticeKind is a thing that the sheet's programs pass over in silence, or
// die of, and that the reader must be told. Each is said at most once in a
// run.
type NoticeKind uint8

const (
	// Before and after the conversation, on either side.

	// NoticeStopped: the context ended. Connected tells how far things were.
	NoticeStopped NoticeKind = iota + 1
	// NoticeInputEnded: the input ended (Ctrl+D).
	NoticeInputEnded

	// On the server.

	// NoticeExposed: Addr is not a loopback address, Reachable are the
	// addresses by which others come. Said before listening.
	NoticeExposed
	// NoticeClientLeft: end of stream without the stop word. N is the number
	// of bytes that the client had sent; Glued, that they ended in "exit"; Web,
	// that it spoke HTTP or TLS.
	NoticeClientLeft
	// NoticeClientBroke: the client's RST (Err).
	NoticeClientBroke
	// NoticeCutRune: a read ended inside a character.
	NoticeCutRune
	// NoticeInvalid: bytes that are not UTF-8; Text is the first of them.
	NoticeInvalid
	// NoticeGlued: a read ends in "exit" and holds more.
	NoticeGlued
	// NoticeSplit: "exit" came in several reads.
	NoticeSplit
	// NoticeExitLine: "exit" came with a line end, as nc and telnet send it.
	NoticeExitLine
	// NoticeLineEnd: a message came with a line end.
	NoticeLineEnd
	// NoticeControl: a message holds characters that a terminal would obey.
	NoticeControl
	// NoticeBrowser: a browser sent an HTTP request; Text is its User-Agent.
	NoticeBrowser
	// NoticeHTTP: a program that is no browser sent an HTTP request; Text is
	// its User-Agent, "" when it gave none.
	NoticeHTTP
	// NoticeTLS: the client opens a TLS session (https://). N is the length
	// of the read.
	NoticeTLS
	// NoticeDeaf: a line was typed to a server that only listens.
	NoticeDeaf

	// On either side of a conversation in both directions.

	// NoticeOneExit: our "exit" was sent, the peer's has not come.
	NoticeOneExit
	// NoticePeerExit: the peer's "exit" came, ours was not sent.
	NoticePeerExit
	// NoticeMuted: something was typed after our "exit".
	NoticeMuted
	// NoticeEarly: a line was typed to a two-way server that has no client yet.
	NoticeEarly

	// On the client.

	// NoticeConnecting: connect() to Addr has had no answer for a while.
	NoticeConnecting
	// NoticeServerLeft: the server's FIN.
	NoticeServerLeft
	// NoticeServerBroke: the server's RST (Err); N is the length of a message
	// that could not be sent, 0 when there was none.
	NoticeServerBroke
	// NoticeServerTalks: the server sent N bytes, Text, which the sheet's
	// client never reads.
	NoticeServerTalks
	// NoticeEmptyLine: an empty line puts nothing on the wire.
	NoticeEmptyLine
	// NoticeLongLine: a message of N bytes is longer than one read.
	NoticeLongLine
	// NoticeTerminalCut: a line of N bytes, the longest this terminal lets
	// through.
	NoticeTerminalCut
)

// Notice is a remark of labo on what happened. [Notice.Words] says it in
// French.
type Notice struct {
	Kind NoticeKind

	// MidLine tells that the cursor of a terminal stands after a prompt, or
	// after the ^C that the terminal itself shows.
	MidLine bool

	Addr      netip.AddrPort
	Reachable []netip.Addr
	Connected bool
	Duplex    bool   // the conversation goes both ways
	Sent      bool   // our "exit" was sent, with Duplex
	Heard     bool   // the peer's "exit" came, with Duplex
	Server    bool   // who speaks
	Terminal  bool   // the input was a terminal, with NoticeInputEnded
	Glued     bool   // with NoticeClientLeft
	Web       bool   // with NoticeClientLeft
	N         int    // bytes; when the peer has gone, with Duplex, those of a message that could not be sent
	Text      string // from the network: hostile until made visible
	Err       error

	// With NoticeConnecting: how long there was no answer, how many SYN the kernel
	// has sent (0: unknown), and, of a server on this machine, what connect() gets
	// among the sockets that labo sees.
	Waited time.Duration
	Asked  int
	Seen   probe.Verdict
}
