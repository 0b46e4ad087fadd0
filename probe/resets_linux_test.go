package probe

import (
	"net"
	"testing"
)

// Each refusal is a RST that this system counts.
func TestSentResetsCountsRefusals(t *testing.T) {
	before := SentResets()
	if !before.Known {
		t.Fatal("/proc/net/snmp tells nothing")
	}
	const tries = 5
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	for range tries {
		if c, err := net.Dial("tcp4", at); err == nil {
			c.Close()
			t.Fatal("somebody listens on a free port")
		}
	}
	if after := SentResets(); after.Value < before.Value+tries {
		t.Errorf("%d RST more after %d refusals", after.Value-before.Value, tries)
	}
}

func TestSNMPCounterReadsByName(t *testing.T) {
	const file = "Ip: A B\nIp: 1 2\nTcp: RtoAlgorithm OutRsts InCsumErrors\nTcp: 1 42 7\n"
	if n := snmpCounter(file, "Tcp:", "OutRsts"); n != Known[uint64](42) {
		t.Errorf("%v", n)
	}
	for _, broken := range []string{"", "Tcp: OutRsts\n", "Tcp: OutRsts\nTcp:\n", "Tcp: OutRsts\nTcp: x\n", "Tcp: Other\nTcp: 1\n"} {
		if n := snmpCounter(broken, "Tcp:", "OutRsts"); n.Known {
			t.Errorf("%q gives %d", broken, n.Value)
		}
	}
}
