package chat

import (
	"bytes"
	"context"
	"time"
)

// Server2 is the sheet's serveur2.py: a [Server] that also sends what is
// typed. In gives its messages, one a line. A [LineEditor] is read from the
// beginning, and Ctrl+D there ends a server that has no client yet; any other
// input only once a client is there.
type Server2 Server

// Client2 is the sheet's client2.py: a [Client] that also shows what the
// server sends.
type Client2 Client

// Run serves one client until both sides have said "exit", and returns how
// that ended; see [Server.Run].
func (s *Server2) Run(ctx context.Context) (Ending, error) {
	one := (*Server)(s)
	keys := &keyboard{terminal: isTerminal(s.In)}
	if e, ok := s.In.(LineEditor); ok {
		keys = openKeyboard(e)
		e.Prompt("") // what is typed from now on is for later
	}
	return one.run(ctx, serving{
		keys: keys, duplex: true, welcome: "Connecté à ",
		converse: func(ctx context.Context, t *talk) (Ending, error) {
			if s.In != nil && t.keys.lines == nil {
				t.keys = openKeyboard(s.In)
				defer t.keys.close()
			}
			d := duplex{desk: desk{talk: t, prompt: "[Serveur >>>] "}, peerTag: clientTag}
			return d.converse(ctx)
		},
	})
}

// Run connects and talks until both sides have said "exit", and returns how
// that ended; see [Client.Run].
func (c *Client2) Run(ctx context.Context) (Ending, error) {
	one := (*Client)(c)
	return one.run(ctx, calling{
		duplex: true, welcome: "Connecté au serveur.",
		converse: func(ctx context.Context, t *talk) (Ending, error) {
			d := duplex{desk: desk{talk: t, prompt: "[Client >>>] "}, peerTag: serverTag}
			return d.converse(ctx)
		},
	})
}

// duplex is a conversation in both directions. Two goroutines do what the
// sheet's two threads do, one in the keyboard, one in the link; converse only
// waits for both. Each direction ends by itself: sending with our "exit" or
// the end of the input, receiving with the peer's "exit". The link is read
// beyond that, but only to learn that the peer has gone.
type duplex struct {
	desk
	peerTag string // before what is received
	ear     ear
	over    error // the connection ended while a message left
}

func (d *duplex) converse(ctx context.Context) (Ending, error) {
	lines := d.keys.lines
	d.muted = lines == nil
	ended := false // the input
	d.ask()
	for d.err == nil && !(d.heard && d.muted) {
		if d.over != nil {
			return d.lost(d.over, 0)
		}
		var early []byte
		if len(d.early) > 0 && !d.muted {
			early, d.early = d.early[0], d.early[1:]
			if ending, err := d.transmit(ctx, early); ending != 0 || err != nil {
				return ending, err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return d.stopped()
		case r := <-d.link.reads:
			if r.err != nil {
				return d.lost(r.err, 0)
			}
			d.receive(r)
		case line, open := <-lines:
			switch {
			case !open && ctx.Err() != nil:
				return d.stopped()
			case !open:
				lines, ended = nil, !d.sent
				d.endInput()
			case d.muted:
				d.say(Notice{Kind: NoticeMuted, Connected: true})
			default:
				if d.keys.terminal {
					d.entered()
				}
				if ending, err := d.transmit(ctx, line); ending != 0 || err != nil {
					return ending, err
				}
				if d.sent && d.keys.editor == nil {
					lines = nil // like the sheet's: what comes is for the shell
				}
			}
		}
	}
	switch {
	case d.err != nil:
		return Failed, d.err
	case ended:
		return InputEnded, nil
	}
	return ByExit, nil
}

// receive shows what came before the peer's "exit".
func (d *duplex) receive(r read) {
	if d.heard {
		return
	}
	d.tell(Event{At: r.at, Kind: Received, Local: d.link.local, Remote: d.link.remote, N: len(r.data), Data: r.data})
	h := d.ear.hear(r.data)
	d.show(d.peerTag, h.lines)
	for _, n := range h.notices {
		d.say(n)
	}
	if h.exit {
		d.heard = true
		d.print(d.peerTag + "a quitté la conversation.\n")
		if !d.muted {
			d.say(Notice{Kind: NoticePeerExit, Connected: true})
		}
	}
	d.ask()
	if h.exit {
		d.tell(Event{Kind: ReceiverEnded, Local: d.link.local, Remote: d.link.remote})
	}
}

// transmit sends a typed line. The ending is 0 when the conversation goes on.
func (d *duplex) transmit(ctx context.Context, line []byte) (Ending, error) {
	select { // a peer that has gone would let the first message get lost
	case r := <-d.link.reads:
		if r.err != nil {
			return d.lost(r.err, len(line))
		}
		d.receive(r)
	default:
	}
	d.warn(line)
	if err := d.sendWhileListening(ctx, line); err != nil {
		if ctx.Err() != nil {
			return d.stopped()
		}
		return d.lost(err, len(line))
	}
	d.tell(Event{Kind: Sent, Local: d.link.local, Remote: d.link.remote, N: len(line), Data: bytes.Clone(line)})
	if !isStopWord(line) {
		d.ask()
		return 0, nil
	}
	d.sent = true
	d.mute()
	d.tell(Event{Kind: SenderEnded, Local: d.link.local, Remote: d.link.remote})
	if !d.heard {
		d.say(Notice{Kind: NoticeOneExit, Connected: true})
	}
	return 0, nil
}

// sendWhileListening sends a line and shows what comes meanwhile: two sides
// that both wait for room in the other's buffers would wait for ever.
func (d *duplex) sendWhileListening(ctx context.Context, line []byte) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sent := make(chan error, 1)
	go func() { sent <- d.link.send(ctx, line) }()
	for {
		select {
		case r := <-d.link.reads:
			if r.err == nil {
				d.receive(r)
				continue
			}
			cancel() // nobody will make room
			if err := <-sent; err != nil {
				return r.err
			}
			d.over = r.err
			return nil
		case err := <-sent:
			if err != nil && ctx.Err() == nil {
				d.lastWords()
			}
			return err
		}
	}
}

// endInput notes that nothing more will be typed.
func (d *duplex) endInput() {
	if d.sent {
		return
	}
	d.mute()
	d.tell(Event{Kind: SenderEnded, Local: d.link.local, Remote: d.link.remote})
	d.say(Notice{Kind: NoticeInputEnded, Connected: true, Terminal: d.keys.terminal})
}

// lastWords shows what had come before a write failed.
func (d *duplex) lastWords() {
	d.link.conn.SetReadDeadline(time.Unix(1, 0))
	for r := range d.link.reads {
		if r.err != nil {
			return
		}
		d.receive(r)
	}
}

// lost ends the conversation because the connection did: err is that of a read
// or a write, unsent the length of the message that could not leave.
func (d *duplex) lost(err error, unsent int) (Ending, error) {
	d.show(d.peerTag, d.ear.rest())
	if _, ending := fate(err); ending == PeerLeft && d.server && !d.heard {
		d.print(d.peerTag + "a quitté la conversation.\n") // client2.py has no such case
		if d.keys.editor == nil {
			d.ask()
		}
	}
	return d.gone(err, Notice{N: unsent, Glued: d.ear.glued})
}
