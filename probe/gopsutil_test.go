package probe

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"slices"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	gnet "github.com/shirou/gopsutil/v3/net"

	"labo/probe/probetest"
)

// cmpOptions lets go-cmp look into netip's types.
var cmpOptions = cmp.Options{
	cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b }),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
}

func row(family uint32, status, lip string, lport uint32, rip string, rport uint32, pid int32) gnet.ConnectionStat {
	return gnet.ConnectionStat{Family: family, Type: syscall.SOCK_STREAM, Status: status, Pid: pid,
		Laddr: gnet.Addr{IP: lip, Port: lport}, Raddr: gnet.Addr{IP: rip, Port: rport}}
}

// Rows as gopsutil makes them of /proc/net/tcp, lsof and GetExtendedTcpTable.
func TestGopsutilSocket(t *testing.T) {
	const v4, v6 = syscall.AF_INET, syscall.AF_INET6
	end := netip.MustParseAddrPort
	none := netip.AddrPort{}
	for _, c := range []struct {
		what string
		row  gnet.ConnectionStat
		want Socket
	}{
		{"Linux listener", row(v4, "LISTEN", "0.0.0.0", 22, "0.0.0.0", 0, 1), Socket{Family: TCP4, State: Listen, Local: end("0.0.0.0:22"), Remote: none}},
		{"Linux IPv6 listener", row(v6, "LISTEN", "::", 22, "::", 0, 1), Socket{Family: TCP6, State: Listen, Local: end("[::]:22")}},
		{"Linux connection", row(v4, "ESTABLISHED", "127.0.0.1", 80, "127.0.0.1", 5000, 1),
			Socket{Family: TCP4, State: Established, Local: end("127.0.0.1:80"), Remote: end("127.0.0.1:5000")}},
		{"IPv4 on an IPv6 socket", row(v6, "FIN_WAIT2", "127.0.0.1", 80, "127.0.0.1", 5000, 1),
			Socket{Family: TCP6, State: FinWait2, Local: end("[::ffff:127.0.0.1]:80"), Remote: end("[::ffff:127.0.0.1]:5000")}},
		{"lsof listener", row(v4, "LISTEN", "*", 22, "", 0, 1), Socket{Family: TCP4, State: Listen, Local: end("0.0.0.0:22")}},
		{"lsof IPv6 listener", row(v6, "LISTEN", "*", 22, "", 0, 1), Socket{Family: TCP6, State: Listen, Local: end("[::]:22")}},
		{"lsof link-local", row(v6, "SYN_SENT", "fe80:4::1", 5000, "fe80:4::2", 80, 1),
			Socket{Family: TCP6, State: SynSent, Local: end("[fe80:4::1]:5000"), Remote: end("[fe80:4::2]:80")}},
		{"Windows listener, peer port left over", row(v4, "LISTEN", "127.0.0.1", 80, "0.0.0.0", 51244, 4),
			Socket{Family: TCP4, State: Listen, Local: end("127.0.0.1:80")}},
		{"Windows, being deleted", row(v4, "DELETE", "127.0.0.1", 80, "127.0.0.1", 5000, 4),
			Socket{Family: TCP4, State: Closed, Local: end("127.0.0.1:80"), Remote: end("127.0.0.1:5000")}},
		{"a state not known here", row(v4, "", "127.0.0.1", 80, "127.0.0.1", 5000, 4),
			Socket{Family: TCP4, State: StateUnknown, Local: end("127.0.0.1:80"), Remote: end("127.0.0.1:5000")}},
	} {
		got, err := gopsutilSocket(c.row)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
		} else if d := cmp.Diff(c.want, got, cmpOptions); d != "" {
			t.Errorf("%s: -want +got:\n%s", c.what, d)
		}
	}
	for what, r := range map[string]gnet.ConnectionStat{
		"Unix socket":          row(syscall.AF_UNIX, "NONE", "/tmp/x", 0, "", 0, 1),
		"no address":           row(v4, "LISTEN", "", 22, "", 0, 1),
		"a name for address":   row(v4, "LISTEN", "localhost", 22, "", 0, 1),
		"IPv6 under IPv4":      row(v4, "LISTEN", "::1", 22, "", 0, 1),
		"port beyond a port":   row(v4, "LISTEN", "127.0.0.1", 65536, "", 0, 1),
		"peer beyond a port":   row(v4, "ESTABLISHED", "127.0.0.1", 22, "127.0.0.1", 70000, 1),
		"peer without address": row(v4, "ESTABLISHED", "127.0.0.1", 22, "", 80, 1),
	} {
		if s, err := gopsutilSocket(r); err == nil {
			t.Errorf("%s: read as %+v", what, s)
		}
	}
}

// Every state of gopsutil's three tables has its name of RFC 9293.
func TestGopsutilStates(t *testing.T) {
	for want, spellings := range map[State][]string{
		Listen: {"LISTEN"}, SynSent: {"SYN_SENT"}, SynReceived: {"SYN_RECV", "SYN_RECEIVED", "SYN_RCVD"},
		Established: {"ESTABLISHED"}, FinWait1: {"FIN_WAIT1", "FIN_WAIT_1"}, FinWait2: {"FIN_WAIT2", "FIN_WAIT_2"},
		CloseWait: {"CLOSE_WAIT"}, Closing: {"CLOSING"}, LastAck: {"LAST_ACK"}, TimeWait: {"TIME_WAIT"},
		Closed: {"CLOSE", "CLOSED", "DELETE"}, StateUnknown: {"", "NONE", "xyz"},
	} {
		for _, s := range spellings {
			if got := gopsutilState(s); got != want {
				t.Errorf("%q is %s, want %s", s, got, want)
			}
		}
	}
}

// The rows of one socket become one socket, with an owner that is known, or
// said to be unknown.
func TestGopsutilMerge(t *testing.T) {
	const v4 = syscall.AF_INET
	me, parent := int32(os.Getpid()), int32(os.Getppid())
	const nobody = 1<<31 - 1 // no pid
	merge := newRowMerge(t.Context(), Filter{})
	for _, r := range []gnet.ConnectionStat{
		row(v4, "ESTABLISHED", "127.0.0.1", 80, "127.0.0.1", 5000, me),
		row(v4, "ESTABLISHED", "127.0.0.1", 80, "127.0.0.1", 5000, me),     // a second descriptor
		row(v4, "ESTABLISHED", "127.0.0.1", 80, "127.0.0.1", 5000, parent), // a second process
		row(v4, "ESTABLISHED", "127.0.0.1", 80, "127.0.0.1", 5001, 0),
		row(v4, "TIME_WAIT", "127.0.0.1", 80, "127.0.0.1", 5002, 0),
		row(v4, "CLOSE_WAIT", "127.0.0.1", 80, "127.0.0.1", 5003, nobody),
		row(v4, "LISTEN", "127.0.0.1", 80, "", 0, me),
		row(v4, "LISTEN", "127.0.0.1", 80, "", 0, parent),
	} {
		if err := merge.add(r); err != nil {
			t.Fatal(err)
		}
	}
	both := []int{int(min(me, parent)), int(max(me, parent))}
	want := []struct {
		state State
		peer  uint16
		owner OwnerKind
		pids  []int
	}{
		{Established, 5000, OwnerProcess, both},
		{Established, 5001, OwnerHidden, nil},
		{TimeWait, 5002, OwnerKernel, nil},
		{CloseWait, 5003, OwnerGone, nil},
		{Listen, 0, OwnerProcess, []int{int(me)}},
		{Listen, 0, OwnerProcess, []int{int(parent)}},
	}
	if rowPerSocket {
		probetest.Elsewhere(t, "this system gives a row for each socket: nothing is merged")
	}
	if len(merge.socks) != len(want) || !merge.hidden {
		t.Fatalf("%d sockets, hidden %v: %+v", len(merge.socks), merge.hidden, merge.socks)
	}
	for i, w := range want {
		s := &merge.socks[i]
		var pids []int
		for _, h := range s.Owner.Holders {
			pids = append(pids, h.PID)
		}
		if s.State != w.state || s.Remote.Port() != w.peer || s.Owner.Kind != w.owner || !slices.Equal(pids, w.pids) {
			t.Errorf("socket %d is %+v with pids %v, want %+v", i, s, pids, w)
		}
		if s.RecvQueue.Known || s.SendQueue.Known || s.Timer.Known || s.Inode.Known || s.Owner.UID.Known {
			t.Errorf("socket %d claims what gopsutil cannot know: %+v", i, s)
		}
	}
}

// A process that ends while gopsutil looks makes its whole list fail, once.
func TestGopsutilTriesAgain(t *testing.T) {
	defer func(was func(context.Context, int32) ([]gnet.ConnectionStat, error)) { listTCP = was }(listTCP)
	real := listTCP
	for _, c := range []struct {
		what     string
		failures int
		err      error
		ok       bool
	}{
		{"one process ended", 1, &os.PathError{Op: "readdirent", Path: "/proc/7/fd", Err: syscall.ESRCH}, true},
		{"processes end all the time", 100, syscall.ESRCH, false},
		{"another failure", 1, syscall.EMFILE, false},
	} {
		left := c.failures
		listTCP = func(ctx context.Context, pid int32) ([]gnet.ConnectionStat, error) {
			if left--; left >= 0 {
				return nil, c.err
			}
			return real(ctx, pid)
		}
		snap, err := Sockets(t.Context(), Filter{Source: Gopsutil})
		var refused *SourceError
		if c.ok && (err != nil || snap.Source != Gopsutil) {
			t.Errorf("%s: error %v", c.what, err)
		}
		if !c.ok && (!errors.As(err, &refused) || refused.Source != Gopsutil || !errors.Is(err, c.err)) {
			t.Errorf("%s: error %v", c.what, err)
		}
	}
}

// An answer that the context cut short is no answer.
func TestGopsutilHonoursContext(t *testing.T) {
	defer func(was func(context.Context, int32) ([]gnet.ConnectionStat, error)) { listTCP = was }(listTCP)
	for what, said := range map[string]error{
		"lsof is killed, and gopsutil returns what it had said": nil,
		"gopsutil fails": errors.New("signal: killed"),
	} {
		ctx, cancel := context.WithCancel(t.Context())
		listTCP = func(context.Context, int32) ([]gnet.ConnectionStat, error) {
			cancel()
			return []gnet.ConnectionStat{}, said
		}
		if snap, err := Sockets(ctx, Filter{Source: Gopsutil}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: snapshot %+v, error %v", what, snap, err)
		}
	}
}

func TestGopsutilCountsUnreadableRows(t *testing.T) {
	defer func(was func(context.Context, int32) ([]gnet.ConnectionStat, error)) { listTCP = was }(listTCP)
	listTCP = func(context.Context, int32) ([]gnet.ConnectionStat, error) {
		return []gnet.ConnectionStat{row(syscall.AF_INET, "LISTEN", "?", 80, "", 0, 1)}, nil
	}
	snap, err := Sockets(t.Context(), Filter{Source: Gopsutil})
	if err != nil || len(snap.Sockets) != 0 || !slices.Contains(snap.Notes, Note{Kind: NoteTruncated, N: 1}) {
		t.Errorf("snapshot %+v, error %v", snap, err)
	}
}
