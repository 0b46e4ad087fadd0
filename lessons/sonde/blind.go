package sonde

import (
	"context"
	"runtime"
	"slices"

	"labo/probe"
)

// Blind is what a source cannot show of a port. An empty port is free only
// where the source would have shown everything.
type Blind struct {
	Bound    bool // sockets that are bound and do not listen
	TimeWait bool // connections that are over
}

// BlindSpots returns what the source of s cannot show of the ports of f, where
// that matters: where one of them has no local socket in s, and is about to be
// called free.
func BlindSpots(ctx context.Context, f probe.Filter, s *probe.Snapshot) Blind {
	taken := make(map[uint16]bool)
	for i := range s.Sockets {
		taken[s.Sockets[i].Local.Port()] = true
	}
	if !slices.ContainsFunc(f.Ports, func(p uint16) bool { return !taken[p] }) {
		return Blind{}
	}
	return Blind{
		Bound:    !probe.ShowsBound(ctx, s.Source),
		TimeWait: s.Source == probe.Gopsutil && runtime.GOOS == "darwin", // lsof knows no TIME-WAIT
	}
}
