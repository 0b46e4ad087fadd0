package agree

import (
	"net/netip"
	"testing"
	"time"

	"labo/probe"
	"labo/probe/ss"
)

// A witness that sees no difference would prove nothing.
func TestDifferencesAreSeen(t *testing.T) {
	row := func(change func(*ss.Row)) []ss.Row {
		r := ss.Row{State: "SYN-SENT", SendQ: 1, Local: netip.MustParseAddrPort("127.0.0.1:1"), Remote: netip.MustParseAddrPort("127.0.0.1:2"),
			Timer: "on", Left: time.Second, Inode: 7, Users: []string{"labo 1"}}
		change(&r)
		return []ss.Row{r}
	}
	same := row(func(*ss.Row) {})
	for name, other := range map[string][]ss.Row{
		"state":    row(func(r *ss.Row) { r.State = "ESTAB" }),
		"queue":    row(func(r *ss.Row) { r.SendQ = 2 }),
		"port":     row(func(r *ss.Row) { r.Remote = netip.MustParseAddrPort("127.0.0.1:3") }),
		"timer":    row(func(r *ss.Row) { r.Timer = "" }),
		"time":     row(func(r *ss.Row) { r.Left = time.Minute }),
		"inode":    row(func(r *ss.Row) { r.Inode = 8 }),
		"owner":    row(func(r *ss.Row) { r.Users = nil }),
		"no row":   nil,
		"two rows": append(row(func(*ss.Row) {}), same...),
	} {
		if differ(same, other) == "" {
			t.Errorf("%s: no difference", name)
		}
	}
	if d := differ(same, row(func(r *ss.Row) { r.Left += passes / 2 })); d != "" {
		t.Errorf("time has passed: %s", d)
	}
}

func TestAFilterChoosesRowsOfSS(t *testing.T) {
	for state, want := range map[string]bool{"ESTAB": true, "SYN-RECV": true, "LISTEN": false} {
		f := probe.Filter{States: probe.NewStateSet(probe.Established, probe.SynReceived)}
		if chosen(f, ss.Row{State: state}) != want || !chosen(probe.Filter{}, ss.Row{State: state}) {
			t.Errorf("%s: want %v", state, want)
		}
	}
}
