package calls

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/stage/figure"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// quotedCells is how much of a message stands in a sequence, where words have
// little room; the other views show more.
const quotedCells = 14

// clockCells is the room of "1234,567 s".
const clockCells = 10

// sequence draws the programs on one clock, as figures draw what happened
// between a client, the kernel and a server.
func sequence(s Style, reports []*trace.Report) []string {
	names := map[evidence.Actor][]string{}
	dropped := 0
	for _, r := range reports {
		names[r.Role()] = append(names[r.Role()], text.Visible(r.Name))
		dropped += r.View.Dropped
	}
	events := Events(reports, func(a evidence.Actor) bool { return len(names[a]) > 1 })
	layout := figure.LayOn(events, s.Width, clockCells, func(at time.Time) string {
		return text.PadLeft(clock(at.Sub(time.Time{})), clockCells-1)
	})
	for i, lane := range layout.Lanes {
		if who := names[lane.Actor]; len(who) > 0 {
			layout.Lanes[i].Name = text.Truncate(lane.Name+" ("+strings.Join(who, ", ")+")", layout.Gap+layout.Gap/3)
		}
	}
	out := layout.Draw(s.Palette)
	if dropped > 0 {
		out = append(out, s.Palette.Faint(text.French(fmt.Sprintf("(%d évènements plus anciens ne sont plus gardés)", dropped))))
	}
	for i, line := range out {
		out[i] = text.Truncate(line, s.Width)
	}
	return out
}

// Events are what the programs did, on one clock that begins at the year 1; named
// says of whom the words begin with the name of the program.
func Events(reports []*trace.Report, named func(evidence.Actor) bool) (events []evidence.Event) {
	steps := trace.Align(reports)
	for i := 0; i < len(steps); {
		step, n := &steps[i], sameRun(steps[i:])
		e := event(step, named(step.Who))
		if n > repeatsShown {
			e.What = fmt.Sprintf("%d × ", n) + e.What
		} else {
			n = 1
		}
		events = append(events, e)
		i += n
	}
	return events
}

// event is a step as figures know it: from the program to the kernel, and what
// the kernel did then, or from the kernel to the program.
func event(s *trace.Step, name bool) evidence.Event {
	e := evidence.Event{At: time.Time{}.Add(s.At), From: s.Who, What: stepText(s, name), Detail: s.Kernel}
	c := s.Event.Call
	switch {
	case c != nil && c.Failed() && c.Err != "ERESTART":
		e.Outcome, e.Detail = evidence.Failed, c.Err
		if s.Toward != 0 {
			e.To = evidence.Kernel
		}
	case s.Toward > 0:
		e.To = evidence.Kernel
	case s.Toward < 0:
		e.From, e.To = evidence.Kernel, s.Who
	}
	return e
}

// sameRun counts the steps in a row that say the same.
func sameRun(steps []trace.Step) int {
	n := 1
	for n < len(steps) && steps[n].Event.Kind == syscalls.Return && steps[0].Event.Kind == syscalls.Return &&
		steps[n].Name == steps[0].Name && steps[n].Event.Place == steps[0].Event.Place &&
		steps[n].Event.Call.Name == steps[0].Event.Call.Name && steps[n].Event.Call.Ret == steps[0].Event.Call.Ret {
		n++
	}
	return n
}

// stepText is a call in few words.
func stepText(s *trace.Step, name bool) string {
	e := s.Event
	prefix := ""
	if name {
		prefix = s.Name + " "
	}
	if e.Kind == syscalls.Ended {
		return prefix + statusText(e.Status)
	}
	if e.Place.Known() {
		prefix += strconv.Itoa(e.Place.Line) + " "
	}
	return prefix + shortCall(e)
}

func shortCall(e *syscalls.Event) string {
	c := e.Call
	s := c.Name
	switch trace.WordKey(c.Name) {
	case "bind", "connect":
		if c.Addr.Valid() {
			s += " " + c.Addr.String()
		}
	case "sendto", "send", "sendall", "recvfrom", "recv", "read", "write", "sendmsg", "recvmsg", "input":
		if c.FD == 0 {
			s += " clavier"
		} else if c.FD == 1 || c.FD == 2 {
			s += " écran"
		}
		if c.Data != nil && !c.Failed() {
			s += " «" + text.NBSP + text.Truncate(text.Visible(string(c.Data)), quotedCells) + text.NBSP + "»"
		}
	case "close", "shutdown":
		s += " " + strconv.Itoa(c.FD)
	}
	if c.Err == "ERESTART" {
		s += " " + c.Err
	} else if k := trace.WordKey(c.Name); (k == "accept" || k == "socket") && c.Done && !c.Failed() {
		s += " → " + strconv.FormatInt(c.Ret, 10)
	}
	if e.Took >= 10*time.Millisecond {
		s += " (attente " + text.Duration(e.Took) + ")"
	}
	return s
}
