package sonde

import (
	"context"

	"labo/lessons/measured"
	"labo/probe"
)

// Answer is what the sheet's programs would get on a port, and what bind()
// really got where it was tried.
type Answer struct {
	probe.PortVerdict
	Tried probe.Maybe[string] // an errno, "" for none
}

// Answers foresees for each port of f, by which s was filtered, and tries
// bind() too if asked.
//
// Errors: those of [probe.Sockets].
func Answers(ctx context.Context, f probe.Filter, s *probe.Snapshot, try bool) ([]Answer, error) {
	if f.States != 0 || len(f.PIDs) > 0 { // a verdict takes all the sockets of the port
		var err error
		if s, err = probe.Sockets(ctx, probe.Filter{Ports: f.Ports, Source: f.Source, Foresee: true}); err != nil {
			return nil, err
		}
		s.Introduce(ctx, measured.MostNamed)
	}
	answers := make([]Answer, len(f.Ports))
	for i, port := range f.Ports {
		answers[i].PortVerdict = probe.Foresee(ctx, port, s)
		if try {
			answers[i].Tried = probe.Known(probe.TryBind(probe.SheetServer(port)))
		}
	}
	return answers, nil
}
