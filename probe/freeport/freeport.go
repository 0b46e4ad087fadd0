// Package freeport finds a port for a test whose server is a program: it binds
// the port a moment later than it is chosen. It is imported by tests only.
package freeport

import (
	"math/rand/v2"
	"testing"

	"labo/probe"
)

// Get returns a port of the IPv4 loopback that is free, and that no row of the
// socket table names, not even the memory of an earlier connection. The kernel does not lend it to
// clients, so that those of other tests do not take it meanwhile, and no child
// that is being started holds it.
func Get(t testing.TB) int {
	t.Helper()
	lent, err := probe.EphemeralPorts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		const low, many = 20000, 12000 // not the port of the sheet
		port := low + rand.IntN(many)
		if lent.Has(uint16(port)) && lent.Low > low {
			continue
		}
		if !bindable(port) {
			continue
		}
		s, err := probe.Sockets(t.Context(), probe.Filter{Ports: []uint16{uint16(port)}})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Sockets) == 0 {
			return port
		}
	}
	t.Fatalf("no free port outside those that are lent, %d to %d", lent.Low, lent.High)
	return 0
}
