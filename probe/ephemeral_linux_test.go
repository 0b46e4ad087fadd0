package probe

import (
	"net"
	"testing"
)

func TestParsePortRange(t *testing.T) {
	for s, want := range map[string]PortRange{
		"32768\t60999\n": {32768, 60999},
		"1024 65535":     {1024, 65535},
	} {
		if got, err := parsePortRange(s); err != nil || got != want {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "32768", "60999 32768", "-1 5", "1 65536", "a b"} {
		if got, err := parsePortRange(s); err == nil {
			t.Errorf("%q was read as %v", s, got)
		}
	}
}

func TestClientsGetPortsOfTheRange(t *testing.T) {
	r, err := EphemeralPorts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 20 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if p := uint16(c.LocalAddr().(*net.TCPAddr).Port); !r.Has(p) {
			t.Errorf("the kernel lent port %d, outside %v", p, r)
		}
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
	}
}
