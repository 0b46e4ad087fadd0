// Package freeport finds a port for a test whose server is a program: it binds
// the port a moment later than it is chosen. It is imported by tests only.
package freeport

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"

	"labo/probe"
)

// Get returns a port of the IPv4 loopback that is free, and that no row of the
// socket table names, not even the memory of an earlier connection. The kernel
// does not lend it to clients, so that those of other tests do not take it
// meanwhile, and no child that is being started holds it. Nobody else who asks
// here, in whatever process, gets it before the test is over.
func Get(t testing.TB) uint16 {
	t.Helper()
	lent, err := probe.EphemeralPorts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		const low, many = 20000, 12000 // not the port of the sheet
		port := uint16(low + rand.IntN(many))
		if lent.Has(port) && lent.Low > low {
			continue
		}
		release, ok := reserve(port)
		if !ok {
			continue
		}
		if free(t, port) {
			t.Cleanup(release)
			return port
		}
		release()
	}
	t.Fatalf("no free port outside those that are lent, %d to %d", lent.Low, lent.High)
	return 0
}

// reserve takes the port among the tests of all processes: it holds the UDP
// port of the same number, which no TCP program minds, until it is released or
// the process ends.
func reserve(port uint16) (release func(), ok bool) {
	held, err := net.ListenPacket("udp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, false
	}
	return func() { held.Close() }, true
}

// free reports whether the port can be bound and is named nowhere.
func free(t testing.TB, port uint16) bool {
	t.Helper()
	if !bindable(port) {
		return false
	}
	s, err := probe.Sockets(t.Context(), probe.Filter{Ports: []uint16{port}})
	if err != nil {
		t.Fatal(err)
	}
	return len(s.Sockets) == 0
}

// bindable reports whether a program that does not ask for SO_REUSEADDR could
// bind the port now.
func bindable(port uint16) bool { return probe.TryBind(probe.SheetServer(port)) == "" }
