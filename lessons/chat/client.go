package chat

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/netip"
	"os"
	"runtime"
	"time"

	"labo/probe"
)

// Client is the sheet's client.py: it connects and sends each line it reads,
// until "exit". Unlike the sheet's it also listens, so that it knows at once
// when the server has gone.
type Client struct {
	Host string // address or name of the server; "": [DefaultHost]
	Port uint16 // 0 means no port: [atelier.Port] is not assumed

	// In gives the messages, one a line. Reading it is ended with the
	// conversation: a terminal or a pipe that is an [*os.File] is left open,
	// another [io.ReadCloser] is closed. Nil never gives anything.
	In io.Reader
	// Out gets what client.py prints. A failed write ends the client. May be
	// nil.
	Out io.Writer

	OnNotice func(Notice) // labo's remarks, in order; may be nil
	OnEvent  func(Event)  // what happens, in order; may be nil

	patience time.Duration // until [NoticeConnecting]; 0: [patience]
}

const clientPrompt = ">>> "

// Run connects and talks until the end of the conversation, and returns how it
// ended. When Run returns, its socket is closed and its goroutines have ended,
// except one that waits in a read of In that nothing can end.
//
// The error is nil unless the ending is [Failed]: a [*HostError],
// [*RefusedError] or [*ConnectError] before there was a connection, a
// [*LostError] after, or that of a write on Out.
func (c *Client) Run(ctx context.Context) (ending Ending, err error) {
	return c.run(ctx, calling{welcome: "Connecté au serveur. Tapez vos messages :", converse: c.converse})
}

// calling is what differs between the sheet's two clients.
type calling struct {
	duplex   bool
	welcome  string
	converse func(context.Context, *talk) (Ending, error)
}

// run connects and converses.
func (c *Client) run(ctx context.Context, how calling) (ending Ending, err error) {
	t := talk{voice: newVoice(c.Out, c.OnNotice, c.OnEvent), keys: noKeyboard(), duplex: how.duplex}
	addr, err := resolve(ctx, c.Host)
	if ctx.Err() != nil {
		return t.stopped()
	}
	if err != nil {
		return Failed, err
	}
	if c.In != nil {
		t.keys = openKeyboard(c.In)
		defer t.keys.close()
		if e := t.keys.editor; e != nil {
			e.Prompt("") // what is typed from now on is for later
		}
	}
	at := netip.AddrPortFrom(addr, c.Port)
	waited := cmp.Or(c.patience, patience)
	conn, err := dial(ctx, at, waited, t.giveUp(), func() { t.say(unanswered(ctx, at, waited)) })
	switch {
	case ctx.Err() != nil:
		if conn != nil {
			conn.Close()
		}
		return t.stopped()
	case err == context.Canceled:
		return t.inputEnded(ctx)
	case err != nil:
		markDuplex(err, how.duplex)
		return Failed, err
	}
	t.link = newLink(conn)
	defer func() {
		t.link.close()
		t.tell(Event{Kind: Closed, Local: t.link.local, Remote: t.link.remote, Err: err})
	}()
	t.tell(Event{Kind: Connected, Local: t.link.local, Remote: t.link.remote})
	t.print(clientTag + how.welcome + "\n")
	return how.converse(ctx, &t)
}

// unanswered says what labo sees of a call that had no answer so far.
func unanswered(ctx context.Context, at netip.AddrPort, waited time.Duration) Notice {
	n := Notice{Kind: NoticeConnecting, Addr: at, Waited: waited}
	s, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{at.Port()}})
	if err != nil {
		return n
	}
	for i := range s.Sockets {
		if c := &s.Sockets[i]; c.State == probe.SynSent && c.Remote == at && c.HeldBy(os.Getpid()) && c.Timer.Known {
			n.Asked = 1 + int(c.Timer.Value.Retransmits)
		}
	}
	if at.Addr().IsLoopback() {
		n.Seen = probe.ForeseeConnect(at, s.Sockets, probe.Survey(at, s))
	}
	return n
}

// giveUp returns a channel that is closed when the reader pressed Ctrl+D
// before there was a connection. The end of a file is no such wish: client.py
// would connect first as well.
func (t *talk) giveUp() <-chan struct{} {
	if !t.keys.terminal {
		return nil
	}
	return t.keys.ended
}

// converse sends what is typed until the end of the conversation.
func (c *Client) converse(ctx context.Context, t *talk) (Ending, error) {
	t.print(clientPrompt)
	for t.err == nil {
		select {
		case <-ctx.Done():
			return t.stopped()
		case r := <-t.link.reads:
			if r.err != nil {
				return t.gone(r.err, Notice{})
			}
			t.overheard(r)
		case line, open := <-t.keys.lines:
			if !open {
				return t.inputEnded(ctx)
			}
			if t.keys.terminal {
				t.entered()
			}
			if ending, err := t.send(ctx, line); ending != 0 || err != nil {
				return ending, err
			}
			t.print(clientPrompt)
		}
	}
	return Failed, t.err
}

// send sends one line. The ending is 0 when the conversation goes on.
func (t *talk) send(ctx context.Context, line []byte) (Ending, error) {
	select { // a server that has gone would let the first message get lost
	case r := <-t.link.reads:
		if r.err != nil {
			return t.gone(r.err, Notice{N: len(line)})
		}
		t.overheard(r)
	default:
	}
	t.warn(line)
	if err := t.link.send(ctx, line); err != nil {
		if ctx.Err() != nil {
			return t.stopped()
		}
		return t.gone(err, Notice{N: len(line)})
	}
	t.tell(Event{Kind: Sent, Local: t.link.local, Remote: t.link.remote, N: len(line), Data: bytes.Clone(line)})
	if isStopWord(line) {
		return ByExit, nil
	}
	return 0, nil
}

// overheard shows what the server sent to a client that, in the sheet, is
// deaf.
func (t *talk) overheard(r read) {
	t.tell(Event{At: r.at, Kind: Received, Local: t.link.local, Remote: t.link.remote, N: len(r.data), Data: r.data})
	again := t.midLine
	t.say(Notice{Kind: NoticeServerTalks, N: len(r.data), Text: string(r.data)})
	if again && !t.midLine && t.keys.terminal { // the remark took the line of the prompt
		t.print(clientPrompt)
	}
}

// terminalLine is the longest line a terminal lets through, in bytes: on
// Linux, 4096 with its line feed (N_TTY_BUF_SIZE, termios(3)). 0: unknown.
var terminalLine = map[string]int{"linux": 4095}[runtime.GOOS]

// warn says what will become of a line that is about to be sent.
func (t *talk) warn(line []byte) {
	switch n := len(line); {
	case n == 0:
		t.say(Notice{Kind: NoticeEmptyLine})
	case t.keys.terminal && t.keys.editor == nil && n == terminalLine:
		t.say(Notice{Kind: NoticeTerminalCut, N: n})
		fallthrough
	case n > ReadSize:
		t.say(Notice{Kind: NoticeLongLine, N: n})
	}
}
