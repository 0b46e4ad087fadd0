package act

import (
	"context"
	"net"
	"net/netip"
	"time"

	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/probe"
)

// acceptBound is how long a client that is connected is waited for in the queue.
const acceptBound = 5 * time.Second

// Accept takes the connection of that client out of the queue. One of somebody
// else, who came before, is told of and closed.
func Accept(b *bench.Bench, l *net.TCPListener, client netip.AddrPort) *net.TCPConn {
	l.SetDeadline(time.Now().Add(acceptBound))
	defer l.SetDeadline(time.Time{})
	leave := context.AfterFunc(b.Context(), func() { l.SetDeadline(time.Now()) })
	defer leave()
	conn, err := demo.Accept(l, client, func(other net.Conn) {
		b.Event(evidence.Event{
			From: evidence.Kernel, To: evidence.Server, What: "accept()", Outcome: evidence.Failed,
			Detail: "rend une connexion de " + other.RemoteAddr().String() + ", qui n'est pas le client de cette scène : labo la ferme", Source: "valeur rendue par accept()",
		})
	})
	b.Stop(b.Context().Err())
	b.Must(err, "accepter la connexion")
	return conn
}

// EndOf returns the end of the client that the process pid has on the lesson's
// port; no address where this system does not say whose a socket is.
func EndOf(b *bench.Bench, pid int) (client netip.AddrPort) {
	b.Until("la connexion du client", func(s *probe.Snapshot) bool {
		hidden := false
		for i := range s.Sockets {
			switch sock := &s.Sockets[i]; {
			case sock.Remote != b.Server || sock.State != probe.Established:
			case sock.HeldBy(pid):
				client = sock.Local
				return true
			case sock.Owner.Kind != probe.OwnerProcess:
				hidden = true
			}
		}
		return hidden
	})
	return client
}
