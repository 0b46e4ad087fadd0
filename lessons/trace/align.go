package trace

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe/syscalls"
)

// Step is one row of the sequence of several programs.
type Step struct {
	At     time.Duration  // when the result was known
	Who    evidence.Actor // the client or the server
	Name   string         // of the program
	Event  *syscalls.Event
	Kernel string // what it was for the kernel, "" when nothing is known
	// Toward is where the kernel passes it: 0 nowhere, 1 from the program to
	// the kernel, -1 from the kernel to the program.
	Toward int
}

// flow is one direction of a connection.
type flow struct{ from, to netip.AddrPort }

// sending is what was given to the kernel, and not taken out yet.
type sending struct {
	at   time.Duration
	left int64
}

// aligner finds what the calls of several programs say of the same connection.
type aligner struct {
	ends  map[[2]int]flow // by pid and descriptor: local, remote
	sent  map[flow][]sending
	ports map[[2]int]netip.AddrPort
}

// Align puts the calls of several programs on one clock. What is too old to be
// kept by its record is left out.
func Align(reports []*Report) []Step {
	var steps []Step
	for _, r := range reports {
		who := r.Role()
		for _, e := range r.View.Events {
			if e.Kind == syscalls.Return && inSequence(e) || e.Kind == syscalls.Ended && e.PID == e.TID {
				steps = append(steps, Step{At: e.End(), Who: who, Name: r.Name, Event: e})
			}
		}
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	a := &aligner{ends: map[[2]int]flow{}, sent: map[flow][]sending{}, ports: map[[2]int]netip.AddrPort{}}
	// A reader may be seen to have read before the writer is seen to have
	// written: both left the kernel at about the same time. What was given is
	// counted from its entry.
	for i := range steps {
		a.learn(steps[i].Event)
	}
	for i := range steps {
		a.tell(&steps[i])
	}
	return steps
}

// Role is that of the server for a program that listens, else of the client.
func (r *Report) Role() evidence.Actor {
	for _, l := range r.View.Lines {
		for _, s := range l.Shapes {
			if s.Name == "listen" || WordKey(s.Name) == "accept" {
				return evidence.Server
			}
		}
	}
	return evidence.Client
}

// inSequence reports whether a call belongs to the story of a connection.
func inSequence(e *syscalls.Event) bool {
	if s := e.Call.Socket; e.Call.Addr.Path != "" || s != nil && s.Local.Family == "AF_UNIX" {
		return false // the C library looking a name up, most often
	}
	switch WordKey(e.Call.Name) {
	case "bind", "listen", "accept", "connect", "sendto", "send", "sendall", "sendmsg", "recvfrom", "recv", "recvmsg",
		"shutdown", "socket", "input":
		return true
	case "close":
		return e.Call.Socket != nil
	case "write":
		return e.Call.FD > 2 || strings.TrimSpace(string(e.Call.Data)) != "" // print ends its line apart
	case "read":
		return true
	}
	return false
}

// learn notes the two ends of the sockets that calls speak of.
func (a *aligner) learn(e *syscalls.Event) {
	if e.Kind != syscalls.Return {
		return
	}
	c := e.Call
	if s := c.Socket; s != nil && s.Local.IP.IsValid() && s.Remote.IP.IsValid() && WordKey(c.Name) != "close" {
		a.ends[[2]int{e.PID, s.FD}] = flow{s.Local.IP, s.Remote.IP}
	}
	if f, ok := a.ends[[2]int{e.PID, c.FD}]; ok && c.Ret > 0 {
		switch WordKey(c.Name) {
		case "sendto", "send", "sendall", "sendmsg", "write":
			a.sent[f] = append(a.sent[f], sending{e.At, c.Ret})
		}
	}
}

// tell says what a step was for the kernel.
func (a *aligner) tell(s *Step) {
	e := s.Event
	if e.Kind != syscalls.Return {
		return
	}
	c := e.Call
	f, known := a.ends[[2]int{e.PID, c.FD}]
	switch WordKey(c.Name) {
	case "bind":
		if !c.Failed() && c.Socket != nil {
			s.Kernel, s.Toward = "réserve "+port(c.Socket.Local.IP), 1
		}
	case "listen":
		if !c.Failed() && c.Socket != nil {
			s.Kernel, s.Toward = "ouvre "+port(c.Socket.Local.IP), 1
		}
	case "connect":
		if !c.Failed() && c.Socket != nil {
			s.Kernel, s.Toward = port(c.Socket.Local.IP)+" ↔ "+port(c.Socket.Remote.IP), 1
		}
	case "accept":
		if !c.Failed() && c.Socket != nil {
			s.Kernel, s.Toward = port(c.Socket.Remote.IP)+" ↔ "+port(c.Socket.Local.IP), -1
		}
	case "sendto", "send", "sendall", "sendmsg", "write":
		if known && c.Ret > 0 {
			s.Kernel, s.Toward = text.Plural(int(c.Ret), "octet"), 1
		}
	case "recvfrom", "recv", "recvmsg", "read":
		if known {
			a.received(s, flow{f.to, f.from})
		}
	case "shutdown", "close":
		if c.Socket != nil && c.Socket.Remote.IP.IsValid() {
			s.Kernel, s.Toward = "ferme "+port(c.Socket.Local.IP), 1
		}
	}
	if c.Failed() && c.Err != "ERESTART" && s.Kernel == "" && c.FD > 2 {
		s.Kernel, s.Toward = c.Err, -1
	}
}

// received says how long the bytes of a read had been in the kernel.
func (a *aligner) received(s *Step, f flow) {
	c := s.Event.Call
	s.Toward = -1
	if c.Ret == 0 && !c.Failed() {
		s.Kernel = "fin des données"
		return
	}
	if c.Ret <= 0 {
		return
	}
	s.Kernel = text.Plural(int(c.Ret), "octet")
	var first time.Duration = -1
	for n := c.Ret; n > 0 && len(a.sent[f]) > 0; {
		q := &a.sent[f][0]
		if first < 0 {
			first = q.at
		}
		take := min(n, q.left)
		q.left -= take
		n -= take
		if q.left == 0 {
			a.sent[f] = a.sent[f][1:]
		}
	}
	if first >= 0 && s.At >= first {
		s.Kernel += " en " + text.Duration(s.At-first)
	}
}

func port(a netip.AddrPort) string { return ":" + strconv.Itoa(int(a.Port())) }
