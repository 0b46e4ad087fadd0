package panel

import (
	"net/netip"
	"testing"

	"labo/probe"
)

// A line that says what appeared names the ends of a connection only where all
// that it counts are of that connection.
func TestSummaryNamesTheEndsOfOneConnection(t *testing.T) {
	at := netip.MustParseAddrPort
	server, one, two := at("127.0.0.1:12345"), at("127.0.0.1:41476"), at("127.0.0.1:41488")
	appeared := func(local, remote netip.AddrPort) probe.Change {
		return probe.Change{Kind: probe.Appeared, Socket: probe.Socket{State: probe.Established, Local: local, Remote: remote}}
	}
	halves := []probe.Change{appeared(server, one), appeared(one, server)}
	for want, changes := range map[string][]probe.Change{
		"+\u00a0ESTABLISHED :12345\u00a0↔\u00a0:41476 (×2)": halves,
		"+\u00a0ESTABLISHED (×4)":                           append(halves, appeared(server, two), appeared(two, server)),
	} {
		if got := Summary(changes, nil, probe.SockDiag); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
