package trace

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe/syscalls"
)

// Side is where a program stands in a sequence.
type Side uint8

const (
	ClientSide Side = iota
	ServerSide
)

// Step is one row of the sequence of several programs.
type Step struct {
	At     time.Duration // when the result was known
	Side   Side
	Name   string // of the program
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
		side := sideOf(r)
		for _, e := range r.View.Events {
			if e.Kind == syscalls.Return && inSequence(e) || e.Kind == syscalls.Ended && e.PID == e.TID {
				steps = append(steps, Step{At: e.End(), Side: side, Name: r.Name, Event: e})
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

// sideOf is the server's side for a program that listens.
func sideOf(r *Report) Side {
	for _, l := range r.View.Lines {
		for _, s := range l.Shapes {
			if s.Name == "listen" || wordKey(s.Name) == "accept" {
				return ServerSide
			}
		}
	}
	return ClientSide
}

// inSequence reports whether a call belongs to the story of a connection.
func inSequence(e *syscalls.Event) bool {
	if s := e.Call.Socket; e.Call.Addr.Path != "" || s != nil && s.Local.Family == "AF_UNIX" {
		return false // the C library looking a name up, most often
	}
	switch wordKey(e.Call.Name) {
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
	if s := c.Socket; s != nil && s.Local.IP.IsValid() && s.Remote.IP.IsValid() && wordKey(c.Name) != "close" {
		a.ends[[2]int{e.PID, s.FD}] = flow{s.Local.IP, s.Remote.IP}
	}
	if f, ok := a.ends[[2]int{e.PID, c.FD}]; ok && c.Ret > 0 {
		switch wordKey(c.Name) {
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
	switch wordKey(c.Name) {
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

// Sequence draws the programs on one clock: the client on the left, the kernel
// in the middle, the server on the right.
func Sequence(s Style, reports []*Report) []string {
	steps := Align(reports)
	const timeColumn = 9
	middle := min(26, max(14, s.Width/4))
	side := max((s.Width-timeColumn-1-middle-6)/2, 10)
	p := s.Palette
	var clients, servers []string
	dropped := 0
	for _, r := range reports {
		if sideOf(r) == ServerSide {
			servers = append(servers, text.Visible(r.Name))
		} else {
			clients = append(clients, text.Visible(r.Name))
		}
		dropped += r.View.Dropped
	}
	bar := p.Faint("│")
	row := func(at, left, mid, right string) string {
		return text.PadLeft(at, timeColumn) + " " + text.PadRight(left, side) + " " + bar + " " +
			text.PadRight(mid, middle) + " " + bar + " " + right
	}
	head := func(role string, names []string) string {
		return text.Truncate(role+joined(names), side)
	}
	out := []string{row("", p.Client(head("client", clients)), p.Kernel(center("noyau", middle)), p.Server(head("serveur", servers)))}
	if dropped > 0 {
		out = append(out, p.Faint(text.French(fmt.Sprintf("(%d évènements plus anciens ne sont plus gardés)", dropped))))
	}
	for i := 0; i < len(steps); i++ {
		step := &steps[i]
		words := stepText(step, len(clients) > 1 && step.Side == ClientSide || len(servers) > 1 && step.Side == ServerSide)
		if n := sameRun(steps[i:]); n > repeatsShown {
			words = text.French(fmt.Sprintf("%d × ", n)) + words
			i += n - 1
		}
		mid := arrow(step, middle)
		words = text.Truncate(words, side)
		if step.Side == ClientSide {
			out = append(out, row(clock(step.At), paintStep(p, paint.Client, step, words), p.Kernel(mid), ""))
		} else {
			out = append(out, row(clock(step.At), "", p.Kernel(mid), paintStep(p, paint.Server, step, words)))
		}
	}
	for i, line := range out {
		out[i] = text.Truncate(line, s.Width)
	}
	return out
}

func paintStep(p paint.Palette, role paint.Role, s *Step, words string) string {
	if s.Event.Call != nil && s.Event.Call.Failed() && s.Event.Call.Err != "ERESTART" {
		role = paint.Bad
	}
	return p.Paint(role, words)
}

// sameRun counts the steps in a row that say the same.
func sameRun(steps []Step) int {
	n := 1
	for n < len(steps) && steps[n].Event.Kind == syscalls.Return && steps[0].Event.Kind == syscalls.Return &&
		steps[n].Name == steps[0].Name && steps[n].Event.Place == steps[0].Event.Place &&
		steps[n].Event.Call.Name == steps[0].Event.Call.Name && steps[n].Event.Call.Ret == steps[0].Event.Call.Ret {
		n++
	}
	return n
}

func joined(names []string) string {
	s := ""
	for i, n := range names {
		if i == 0 {
			s = " ("
		} else {
			s += ", "
		}
		s += n
	}
	if s != "" {
		s += ")"
	}
	return s
}

func center(s string, width int) string {
	left := (width - text.Width(s)) / 2
	if left < 0 {
		left = 0
	}
	return text.PadRight(text.PadLeft(s, left+text.Width(s)), width)
}

// arrow draws what passes through the kernel, with its direction.
func arrow(s *Step, width int) string {
	if s.Toward == 0 {
		return ""
	}
	words := text.Truncate(text.French(s.Kernel), width-4)
	right := s.Side == ClientSide && s.Toward > 0 || s.Side == ServerSide && s.Toward < 0
	switch {
	case s.Toward > 0 && right:
		return "──▶ " + words
	case s.Toward > 0:
		return text.PadLeft(words+" ◀──", width)
	case right:
		return text.PadLeft(words+" ──▶", width)
	}
	return "◀── " + words
}

// stepText is a call in few words.
func stepText(s *Step, name bool) string {
	e := s.Event
	prefix := ""
	if name {
		prefix = text.Visible(s.Name) + " "
	}
	if e.Kind == syscalls.Ended {
		return prefix + StatusText(e.Status)
	}
	if e.Place.Known() {
		prefix += text.PadLeft(strconv.Itoa(e.Place.Line), 3) + " "
	}
	return prefix + shortCall(e)
}

func shortCall(e *syscalls.Event) string {
	c := e.Call
	s := c.Name
	switch wordKey(c.Name) {
	case "bind", "connect":
		if c.Addr.Valid() {
			s += " " + text.Visible(c.Addr.String())
		}
	case "sendto", "send", "sendall", "recvfrom", "recv", "read", "write", "sendmsg", "recvmsg", "input":
		if c.FD == 0 {
			s += " clavier"
		} else if c.FD == 1 || c.FD == 2 {
			s += " écran"
		}
		if c.Data != nil && !c.Failed() {
			s += " " + quote(c.Data, false)
		}
	case "close", "shutdown":
		s += " " + strconv.Itoa(c.FD)
	}
	if c.Failed() {
		s += " " + text.Visible(c.Err)
	} else if k := wordKey(c.Name); (k == "accept" || k == "socket") && c.Done {
		s += " → " + strconv.FormatInt(c.Ret, 10)
	}
	if e.Took >= 10*time.Millisecond {
		s += " (attente " + text.Duration(e.Took) + ")"
	}
	return s
}
