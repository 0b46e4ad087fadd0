package holes

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe"
	"labo/probe/syscalls"
)

// The sockets of a program.
const (
	own     = "socket"    // that it listens or calls on
	partner = "connexion" // what accept() gave it
)

// The calls that [Order] tells: those that the lines make.
var told = []string{"socket", "bind", "listen", "accept", "recvfrom", "recv", "close"}

const mostTold = 50

// observe takes an event of the program, which waits meanwhile.
func (r *run) observe(e *syscalls.Event) {
	defer r.poke()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.root == 0 {
		r.root = e.PID
	}
	switch {
	case e.Kind == syscalls.Ended && e.TID == r.root:
		r.status = &e.Status
	case e.Kind == syscalls.Attached:
		r.seen++
	case e.Startup || filepath.Base(e.Place.File) != filepath.Base(r.path):
	case e.Kind == syscalls.NewThread:
		r.thread(e, fmt.Sprintf("le noyau a un thread de plus, de numéro %d", e.Child))
	case e.Kind == syscalls.Enter:
		r.seen++
	case e.Kind == syscalls.Return:
		r.seen++
		r.last = *e
		r.returned(e)
	}
}

// thread notes a new thread.
func (r *run) thread(e *syscalls.Event, words string) {
	r.last = *e
	if _, first := r.facts["thread"]; !first {
		r.note("thread", e, "start()", words)
		return
	}
	r.note("second", e, "start()", words)
}

// note keeps a fact, unless it is known.
func (r *run) note(id string, e *syscalls.Event, call, words string) {
	if _, known := r.facts[id]; !known {
		r.facts[id] = Fact{At: r.began.Add(e.End()), Line: e.Place.Line, Call: call, Words: words}
	}
}

// doubts keeps the first thing that is not as asked.
func (r *run) doubts(sentence string, line int) {
	if r.doubt == "" {
		r.doubt, r.where = sentence, line
	}
}

// returned notes what a call of the program shows. The name is that of the
// kernel, or of a method of Python.
func (r *run) returned(e *syscalls.Event) {
	c := e.Call
	name := trace.WordKey(c.Name)
	if slices.Contains(told, name) && (r.fds[c.FD] != "" || name == "socket" && !about(c, "AF_UNIX")) && len(r.made) < mostTold {
		r.made = append(r.made, *e)
	}
	if c.Failed() {
		if c.Addr.Family != "AF_UNIX" && (name != "connect" || r.fds[c.FD] != "") { // not of the search for a name
			r.failed = append(r.failed, *e)
		}
		return
	}
	switch name {
	case "socket":
		r.socket(e)
	case "bind":
		r.bound(e)
	case "listen":
		r.listens(e)
	case "accept":
		if r.fds[c.FD] == own {
			r.fds[int(c.Ret)] = partner
			r.note("accept", e, "accept()", fmt.Sprintf("le noyau vous rend la connexion de %s, par le descripteur %d", text.Visible(c.Addr.String()), c.Ret))
		}
	case "connect":
		r.connected(e)
	case "recv", "recvfrom", "read", "recvmsg":
		if r.fds[c.FD] != "" {
			r.received(e)
		}
	case "sendto", "send", "sendall", "write", "sendmsg":
		if r.fds[c.FD] != "" {
			r.sent, r.parts = *e, r.parts+1
		}
	case "close":
		if r.fds[c.FD] != "" {
			r.closed = append(r.closed, *e)
		}
	case "start":
		r.thread(e, "Python a demandé au système un thread de plus")
	}
}

// about reports whether a call names that.
func about(c *syscalls.Call, what string) bool {
	for _, a := range c.Args {
		if strings.Contains(a.Text, what) {
			return true
		}
	}
	return false
}

// socket notes a socket, if it is for TCP over IPv4.
func (r *run) socket(e *syscalls.Event) {
	switch c := e.Call; {
	case about(c, "AF_UNIX"):
	case about(c, "SOCK_DGRAM"):
		r.doubts("le noyau a donné un socket UDP (SOCK_DGRAM) : pour TCP, c'est SOCK_STREAM", e.Place.Line)
	case about(c, "AF_INET6"):
		r.doubts("le noyau a donné un socket IPv6 (AF_INET6) : l'autre programme appelle en IPv4, AF_INET", e.Place.Line)
	default:
		r.fds[int(e.Call.Ret)] = own
		r.note("socket", e, "socket()", fmt.Sprintf("le noyau vous rend le descripteur %d", e.Call.Ret))
	}
}

// address returns what a call was given, or what the socket then has.
func address(c *syscalls.Call) (a syscalls.Addr) {
	if a = c.Addr; !a.Valid() && c.Socket != nil {
		if a = c.Socket.Local; trace.WordKey(c.Name) == "connect" {
			a = c.Socket.Remote
		}
	}
	return a
}

func (r *run) bound(e *syscalls.Event) {
	a := address(e.Call)
	switch ip := a.IP; {
	case !ip.IsValid():
	case ip.Port() != r.port:
		r.doubts(fmt.Sprintf("le noyau a réservé le port %d, et c'est le %d qui est demandé", ip.Port(), r.port), e.Place.Line)
	case !ip.Addr().IsUnspecified() && ip.Addr().Unmap().String() != "127.0.0.1":
		r.doubts("le port est réservé à l'adresse "+ip.Addr().String()+", que le client de la fiche n'appelle pas : « localhost » est 127.0.0.1", e.Place.Line)
	default:
		r.note("bind", e, "bind()", fmt.Sprintf("le port %d a été réservé, jusqu'à la fin de votre programme", r.port))
	}
}

func (r *run) listens(e *syscalls.Event) {
	s := e.Call.Socket
	if s != nil && s.Local.IP.IsValid() && s.Local.IP.Port() != r.port {
		r.doubts(fmt.Sprintf("ce socket écoute sur le port %d, que le noyau a choisi : bind() n'a pas été appelé avant listen()", s.Local.IP.Port()), e.Place.Line)
		return
	}
	words := "le port a été ouvert aux appels"
	if s != nil && s.State == probe.Listen {
		words += " (état LISTEN)"
	}
	r.note("listen", e, "listen()", words)
}

func (r *run) connected(e *syscalls.Event) {
	a := address(e.Call)
	if !a.IP.IsValid() || r.fds[e.Call.FD] != own {
		return
	}
	if a.IP.Port() != r.port {
		r.doubts(fmt.Sprintf("votre programme a appelé le port %d, et le serveur est sur le %d", a.IP.Port(), r.port), e.Place.Line)
		return
	}
	words := "le noyau a établi la connexion"
	if s := e.Call.Socket; s != nil && s.Local.IP.IsValid() {
		words += fmt.Sprintf(", et vous prête le port %d", s.Local.IP.Port())
	}
	r.note("connect", e, "connect()", words)
}

func (r *run) received(e *syscalls.Event) {
	if e.Call.Ret > 0 || len(e.Call.Data) > 0 {
		r.recv = *e
		r.recvs++
	} else {
		r.empty++
	}
}
