package probe

import (
	"net/netip"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// What the kernel counts for a connection is what ss -ti says, on a thousand
// sockets that each sent something else.
func TestInfoIsWhatSSSays(t *testing.T) {
	probetest.Need(t, "ss")
	const pairs = 500
	s := newStage(t)
	l, port := s.listener(16)
	for i := range pairs {
		client, server := s.pair(l, port)
		for fd, n := range map[int]int{client: 1 + 7*i%2000, server: i % 3 * 100} {
			if _, err := unix.Write(fd, make([]byte, n)); err != nil {
				t.Fatal(err)
			}
		}
		if i%2 == 0 {
			s.must(unix.Shutdown(client, unix.SHUT_WR))
		}
	}
	compared, differ := 0, ""
	eventually(t, "the same as ss", func() bool {
		compared, differ = compareInfo(t, s, port)
		return differ == ""
	})
	t.Logf("%d sockets compared", compared)
	if compared != 2*pairs {
		t.Errorf("%d sockets compared, want %d%s", compared, 2*pairs, differ)
	}
	if got := s.lookAt(port); got.Sockets[1].Info != nil {
		t.Error("it was not asked for")
	}
	for range InfoLimit/2 - pairs {
		s.pair(l, port)
	}
	if got := s.look(Filter{Ports: []uint16{port}, Info: true}); got.Sockets[1].Info != nil {
		t.Errorf("it was told of %d sockets", len(got.Sockets))
	}
}

// counters are those of one socket.
type counters struct {
	sent, acknowledged, received, resent uint64
	roundTrip                            time.Duration
}

// compareInfo compares once: what passes between two looks may differ.
func compareInfo(t *testing.T, s stage, port uint16) (compared int, differ string) {
	t.Helper()
	theirs := ssInfo(t, port)
	for _, k := range s.look(Filter{Ports: []uint16{port}, Info: true}).Sockets {
		if k.State == Listen {
			if k.Info != nil {
				t.Errorf("a listener counts %+v", k.Info)
			}
			continue
		}
		i := k.Info
		if i == nil {
			t.Fatalf("nothing is counted for %v %v", k.Local, k.Remote)
		}
		got := counters{i.Sent.Value, i.Acknowledged.Value, i.Received.Value, uint64(i.Resent), i.RoundTrip.Value}
		if want := theirs[[2]netip.AddrPort{k.Local, k.Remote}]; got != want {
			differ = "\n" + k.Local.String() + " " + k.Remote.String() + " differs"
			continue
		}
		compared++
	}
	return compared, differ
}

var counter = regexp.MustCompile(`\b(bytes_sent|bytes_acked|bytes_received|rtt|retrans):([0-9.]+)(?:/(\d+))?`)

// ssInfo reads "ss -tinHO": the ends of each socket, then its counters; one
// that is 0 is not written.
func ssInfo(t *testing.T, port uint16) map[[2]netip.AddrPort]counters {
	t.Helper()
	p := strconv.Itoa(int(port))
	out, err := exec.Command("ss", "-tinHO", "sport = :"+p+" or dport = :"+p).Output()
	must(t, err)
	all := make(map[[2]netip.AddrPort]counters)
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		local, err1 := netip.ParseAddrPort(f[3])
		remote, err2 := netip.ParseAddrPort(f[4])
		if err1 != nil || err2 != nil {
			t.Fatalf("line of ss %q", line)
		}
		var c counters
		for _, m := range counter.FindAllStringSubmatch(line, -1) {
			n, _ := strconv.ParseUint(m[2], 10, 64)
			switch m[1] {
			case "bytes_sent":
				c.sent = n
			case "bytes_acked":
				c.acknowledged = n
			case "bytes_received":
				c.received = n
			case "retrans":
				c.resent, _ = strconv.ParseUint(m[3], 10, 64)
			case "rtt":
				ms, _ := strconv.ParseFloat(m[2], 64)
				c.roundTrip = time.Duration(ms*1000+0.5) * time.Microsecond
			}
		}
		all[[2]netip.AddrPort{local, remote}] = c
	}
	return all
}
