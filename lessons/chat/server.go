package chat

import (
	"context"
	"io"
	"net"
	"net/netip"
)

// Server is the sheet's serveur.py: it listens, takes one client, shows what
// that client sends until "exit", and is over. Its zero value listens on a
// port that the kernel chooses.
type Server struct {
	Host string // address or name to listen on; "": [DefaultHost]
	Port uint16 // 0: the kernel chooses, [Listening] tells

	// WithoutReuseAddr leaves out SO_REUSEADDR, as the sheet does: the port
	// cannot be taken again while the kernel remembers a connection of it.
	WithoutReuseAddr bool

	// In, when it is a terminal, ends the server with Ctrl+D. Anything else
	// is not read, so that a server can run without a keyboard.
	In io.Reader
	// Out gets what serveur.py prints, received control characters aside:
	// those are made visible. A failed write ends the server. May be nil.
	Out io.Writer

	OnNotice func(Notice) // labo's remarks, in order; may be nil
	OnEvent  func(Event)  // what happens, in order; may be nil
}

const (
	serverTag = "[Serveur] "
	clientTag = "[Client] "
)

// Run serves one client and returns how that ended. When Run returns, its
// sockets are closed and its goroutines have ended, except one that waits in
// the read of a terminal on Windows.
//
// The error is nil unless the ending is [Failed]: a [*HostError],
// [*PortTakenError] or [*ListenError] before there was a port, else that of a
// read, or of a write on Out.
func (s *Server) Run(ctx context.Context) (ending Ending, err error) {
	return s.run(ctx, serving{keys: s.keyboard(), welcome: "Connexion de ", converse: s.serve})
}

// serving is what differs between the sheet's two servers.
type serving struct {
	keys     *keyboard // read while nobody is connected
	duplex   bool
	welcome  string
	converse func(context.Context, *talk) (Ending, error)
}

// run listens, takes one client, and converses with it.
func (s *Server) run(ctx context.Context, how serving) (ending Ending, err error) {
	defer how.keys.close()
	v := newVoice(s.Out, s.OnNotice, s.OnEvent)
	l, err := s.listen(ctx, v)
	markDuplex(err, how.duplex)
	if ctx.Err() != nil {
		if l != nil {
			l.Close()
		}
		v.say(Notice{Kind: NoticeStopped, Server: true, Duplex: how.duplex})
		return Interrupted, nil
	}
	if err != nil {
		return Failed, err
	}
	last := Event{Kind: Closed, Local: addrPort(l.Addr())}
	defer func() {
		l.Close()
		last.Err = err
		v.tell(last)
	}()
	t := talk{voice: v, keys: how.keys, server: true, duplex: how.duplex}
	v.tell(Event{Kind: Listening, Local: last.Local})
	v.print(serverTag + "En attente de connexion...\n")

	conn, ending, err := t.accept(ctx, l)
	if conn == nil {
		return ending, err
	}
	t.link = newLink(conn)
	defer t.link.close()
	last.Local, last.Remote = t.link.local, t.link.remote
	v.tell(Event{Kind: Accepted, Local: last.Local, Remote: last.Remote})
	v.print(serverTag + how.welcome + pythonAddress(last.Remote) + "\n")
	return how.converse(ctx, &t)
}

// listen opens the port. It warns first when others than this machine will be
// able to connect, unless the address does not look like one of this machine:
// then listening will most likely fail, and the warning waits for that.
func (s *Server) listen(ctx context.Context, v *voice) (*net.TCPListener, error) {
	addr, err := resolve(ctx, s.Host)
	if err != nil {
		return nil, err
	}
	at := netip.AddrPortFrom(addr, s.Port)
	others := reachable(addr)
	warn := func() { v.say(Notice{Kind: NoticeExposed, Server: true, Addr: at, Reachable: others}) }
	if addr.IsUnspecified() || len(others) > 0 {
		warn()
	}
	l, err := listen(ctx, at, s.WithoutReuseAddr)
	if err == nil && !addr.IsLoopback() {
		warn()
	}
	return l, err
}

// keyboard opens In if it is a terminal.
func (s *Server) keyboard() *keyboard {
	if !isTerminal(s.In) {
		return noKeyboard()
	}
	return openKeyboard(s.In)
}

// serve shows what the client sends until the end of the conversation.
func (s *Server) serve(ctx context.Context, t *talk) (Ending, error) {
	var e ear
	for t.err == nil {
		select {
		case <-ctx.Done():
			return t.stopped()
		case line, open := <-t.keys.lines:
			if t.typed(line, open) {
				return t.inputEnded(ctx)
			}
		case r := <-t.link.reads:
			if r.err != nil {
				t.show(clientTag, e.rest())
				return t.gone(r.err, Notice{N: e.total, Glued: e.glued, Web: e.caller != callerPlain})
			}
			t.tell(Event{At: r.at, Kind: Received, Local: t.link.local, Remote: t.link.remote,
				N: len(r.data), Data: r.data})
			h := e.hear(r.data)
			t.show(clientTag, h.lines)
			for _, n := range h.notices {
				t.say(n)
			}
			if h.exit {
				t.print(serverTag + "Fin de la communication.\n")
				return ByExit, t.err
			}
		}
	}
	return Failed, t.err
}
