package sonde

import (
	"context"
	"runtime"
	"slices"

	"labo/probe"
)

// bindUnheard binds a TCP socket to a port of the system's choice and does not
// listen; set by the init of the systems where a source may show that. The
// port is free again after done.
var bindUnheard func() (port uint16, done func(), err error)

// BlindSpots returns what the source of s cannot show of the ports of f,
// where that matters: where one of them has no local socket in s, and is about
// to be called free.
//
// Whether sockets that are bound and do not listen are shown is tried, on a
// socket of our own: sock_diag shows them since Linux 6.8 only. That costs a
// second measurement.
func BlindSpots(ctx context.Context, f probe.Filter, s *probe.Snapshot) Blind {
	taken := make(map[uint16]bool)
	for i := range s.Sockets {
		taken[s.Sockets[i].Local.Port()] = true
	}
	if !slices.ContainsFunc(f.Ports, func(p uint16) bool { return !taken[p] }) {
		return Blind{}
	}
	if s.Source == probe.Gopsutil {
		return Blind{Bound: true, TimeWait: runtime.GOOS == "darwin"} // lsof knows no TIME-WAIT
	}
	return Blind{Bound: !showsBound(ctx, s)}
}

func showsBound(ctx context.Context, s *probe.Snapshot) bool {
	if bindUnheard == nil {
		return false
	}
	port, done, err := bindUnheard()
	if err != nil {
		return false
	}
	defer done()
	try, err := probe.Sockets(ctx, probe.Filter{
		Ports: []uint16{port}, States: probe.NewStateSet(probe.Bound), Source: s.Source,
	})
	return err == nil && len(try.Sockets) > 0
}
