package check

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/check/peer"
	"labo/lessons/check/runner"
	"labo/lessons/fault"
	"labo/probe"
)

// complete adds to a finding what can be seen of the program at this moment.
func (t *trial) complete(f *Finding) {
	e := &f.Evidence
	e.At = time.Now()
	port := t.addr.Port()
	if port == 0 {
		port = t.j.Port
	}
	if snap, err := probe.Sockets(t.ctx, probe.Filter{Ports: []uint16{port}}); err == nil {
		e.Sockets, e.Source = snap.Sockets, snap.Source
	}
	if t.proc == nil {
		return
	}
	if tb := t.traceback(); tb == nil || !strings.Contains(tb.Error, "ddress already in use") { // there they may be why
		e.Sockets = slices.DeleteFunc(e.Sockets, t.past)
	}
	e.Threads, e.CPU = t.load(f.Variant == "boucle")
	if exit, over := t.proc.Ended(); over {
		e.Exit = &exit
	}
	e.Out, e.OutTotal = last(t.proc.Out.String()), t.proc.Out.Total()
	e.Errors = last(t.proc.Err.String())
	e.Traceback, e.Limit = t.traceback(), t.limitMet()
	e.Waits, e.Hidden = t.waits(), t.hidden()
	t.explain(f)
}

// past reports whether a socket is what the kernel remembers of a connection of
// another run.
func (t *trial) past(s probe.Socket) bool {
	return s.State == probe.TimeWait && !slices.ContainsFunc(t.allPeers(), func(p *peer.Peer) bool {
		return same(s.Local, p.Remote()) && same(s.Remote, p.Local()) || same(s.Local, p.Local()) && same(s.Remote, p.Remote())
	})
}

// load returns the threads of the program and, where it loops, its share of a
// core measured over the next tenth of a second.
func (t *trial) load(loops bool) (threads probe.Maybe[int], cpu probe.Maybe[float64]) {
	if _, over := t.proc.Ended(); over {
		return threads, cpu
	}
	before, err := probe.Process(t.ctx, t.proc.PID())
	if err != nil {
		return threads, cpu
	}
	threads, cpu = before.Threads, t.calm.share
	if !loops {
		return threads, cpu
	}
	select {
	case <-time.After(100 * time.Millisecond): // the time of a measurement
	case <-t.ctx.Done():
		return threads, cpu
	}
	if after, err := probe.Process(t.ctx, t.proc.PID()); err == nil {
		cpu = probe.CPUShareBetween(before, after)
	}
	return threads, cpu
}

// lastBytes is how much of a stream an Evidence keeps.
const lastBytes = 2 << 10

// last returns the end of what a program wrote, and says what it leaves out.
func last(s string) string {
	s = runner.Lines(s)
	if len(s) <= lastBytes {
		return s
	}
	cut := len(s) - lastBytes
	if nl := strings.IndexByte(s[cut:], '\n'); nl >= 0 && nl < lastBytes/2 {
		cut += nl + 1
	}
	return fmt.Sprintf("[… %d octets avant …]\n", cut) + s[cut:]
}

// portStolen returns a [*PortBusyError] when the program failed because of
// somebody else: another process has the port.
func (t *trial) portStolen(f *Finding) error {
	if f.Traceback == nil || !strings.Contains(f.Traceback.Error, "ddress already in use") {
		return nil
	}
	if t.host != nil {
		return nil
	}
	for _, port := range t.ports() {
		held, source, err := holding(t.ctx, port)
		if err != nil {
			return nil
		}
		held = slices.DeleteFunc(held, func(s probe.Socket) bool {
			return s.Owner.Kind != probe.OwnerProcess || slices.ContainsFunc(t.processes(), s.HeldBy)
		})
		if len(held) > 0 {
			return &PortBusyError{Port: port, Sockets: held, Source: source}
		}
	}
	return nil
}

// ports returns the port of the judgement, and those that the program may want
// instead: the numbers in its source that can be ports, a few.
func (t *trial) ports() []uint16 {
	const few = 8
	ports := []uint16{t.j.Port}
	source, err := os.ReadFile(t.j.File)
	if err != nil { // a command
		return ports
	}
	for _, number := range numbers().FindAllString(string(source), -1) {
		if n, err := strconv.ParseUint(number, 10, 16); err == nil && n >= 1024 && !slices.Contains(ports, uint16(n)) && len(ports) <= few {
			ports = append(ports, uint16(n))
		}
	}
	return ports
}

var numbers = expression(`\b[0-9]{4,5}\b`)

// causeOf says in French why a check has no verdict, "" when it has one.
func causeOf(r *Result) string {
	var busy *PortBusyError
	switch {
	case r.Verdict != NotChecked || r.Cause != "":
		return r.Cause
	case r.Blocker != "":
		return "il faut d'abord réussir `" + r.Blocker + "`"
	case errors.As(r.Machine, &busy):
		return fmt.Sprintf("le port %d est tenu par un autre programme : ce n'est pas votre faute", busy.Port)
	case r.Machine != nil:
		return "labo n'a pas pu faire cet essai (" + fault.Cause(r.Machine) + ") : ce n'est pas votre faute"
	}
	return ""
}
