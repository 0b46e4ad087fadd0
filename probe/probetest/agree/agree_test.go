package agree

import (
	"net/netip"
	"testing"
	"time"

	"labo/probe"
	"labo/probe/probetest"
)

// A witness that sees no difference would prove nothing.
func TestDifferencesAreSeen(t *testing.T) {
	row := func(change func(*probetest.SSRow)) []probetest.SSRow {
		r := probetest.SSRow{State: "SYN-SENT", SendQ: 1, Local: netip.MustParseAddrPort("127.0.0.1:1"), Remote: netip.MustParseAddrPort("127.0.0.1:2"),
			Timer: "on", Left: time.Second, Inode: 7, Users: []string{"labo 1"}}
		change(&r)
		return []probetest.SSRow{r}
	}
	same := row(func(*probetest.SSRow) {})
	for name, other := range map[string][]probetest.SSRow{
		"state":    row(func(r *probetest.SSRow) { r.State = "ESTAB" }),
		"queue":    row(func(r *probetest.SSRow) { r.SendQ = 2 }),
		"port":     row(func(r *probetest.SSRow) { r.Remote = netip.MustParseAddrPort("127.0.0.1:3") }),
		"timer":    row(func(r *probetest.SSRow) { r.Timer = "" }),
		"time":     row(func(r *probetest.SSRow) { r.Left = time.Minute }),
		"inode":    row(func(r *probetest.SSRow) { r.Inode = 8 }),
		"owner":    row(func(r *probetest.SSRow) { r.Users = nil }),
		"no row":   nil,
		"two rows": append(row(func(*probetest.SSRow) {}), same...),
	} {
		if differ(same, other) == "" {
			t.Errorf("%s: no difference", name)
		}
	}
	if d := differ(same, row(func(r *probetest.SSRow) { r.Left += passes / 2 })); d != "" {
		t.Errorf("time has passed: %s", d)
	}
}

func TestAFilterChoosesRowsOfSS(t *testing.T) {
	for state, want := range map[string]bool{"ESTAB": true, "SYN-RECV": true, "LISTEN": false} {
		f := probe.Filter{States: probe.NewStateSet(probe.Established, probe.SynReceived)}
		if chosen(f, probetest.SSRow{State: state}) != want || !chosen(probe.Filter{}, probetest.SSRow{State: state}) {
			t.Errorf("%s: want %v", state, want)
		}
	}
}
