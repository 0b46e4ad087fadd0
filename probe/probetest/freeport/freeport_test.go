package freeport

import (
	"fmt"
	"net"
	"os/exec"
	"sync"
	"testing"

	"labo/probe"
)

// A port that was given can be bound at once, whatever else starts.
func TestGet(t *testing.T) {
	lent, err := probe.EphemeralPorts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	self, stop := t.Context(), make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				exec.CommandContext(self, "true").Run()
			}
		}
	})
	for range 300 {
		port := Get(t)
		if lent.Has(uint16(port)) {
			t.Errorf("port %d is lent to clients", port)
		}
		l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		if bindable(port) {
			t.Errorf("port %d is free and has a listener", port)
		}
		l.Close()
	}
	close(stop)
	others.Wait()
}

// A port is given to one test at a time, until that test is over.
func TestReserved(t *testing.T) {
	given := make(map[uint16]bool)
	t.Run("meanwhile", func(t *testing.T) {
		for range 200 {
			port := Get(t)
			if given[port] {
				t.Fatalf("port %d was given twice", port)
			}
			given[port] = true
			if release, ok := reserve(port); ok {
				release()
				t.Fatalf("port %d is given and can be reserved", port)
			}
		}
	})
	for port := range given {
		release, ok := reserve(port)
		if !ok {
			t.Fatalf("port %d is still reserved", port)
		}
		release()
	}
}
