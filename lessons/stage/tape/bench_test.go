package tape

import (
	"net/netip"
	"testing"

	"labo/lessons/film"
	"labo/probe"
)

// BenchmarkNothingNew is what a measurement costs that shows what the one before
// did, of 200 sockets: four a second while a page is open.
func BenchmarkNothingNew(b *testing.B) {
	s := &probe.Snapshot{}
	for i := range 200 {
		s.Sockets = append(s.Sockets, probe.Socket{State: probe.Established, Local: netip.MustParseAddrPort("127.0.0.1:12345"), Remote: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(40000+i))})
	}
	t := New(Options{Stage: &reader{}, To: []func(film.Record){func(film.Record) {}}})
	for b.Loop() {
		t.measured(probe.Update{Snapshot: s}, probe.RuntimeInfo{Goroutines: 3})
	}
}
