package chat

import (
	"context"
)

// Server2 is the sheet's serveur2.py: a [Server] that also sends what is
// typed. In gives its messages, one a line, from the moment a client is there;
// unlike Server's it is read whatever it is.
type Server2 Server

// Client2 is the sheet's client2.py: a [Client] that also shows what the
// server sends.
type Client2 Client

// Run serves one client until both sides have said "exit", and returns how
// that ended; see [Server.Run].
func (s *Server2) Run(ctx context.Context) (Ending, error) {
	one := (*Server)(s)
	return one.run(ctx, serving{
		keys: noKeyboard(), untilExit: true, welcome: "Connecté à ",
		converse: func(ctx context.Context, t *talk) (Ending, error) {
			if s.In != nil {
				t.keys = openKeyboard(s.In)
				defer t.keys.close()
			}
			d := duplex{talk: t, prompt: "[Serveur >>>] ", peerTag: clientTag}
			return d.converse(ctx)
		},
	})
}

// Run connects and talks until both sides have said "exit", and returns how
// that ended; see [Client.Run].
func (c *Client2) Run(ctx context.Context) (Ending, error) {
	one := (*Client)(c)
	return one.run(ctx, calling{
		untilExit: true, welcome: "Connecté au serveur.",
		converse: func(ctx context.Context, t *talk) (Ending, error) {
			d := duplex{talk: t, prompt: "[Client >>>] ", peerTag: serverTag}
			return d.converse(ctx)
		},
	})
}

// duplex is a conversation in both directions. Two goroutines do what the
// sheet's two threads do, one in the keyboard, one in the link; converse only
// waits for both. Each direction ends by itself: sending with our "exit" or
// the end of the input, receiving with the peer's "exit".
type duplex struct {
	*talk
	prompt  string // before what is typed
	peerTag string // before what is received
	ear     ear

	sent, heard bool // our "exit" was sent; the peer's was received
}

func (d *duplex) converse(ctx context.Context) (Ending, error) {
	reads, lines := d.link.reads, d.keys.lines
	d.print(d.prompt)
	for d.err == nil && (reads != nil || lines != nil) {
		select {
		case <-ctx.Done():
			return d.stopped()
		case r := <-reads:
			if r.err != nil {
				return d.lost(r)
			}
			d.receive(r)
			if d.heard {
				reads = nil
			}
		case line, open := <-lines:
			if open && d.keys.terminal {
				d.entered()
			}
			if ending, err, over := d.take(ctx, line, open); over {
				return ending, err
			}
			if d.sent || !open {
				lines = nil
			}
		}
	}
	if d.err != nil {
		return Failed, d.err
	}
	return ByExit, nil
}

// receive shows what came.
func (d *duplex) receive(r read) {
	d.tell(Event{At: r.at, Kind: Received, Local: d.link.local, Remote: d.link.remote, N: len(r.data), Data: r.data})
	h := d.ear.hear(r.data)
	d.show(d.peerTag, h.lines)
	for _, n := range h.notices {
		n.Duplex = true
		d.say(n)
	}
	if h.exit {
		d.heard = true
		d.print(d.peerTag + "a quitté la conversation.\n")
	}
	d.print(d.prompt)
	if h.exit {
		d.tell(Event{Kind: ReceiverEnded, Local: d.link.local, Remote: d.link.remote})
		if !d.sent {
			d.say(Notice{Kind: NoticePeerExit, Server: d.server, Connected: true, Duplex: true})
		}
	}
}

// take sends a typed line, or notes the end of the input. over tells that the
// conversation is, with how.
func (d *duplex) take(ctx context.Context, line []byte, open bool) (ending Ending, err error, over bool) {
	if !open {
		d.tell(Event{Kind: SenderEnded, Local: d.link.local, Remote: d.link.remote})
		if ctx.Err() != nil {
			ending, err = d.stopped()
			return ending, err, true
		}
		if !d.heard {
			d.say(Notice{Kind: NoticeInputEnded, Server: d.server, Connected: true, Duplex: true, Terminal: d.keys.terminal})
		}
		return 0, nil, false
	}
	d.warn(line)
	if err := d.link.send(ctx, line); err != nil {
		if ctx.Err() != nil {
			ending, err = d.stopped()
			return ending, err, true
		}
		ending, err = d.gone(err, Notice{N: len(line), Duplex: true})
		return ending, err, true
	}
	d.tell(Event{Kind: Sent, Local: d.link.local, Remote: d.link.remote, N: len(line), Data: append([]byte(nil), line...)})
	if !isStopWord(line) {
		d.print(d.prompt)
		return 0, nil, false
	}
	d.sent = true
	d.tell(Event{Kind: SenderEnded, Local: d.link.local, Remote: d.link.remote})
	if !d.heard {
		d.say(Notice{Kind: NoticeOneExit, Server: d.server, Connected: true, Duplex: true})
	}
	return 0, nil, false
}

// lost ends the conversation because the connection did.
func (d *duplex) lost(r read) (Ending, error) {
	d.show(d.peerTag, d.ear.rest())
	if _, ending := fate(r.err); ending == PeerLeft {
		d.print(d.peerTag + "a quitté la conversation.\n")
	}
	return d.gone(r.err, Notice{N: d.ear.total, Glued: d.ear.glued, Duplex: true})
}
