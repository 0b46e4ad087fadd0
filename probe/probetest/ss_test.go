package probetest

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Lines of iproute2 6.1.
func TestParseSS(t *testing.T) {
	at := netip.MustParseAddrPort
	for line, want := range map[string]SSRow{
		`LISTEN 1      1          127.0.0.1:12345      0.0.0.0:*    users:(("python3",pid=4242,fd=3)) ino:99180 sk:1001 cgroup:/ <->` + "\n": {
			State: "LISTEN", RecvQ: 1, SendQ: 1, Local: at("127.0.0.1:12345"), Inode: 99180, Users: []string{"python3 4242"}},
		`ESTAB 0 5 127.0.0.1:12345 127.0.0.1:51234 timer:(keepalive,58sec,0) users:(("b",pid=2,fd=9),("a",pid=1,fd=3),("a",pid=1,fd=4)) ino:7 sk:2 <->`: {
			State: "ESTAB", SendQ: 5, Local: at("127.0.0.1:12345"), Remote: at("127.0.0.1:51234"), Timer: "keepalive", Left: 58 * time.Second,
			Inode: 7, Users: []string{"a 1", "b 2"}},
		`TIME-WAIT 0 0 [::1]:12345 [::1]:51234 timer:(timewait,1min29sec,0) ino:0 sk:3`: {
			State: "TIME-WAIT", Local: at("[::1]:12345"), Remote: at("[::1]:51234"), Timer: "timewait", Left: 89 * time.Second},
		`SYN-SENT 0 1 10.0.0.1:4 10.0.0.2:5 timer:(on,1.203ms,1) users:(("x\"y",pid=3,fd=1)) ino:8 sk:4 <->`: {
			State: "SYN-SENT", SendQ: 1, Local: at("10.0.0.1:4"), Remote: at("10.0.0.2:5"), Timer: "on", Left: 1203 * time.Millisecond,
			Inode: 8, Users: []string{`x\"y 3`}},
		`LISTEN 0 9 *:80 *:* ino:5 sk:5 v6only:0 <->`: {State: "LISTEN", SendQ: 9, Local: at("[::]:80"), Inode: 5},
	} {
		got, err := ParseSS(line)
		if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.AddrPort{}), cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", line, err, diff)
		}
	}
	for _, line := range []string{"", "LISTEN", "ESTAB x 0 127.0.0.1:1 127.0.0.1:2 ino:1 sk:1 ", "ESTAB 0 0 127.0.0.1 127.0.0.1:2 ino:1 sk:1 ",
		"ESTAB 0 0 127.0.0.1:1 127.0.0.1:2 timer:(on,soon,0) ino:1 sk:1 ", "ESTAB 0 0 127.0.0.1:1 127.0.0.1:2 sk:1 x"} {
		if r, err := ParseSS(line); err == nil {
			t.Errorf("%q is read as %+v", line, r)
		}
	}
}
