package probe

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sock writes a socket shortly: state, local end, remote end or "-", inode (0
// unknown), and the pids that hold it.
func sock(st State, local, remote string, inode uint32, pids ...int) Socket {
	s := Socket{Family: TCP4, State: st, Local: netip.MustParseAddrPort(local)}
	if !s.Local.Addr().Is4() {
		s.Family = TCP6
	}
	if remote != "-" {
		s.Remote = netip.MustParseAddrPort(remote)
	}
	if inode != 0 {
		s.Inode = Known(inode)
	}
	s.Owner.Kind = OwnerKernel
	for _, pid := range pids {
		s.Owner.Kind = OwnerProcess
		s.Owner.Holders = append(s.Owner.Holders, &Holder{PID: pid})
	}
	return s
}

func snapshot(socks ...Socket) *Snapshot {
	return &Snapshot{Source: SockDiag, TakenAt: time.Unix(100, 0), Sockets: socks}
}

// story writes changes one per line.
func story(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		remote := "-"
		if c.Socket.Remote.IsValid() {
			remote = c.Socket.Remote.String()
		}
		fmt.Fprintf(&b, "%s %s>%s %s %s", c.Kind, c.From, c.Socket.State, c.Socket.Local, remote)
		for _, h := range c.Socket.Owner.Holders {
			fmt.Fprintf(&b, " %d", h.PID)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	const a, b, c = "127.0.0.1:80", "127.0.0.1:5000", "127.0.0.1:5001"
	hidden := sock(Established, a, b, 0)
	hidden.Owner.Kind = OwnerHidden
	zeroInode := sock(TimeWait, a, b, 0)
	zeroInode.Inode = Known(uint32(0))
	for _, tc := range []struct {
		what       string
		prev, next []Socket
		want       string
	}{
		{"nothing", nil, nil, ""},
		{"the same, in another order", []Socket{sock(Listen, a, "-", 1, 9), sock(Established, a, b, 2, 9)},
			[]Socket{sock(Established, a, b, 2, 9), sock(Listen, a, "-", 1, 9)}, ""},
		{"a server starts", nil, []Socket{sock(Listen, a, "-", 1, 9)}, "appeared UNKNOWN>LISTEN " + a + " - 9\n"},
		{"a server ends", []Socket{sock(Listen, a, "-", 1, 9)}, nil, "gone LISTEN>LISTEN " + a + " - 9\n"},
		{"bind, then listen", []Socket{sock(Bound, a, "-", 1, 9)}, []Socket{sock(Listen, a, "-", 1, 9)},
			"state-changed BOUND>LISTEN " + a + " - 9\n"},
		{"bind, then connect", []Socket{sock(Bound, "0.0.0.0:5000", "-", 1, 9)}, []Socket{sock(Established, b, a, 1, 9)},
			"state-changed BOUND>ESTABLISHED " + b + " " + a + " 9\n"},
		{"accept gives an owner and an inode", []Socket{sock(Established, a, b, 0)}, []Socket{sock(Established, a, b, 2, 9)},
			"owner-changed ESTABLISHED>ESTABLISHED " + a + " " + b + " 9\n"},
		{"TIME-WAIT takes them back", []Socket{sock(FinWait2, a, b, 2, 9)}, []Socket{sock(TimeWait, a, b, 0)},
			"state-changed FIN-WAIT-2>TIME-WAIT " + a + " " + b + "\n"},
		{"an inode of zero is none", []Socket{sock(FinWait2, a, b, 2, 9)}, []Socket{zeroInode},
			"state-changed FIN-WAIT-2>TIME-WAIT " + a + " " + b + "\n"},
		{"TIME-WAIT expires", []Socket{sock(TimeWait, a, b, 0)}, nil, "gone TIME-WAIT>TIME-WAIT " + a + " " + b + "\n"},
		{"both ends are two sockets", []Socket{sock(Established, a, b, 2, 9), sock(Established, b, a, 3, 8)},
			[]Socket{sock(FinWait2, a, b, 2, 9), sock(CloseWait, b, a, 3, 8)},
			"state-changed ESTABLISHED>FIN-WAIT-2 " + a + " " + b + " 9\nstate-changed ESTABLISHED>CLOSE-WAIT " + b + " " + a + " 8\n"},
		{"two SO_REUSEPORT listeners are two", []Socket{sock(Listen, a, "-", 1, 8), sock(Listen, a, "-", 2, 9)},
			[]Socket{sock(Listen, a, "-", 2, 9)}, "gone LISTEN>LISTEN " + a + " - 8\n"},
		{"a server restarts on its port", []Socket{sock(Listen, a, "-", 1, 8)}, []Socket{sock(Listen, a, "-", 2, 9)},
			"gone LISTEN>LISTEN " + a + " - 8\nappeared UNKNOWN>LISTEN " + a + " - 9\n"},
		{"without inodes a listener is known by its address", []Socket{sock(Listen, a, "-", 0, 8), sock(Listen, a, "-", 0, 9)},
			[]Socket{sock(Listen, a, "-", 0, 9)}, "gone LISTEN>LISTEN " + a + " - 8\n"},
		{"a new connection between the same ends", []Socket{sock(TimeWait, a, b, 0)}, []Socket{sock(Established, a, b, 7, 9)},
			"gone TIME-WAIT>TIME-WAIT " + a + " " + b + "\nappeared UNKNOWN>ESTABLISHED " + a + " " + b + " 9\n"},
		{"the same, still in its handshake", []Socket{sock(Established, a, b, 6, 9)}, []Socket{sock(SynReceived, a, b, 0)},
			"gone ESTABLISHED>ESTABLISHED " + a + " " + b + " 9\nappeared UNKNOWN>SYN-RECEIVED " + a + " " + b + "\n"},
		{"another socket between the same ends", []Socket{sock(Established, a, b, 6, 9)}, []Socket{sock(Established, a, b, 7, 9)},
			"gone ESTABLISHED>ESTABLISHED " + a + " " + b + " 9\nappeared UNKNOWN>ESTABLISHED " + a + " " + b + " 9\n"},
		{"an inode used again by another connection", []Socket{sock(Established, a, b, 6, 9)}, []Socket{sock(Established, a, c, 6, 9)},
			"gone ESTABLISHED>ESTABLISHED " + a + " " + b + " 9\nappeared UNKNOWN>ESTABLISHED " + a + " " + c + " 9\n"},
		{"the subflows of an MPTCP connection", []Socket{sock(Established, a, b, 6, 9), sock(Established, a, c, 6, 9)},
			[]Socket{sock(CloseWait, a, b, 6, 9), sock(Established, a, c, 6, 9)},
			"state-changed ESTABLISHED>CLOSE-WAIT " + a + " " + b + " 9\n"},
		{"the same ends, over IPv6", []Socket{sock(Listen, "0.0.0.0:80", "-", 0, 9)}, []Socket{sock(Listen, "[::]:80", "-", 0, 9)},
			"gone LISTEN>LISTEN 0.0.0.0:80 - 9\nappeared UNKNOWN>LISTEN [::]:80 - 9\n"},
		{"a child inherits", []Socket{sock(Listen, a, "-", 1, 8)}, []Socket{sock(Listen, a, "-", 1, 8, 9)},
			"owner-changed LISTEN>LISTEN " + a + " - 8 9\n"},
		{"an owner out of sight is no change", []Socket{sock(Established, a, b, 2, 9)}, []Socket{hidden}, ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got := story(Diff(snapshot(tc.prev...), snapshot(tc.next...)))
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestDiffTellsWhenAndFromWhat(t *testing.T) {
	prev := snapshot(sock(Established, "127.0.0.1:80", "127.0.0.1:5000", 0))
	next := snapshot(sock(CloseWait, "127.0.0.1:80", "127.0.0.1:5000", 4, 9))
	next.TakenAt = time.Unix(200, 0)
	got := Diff(prev, next)
	if len(got) != 1 || got[0].At != next.TakenAt || got[0].From != Established ||
		got[0].FromOwner.Kind != OwnerKernel || !got[0].Socket.HeldBy(9) {
		t.Errorf("got %+v", got)
	}
}

func TestDiffNeedsTwoOfAKind(t *testing.T) {
	full := snapshot(sock(Listen, "127.0.0.1:80", "-", 1, 9))
	other := snapshot()
	other.Source = Gopsutil
	for what, pair := range map[string][2]*Snapshot{
		"no first": {nil, full}, "no second": {full, nil}, "another source": {full, other}, "and back": {other, full},
	} {
		if got := Diff(pair[0], pair[1]); len(got) != 0 {
			t.Errorf("%s: %s", what, story(got))
		}
	}
}

// Whatever two snapshots hold, each socket is told once: what stays, what
// came and what went make up both.
func TestDiffCountsEverySocketOnce(t *testing.T) {
	ends := []string{"127.0.0.1:1", "127.0.0.1:2", "-"}
	states := []State{Bound, Listen, SynSent, Established, FinWait2, TimeWait}
	var all []Socket
	for _, remote := range ends {
		for _, st := range states {
			for inode := range uint32(3) {
				all = append(all, sock(st, "127.0.0.1:1", remote, inode, 7))
			}
		}
	}
	seed := uint64(1)
	pick := func() []Socket {
		var some []Socket
		for range 12 {
			seed = seed*6364136223846793005 + 1442695040888963407
			some = append(some, all[seed>>33%uint64(len(all))])
		}
		return some
	}
	for range 2000 {
		prev, next := pick(), pick()
		seen := make(map[int]bool)
		stay := 0
		for _, j := range matchSockets(prev, next) {
			if j >= 0 {
				if seen[j] {
					t.Fatalf("socket %d of\n%+v\nis two of\n%+v", j, prev, next)
				}
				seen[j] = true
				stay++
			}
		}
		came, went := 0, 0
		for _, c := range Diff(snapshot(prev...), snapshot(next...)) {
			switch c.Kind {
			case Appeared:
				came++
			case Gone:
				went++
			}
		}
		if stay+came != len(next) || stay+went != len(prev) {
			t.Fatalf("%d stay, %d came, %d went between\n%+v\nand\n%+v", stay, came, went, prev, next)
		}
	}
}

func BenchmarkDiff(b *testing.B) {
	var socks []Socket
	for i := range 200 {
		socks = append(socks, sock(Established, "127.0.0.1:80", fmt.Sprintf("127.0.0.1:%d", 1000+i), uint32(i+1), i))
	}
	prev, next := snapshot(socks...), snapshot(socks...)
	b.ReportAllocs()
	for b.Loop() {
		Diff(prev, next)
	}
}
