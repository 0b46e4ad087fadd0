package panel

import (
	"net/netip"
	"strconv"
	"strings"

	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// PortOwner says in one line who has a port, after a snapshot of its sockets.
func PortOwner(port uint16, s *probe.Snapshot) string {
	listening, bound := holdersOf(port, probe.Listen, s), holdersOf(port, probe.Bound, s)
	rows := 0
	for i := range s.Sockets {
		if s.Sockets[i].State != probe.TimeWait {
			rows++
		}
	}
	who := ""
	switch {
	case len(listening) > 0:
		who = strings.Join(listening, ", ") + " y écoute"
	case len(bound) > 0:
		who = "réservé par " + strings.Join(bound, ", ")
	case rows > 0:
		who = "personne n'y écoute"
	case len(s.Sockets) > 0:
		who = "personne n'y écoute (TIME-WAIT)"
	default:
		who = "libre, aucune ligne ne le cite"
	}
	return text.French("port "+strconv.Itoa(int(port))+" : ") + text.French(who)
}

// holdersOf names who holds the sockets of a port in that state, each once.
func holdersOf(port uint16, state probe.State, s *probe.Snapshot) []string {
	var names []string
	for i := range s.Sockets {
		sock := &s.Sockets[i]
		if sock.State != state || sock.Local.Port() != port {
			continue
		}
		name := measured.Owner(sock.Owner, s.Source)
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return names
}

// The columns of [Brief].
const (
	briefState = 11 // ESTABLISHED
	briefEnds  = len(":12345") + 3 + len(":12345")
	briefGap   = "  "
)

// BriefHeader names the columns of [Brief], with the queues in so many cells.
func BriefHeader(p paint.Palette, queues int) string { return briefHeader(p, queues, briefGap) }

func briefHeader(p paint.Palette, queues int, gap string) string {
	return p.Faint(text.PadRight("état", briefState) + gap + text.PadRight("ports", briefEnds) + gap + text.PadRight("files", queues) + gap + "propriétaire")
}

// Brief writes a socket on one line: "ESTABLISHED  :12345 ↔ :40312  0/0  labo
// (4242)". The address 127.0.0.1 goes without saying; others are written. The
// queues fill so many cells.
func Brief(p paint.Palette, s *probe.Socket, source probe.Source, queues int) string {
	head, ends := briefHead(p, s, queues, briefGap)
	last := measured.Owner(s.Owner, source)
	switch timer := briefTimer(s); {
	case timer == "":
	case text.Width(ends) > briefEnds && s.Timer.Value.Kind != probe.TimerTimeWait: // the line is long: what happens, before whose it is
		last = timer + ", " + last
	default:
		last += ", " + timer
	}
	return head + last
}

// briefHead is all of [Brief] before the owner, and its ends.
func briefHead(p paint.Palette, s *probe.Socket, queues int, gap string) (head, ends string) {
	ends = briefEnd(s.Local)
	if s.Remote.IsValid() {
		ends += " ↔ " + briefEnd(s.Remote)
	}
	name := measured.StateName(s.State)
	return p.State(s.State, name) + strings.Repeat(" ", max(briefState-text.Width(name), 0)) + gap +
		text.PadRight(ends, briefEnds) + gap + text.PadRight(measured.Queues(s), queues) + gap, ends
}

func briefTimer(s *probe.Socket) string {
	if !s.Timer.Known {
		return ""
	}
	return measured.Timer(s)
}

// BriefTable is a table of one line a socket, header first. Where one is longer than
// width cells, the columns stand closer, and its timer is below its owner.
func BriefTable(p paint.Palette, width int, sockets []probe.Socket) []string {
	queues := len("files")
	for i := range sockets {
		queues = max(queues, text.Width(measured.Queues(&sockets[i])))
	}
	lines, long := []string{BriefHeader(p, queues)}, false
	for i := range sockets {
		lines = append(lines, Brief(p, &sockets[i], probe.Auto, queues))
		long = long || text.Width(lines[i+1]) > width
	}
	if !long {
		return lines
	}
	lines = []string{briefHeader(p, queues, " ")}
	for i := range sockets {
		s := &sockets[i]
		head, _ := briefHead(p, s, queues, " ")
		line, timer := head+measured.Owner(s.Owner, probe.Auto), briefTimer(s)
		switch {
		case timer == "":
			lines = append(lines, line)
		case text.Width(line+", "+timer) <= width:
			lines = append(lines, line+", "+timer)
		default:
			lines = append(lines, line, strings.Repeat(" ", text.Width(head))+timer)
		}
	}
	return lines
}

func briefEnd(a netip.AddrPort) string {
	if a.Addr() == netip.AddrFrom4([4]byte{127, 0, 0, 1}) {
		return ":" + strconv.Itoa(int(a.Port()))
	}
	return measured.Address(a)
}

// QueueBars draws the first queues that hold something, one a line, in width cells:
// the connections that wait for accept(), the bytes that wait for recv(), and
// the bytes sent without confirmation. A bar is full at backlog + 1 for a
// listener (the length from which Linux drops requests), and at the longest
// queue of its kind for bytes.
func QueueBars(p paint.Palette, width int, sockets []probe.Socket, most int) []string {
	const barWidth = 12
	var longest uint32 = 1
	each(sockets, func(s *probe.Socket, received bool, n uint32) { longest = max(longest, n) })
	var out []string
	add := func(label string, n, full uint32, words string) {
		if len(out) >= most {
			return
		}
		filled := min(int((uint64(n)*barWidth+uint64(full)-1)/uint64(full)), barWidth)
		bar := strings.Repeat("█", filled) + strings.Repeat("░", barWidth-filled)
		out = append(out, text.Truncate(text.French(label)+"  "+p.Kernel(bar)+"  "+text.French(words), width))
	}
	for i := range sockets {
		s := &sockets[i]
		if s.State == probe.Listen && s.RecvQueue.Or(0) > 0 && s.SendQueue.Known {
			add("file d'accept()    ", s.RecvQueue.Value, s.SendQueue.Value+1,
				strconv.Itoa(int(s.RecvQueue.Value))+" (backlog "+strconv.Itoa(int(s.SendQueue.Value))+")")
		}
	}
	each(sockets, func(s *probe.Socket, received bool, n uint32) {
		label, words := "non lus       ", text.Plural(int(n), "octet")
		if !received {
			label = "non confirmés "
		}
		switch s.State { // a FIN takes a number too
		case probe.CloseWait, probe.LastAck, probe.Closing, probe.FinWait1, probe.TimeWait:
			words += " (FIN compris)"
		}
		add(text.PadRight(label, 14)+text.PadRight(":"+strconv.Itoa(int(s.Local.Port())), 6), n, longest, words)
	})
	return out
}

// each calls f for each queue of a connection that holds something.
func each(sockets []probe.Socket, f func(s *probe.Socket, received bool, n uint32)) {
	for i := range sockets {
		s := &sockets[i]
		if s.State == probe.Listen || s.State == probe.Bound {
			continue
		}
		if n := s.RecvQueue.Or(0); n > 0 {
			f(s, true, n)
		}
		if n := s.SendQueue.Or(0); n > 0 {
			f(s, false, n)
		}
	}
}
