package demo

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"labo/lessons/fault"
	"labo/probe/probetest/freeport"
)

// nobody returns an address of the loopback where nobody listens.
func nobody(t *testing.T) netip.AddrPort {
	t.Helper()
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(freeport.Get(t)))
}

func TestRefuse(t *testing.T) {
	to := nobody(t)
	r, err := Refuse(t.Context(), to, 50, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if r.Refused == 0 || r.Refused != r.Tries || fault.Errno(r.Err) == "" || r.Fastest <= 0 || r.Fastest > r.Median || r.Median > r.Slowest {
		t.Errorf("%+v", r)
	}
}

// A server that is there is not counted as a refusal.
func TestRefuseSeesAServer(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r, err := Refuse(t.Context(), l.Addr().(*net.TCPAddr).AddrPort(), 3, 5*time.Second)
	if err != nil || r.Tries != 3 || r.Refused != 0 || r.Median != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
