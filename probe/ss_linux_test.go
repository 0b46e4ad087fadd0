package probe

import (
	"fmt"
	"net/netip"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ssRow is a socket as ss tells it.
type ssRow struct {
	State         string
	RecvQ, SendQ  uint32
	Local, Remote netip.AddrPort
	Timer         string // "" for none; its time passes
	Inode         uint32
	Users         []string // name and pid, sorted
}

// ss runs ss -tanpoeH on one port.
func ss(t *testing.T, port uint16) (rows []ssRow) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ss", "-tanpoeHO", fmt.Sprintf("sport = :%d or dport = :%d", port, port)).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		rows = append(rows, parseSS(t, line))
	}
	return rows
}

var (
	ssUser  = regexp.MustCompile(`\("((?:[^"\\]|\\.)*)",pid=(\d+),fd=\d+\)`)
	ssTimer = regexp.MustCompile(`timer:\((\w+),`)
	ssInode = regexp.MustCompile(` ino:(\d+) `)
)

func parseSS(t *testing.T, line string) ssRow {
	t.Helper()
	f := strings.Fields(line)
	if len(f) < 6 {
		t.Fatalf("line of ss %q", line)
	}
	number := func(s string) uint32 {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			t.Fatalf("line of ss %q: %v", line, err)
		}
		return uint32(n)
	}
	inode := ssInode.FindStringSubmatch(line)
	if inode == nil {
		t.Fatalf("no inode in the line of ss %q", line)
	}
	r := ssRow{
		State: f[0], RecvQ: number(f[1]), SendQ: number(f[2]),
		Local: ssAddr(t, f[3]), Remote: ssAddr(t, f[4]), Inode: number(inode[1]),
	}
	if m := ssTimer.FindStringSubmatch(line); m != nil {
		r.Timer = m[1]
	}
	for _, m := range ssUser.FindAllStringSubmatch(line, -1) {
		r.Users = append(r.Users, m[1]+" "+m[2])
	}
	slices.Sort(r.Users)
	r.Users = slices.Compact(r.Users) // once for each descriptor
	return r
}

// ssAddr reads "127.0.0.1:80", "[::1]:80", "[fe80::1]%lo:80"; "*" is the IPv6
// address of a socket that also takes IPv4, and a port "*" is no port.
func ssAddr(t *testing.T, s string) netip.AddrPort {
	t.Helper()
	if strings.HasSuffix(s, ":*") {
		return netip.AddrPort{}
	}
	if port, ok := strings.CutPrefix(s, "*:"); ok {
		s = "[::]:" + port
	}
	if addr, rest, ok := strings.Cut(s, "]%"); ok {
		zone, port, _ := strings.Cut(rest, ":")
		s = addr + "%" + zone + "]:" + port
	}
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// asSS writes a socket as ss would.
func asSS(s *Socket) ssRow {
	states := map[State]string{Established: "ESTAB", SynReceived: "SYN-RECV"}
	timers := map[TimerKind]string{
		TimerRetransmit: "on", TimerKeepalive: "keepalive", TimerTimeWait: "timewait", TimerZeroWindow: "persist",
	}
	r := ssRow{
		State: s.State.String(), RecvQ: s.RecvQueue.Value, SendQ: s.SendQueue.Value,
		Local: s.Local, Remote: s.Remote, Timer: timers[s.Timer.Value.Kind], Inode: s.Inode.Value,
	}
	if name, ok := states[s.State]; ok {
		r.State = name
	}
	for _, h := range s.Owner.Holders {
		r.Users = append(r.Users, h.Name+" "+strconv.Itoa(h.PID))
	}
	slices.Sort(r.Users)
	return r
}
