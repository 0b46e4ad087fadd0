package voisin

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"time"

	"labo/lessons/act"
	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// listen opens the lesson's port on the address by which the neighbour comes.
// Close it with the scene.
func (j *joint) listen() *net.TCPListener {
	at := j.d.server()
	l, err := chat.Listen(j.ctx, at)
	j.Must(err, "écouter sur "+at.String())
	j.did(evidence.Returned(evidence.Server, "bind, listen "+at.String(), "listen", "écoute"))
	return l
}

// accept takes the neighbour's connection out of the queue. One of somebody else
// is cut, and told.
func (j *joint) accept(l *net.TCPListener) *net.TCPConn {
	l.SetDeadline(time.Now().Add(patience))
	leave := context.AfterFunc(j.ctx, func() { l.SetDeadline(time.Now()) })
	defer leave()
	for {
		c, err := l.AcceptTCP()
		j.Stop(j.ctx.Err())
		j.Must(err, "accepter la connexion de "+j.d.Name())
		if from := act.AddrPort(c.RemoteAddr()); from.Addr() != j.d.link.Peer().There {
			demo.Abort(c)
			j.did(evidence.Event{From: evidence.Kernel, To: evidence.Server, What: "accept", Outcome: evidence.Failed,
				Detail: "rend une connexion de " + from.String() + ", qui n'est pas " + j.d.Name() + " : labo la coupe", Source: "valeur rendue par accept()"})
			continue
		}
		j.did(evidence.Event{From: evidence.Server, To: evidence.Kernel, What: "accept", Outcome: evidence.Worked,
			Detail: "rend la connexion de " + c.RemoteAddr().String(), Source: "valeur rendue par accept()"})
		return c
	}
}

// connect has the client connect, and notes how that ended.
func (j *joint) connect() demo.Attempt {
	at := j.d.server()
	a := demo.Connect(j.ctx, at, 5*time.Second)
	j.Stop(j.ctx.Err())
	e := evidence.Event{From: evidence.Client, To: evidence.Kernel, What: "connect " + at.String(), Outcome: evidence.Worked, Detail: act.Outcome(a), Source: "valeur rendue par connect()"}
	if a.Err != nil {
		e.Outcome, e.Source = evidence.Failed, "errno de connect()"
	}
	j.did(e)
	return a
}

// couple is the connection of a scene, this side of it.
type couple struct {
	conn     *net.TCPConn
	listener *net.TCPListener // of the server
}

// connected makes the connection of the scene: marks 1 and 2.
func (j *joint) connected() couple {
	if j.d.serves() {
		l := j.listen()
		j.mark(1)
		j.await(2, "la connexion de "+j.d.Name())
		return couple{j.accept(l), l}
	}
	j.await(1, "l'écoute de "+j.d.Name())
	a := j.connect()
	j.Must(a.Err, "se connecter à "+j.d.Name())
	j.mark(2)
	return couple{conn: a.Conn}
}

// cut ends what this side has of a connection, with a RST.
func (c *couple) cut() {
	demo.Abort(c.conn)
	if c.listener != nil {
		c.listener.Close()
	}
}

// end is the row of this side of a connection in a snapshot.
func (j *joint) end(s *probe.Snapshot, local, remote netip.AddrPort) (probe.Socket, bool) {
	i := slices.IndexFunc(s.Sockets, func(k probe.Socket) bool { return plain(k.Local) == local && plain(k.Remote) == remote })
	if i < 0 {
		return probe.Socket{}, false
	}
	return s.Sockets[i], true
}

func (j *joint) endOf(s *probe.Snapshot, c *net.TCPConn) (probe.Socket, bool) {
	return j.end(s, act.AddrPort(c.LocalAddr()), act.AddrPort(c.RemoteAddr()))
}

// plain writes an IPv4 address as such, however the system does.
func plain(a netip.AddrPort) netip.AddrPort {
	if !a.IsValid() {
		return a
	}
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// counted measures the port with what the kernel counts of each connection.
func (j *joint) counted() *probe.Snapshot {
	s, err := j.Look(j.ctx, probe.Filter{Ports: []uint16{j.Port}, Info: true})
	j.Must(err, "lire la table des sockets")
	return s
}

// recv reads once, as recv(1024), and notes what came.
func (j *joint) recv(c *net.TCPConn, who evidence.Actor, limit time.Duration) error {
	buf := make([]byte, chat.ReadSize)
	c.SetReadDeadline(time.Now().Add(limit))
	leave := context.AfterFunc(j.ctx, func() { c.SetReadDeadline(time.Now()) })
	n, err := c.Read(buf)
	leave()
	j.Stop(j.ctx.Err())
	e := evidence.Read(who, "rend "+text.Plural(n, "octet"), evidence.Worked)
	switch {
	case n > 0:
		e.Detail += " : " + act.Quoted(text.Visible(string(buf[:n])))
	case errors.Is(err, os.ErrDeadlineExceeded):
		e.Outcome, e.Detail, e.Source = evidence.Waiting, "n'a rien rendu en "+text.Duration(limit), "délai de labo"
	case fault.Errno(err) != "":
		e.Outcome, e.Detail, e.Source = evidence.Failed, "échoue avec "+fault.Errno(err), "errno de recv()"
	default:
		e.Outcome, e.Detail = evidence.Failed, act.Farewell(n, err)
	}
	j.did(e)
	return err
}

// stateOf names the state of this side of a connection, as the tables do.
func stateOf(s probe.Socket, there bool) string {
	if !there {
		return "plus de ligne"
	}
	return measured.StateName(s.State)
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
