package sonde

import (
	"testing"

	"labo/lessons/lessontest/sockets"
	"labo/probe"
)

func TestBlindSpotsMatterForFreePortsOnly(t *testing.T) {
	ports := func(p ...uint16) probe.Filter { return probe.Filter{Ports: p} }
	s := sockets.All()["conversation"]
	if got := BlindSpots(t.Context(), ports(12345), s); got != (Blind{}) {
		t.Errorf("a port that is taken: %+v", got)
	}
	for _, source := range []probe.Source{probe.SockDiag, probe.Gopsutil} {
		s.Source = source
		want := !probe.ShowsBound(t.Context(), source)
		if got := BlindSpots(t.Context(), ports(12345, 1), s); got.Bound != want {
			t.Errorf("%v: a port without socket: %+v, want Bound %v", source, got, want)
		}
	}
}
