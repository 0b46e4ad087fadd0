package chat

import (
	"context"
	"fmt"
	"net"
	"time"
)

// talk is a conversation as both programs have it: a voice, a keyboard, and
// once there is a peer, a link.
type talk struct {
	*voice
	keys   *keyboard
	link   *link // nil before there is a peer
	server bool
	duplex bool

	sent, heard bool     // our "exit" was sent; the peer's was received
	early       [][]byte // typed to a two-way server that had no client yet
}

// accept waits for a client. Without one, it returns how the wait ended.
func (t *talk) accept(ctx context.Context, l *net.TCPListener) (*net.TCPConn, Ending, error) {
	type answer struct {
		conn *net.TCPConn
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		conn, err := l.AcceptTCP()
		answers <- answer{conn, err}
	}()
	abandon := func() {
		l.Close()
		if a := <-answers; a.conn != nil {
			a.conn.Close()
		}
	}
	for {
		select {
		case a := <-answers:
			if a.err != nil {
				return nil, Failed, fmt.Errorf("accept: %w", a.err)
			}
			return a.conn, 0, nil
		case <-ctx.Done():
			abandon()
			ending, err := t.stopped()
			return nil, ending, err
		case line, open := <-t.keys.lines:
			if t.typed(line, open) {
				abandon()
				ending, err := t.inputEnded(ctx)
				return nil, ending, err
			}
		}
	}
}

// typed takes a line typed to a server that only listens, or that has no
// client yet, and reports whether it was the end of the input instead. A keyboard that cannot be read (the
// program went to the background) is let go of.
func (t *talk) typed(line []byte, open bool) (ended bool) {
	switch {
	case open && t.duplex:
		t.early = append(t.early, line)
		t.say(Notice{Kind: NoticeEarly})
		t.keys.editor.Prompt("")
	case open:
		t.entered()
		t.say(Notice{Kind: NoticeDeaf})
	case t.keys.err != nil:
		t.keys.lines = nil
	default:
		return true
	}
	return false
}

// stopped ends the conversation because the context ended.
func (t *talk) stopped() (Ending, error) {
	t.say(Notice{Kind: NoticeStopped, Connected: t.link != nil, MidLine: t.keys.terminal && t.keys.editor == nil})
	return Interrupted, nil
}

// ctrlCEndsInput is set where a terminal reports Ctrl+C to who reads it as the
// end of the input, just before the signal comes: on Windows.
var ctrlCEndsInput = false

// inputEnded ends the conversation because the input ended.
func (t *talk) inputEnded(ctx context.Context) (Ending, error) {
	if ctrlCEndsInput && t.keys.terminal {
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
	if ctx.Err() != nil {
		return t.stopped()
	}
	t.say(Notice{Kind: NoticeInputEnded, Connected: t.link != nil, Terminal: t.keys.terminal})
	return InputEnded, nil
}

// gone ends the conversation because the connection did: err is that of a
// read or a write. n carries what the remark should know beyond that.
func (t *talk) gone(err error, n Notice) (Ending, error) {
	kind, ending := fate(err)
	if ending == Failed {
		return Failed, &LostError{Remote: t.link.remote, Err: err}
	}
	e := Event{Kind: kind, Local: t.link.local, Remote: t.link.remote}
	if kind == PeerReset {
		e.Err, n.Err = err, err
	}
	t.tell(e)
	switch {
	case t.server && ending == PeerLeft:
		n.Kind = NoticeClientLeft
	case t.server:
		n.Kind = NoticeClientBroke
	case ending == PeerLeft:
		n.Kind = NoticeServerLeft
	default:
		n.Kind = NoticeServerBroke
	}
	n.Connected = true
	t.say(n)
	return ending, nil
}

// say makes a remark as the program that this is.
func (t *talk) say(n Notice) {
	n.Server, n.Duplex, n.Sent, n.Heard = t.server, t.duplex, t.sent, t.heard
	t.voice.say(n)
}

// show prints received texts under a tag.
func (t *talk) show(tag string, texts []string) {
	for _, s := range texts {
		t.print(show(tag, s))
	}
}
