package probetest

import (
	"context"
	"fmt"
	"net/netip"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SSRow is a socket as ss tells it.
type SSRow struct {
	State         string // its own names: ESTAB, SYN-RECV
	RecvQ, SendQ  uint32
	Local, Remote netip.AddrPort // Remote is not valid for a listening socket
	Timer         string         // "" for none, else one of [SSTimer]
	Left          time.Duration  // until the timer ends: it passes
	Inode         uint32
	Users         []string // name and pid, sorted; once for each process
}

// SS returns the rows whose local or remote port is one of ports, all rows
// without ports.
func SS(ctx context.Context, ports ...uint16) ([]SSRow, error) {
	var terms []string
	for _, p := range ports {
		terms = append(terms, fmt.Sprintf("sport = :%d or dport = :%d", p, p))
	}
	args := []string{"-tanpoeHO"}
	if len(terms) > 0 {
		args = append(args, strings.Join(terms, " or "))
	}
	out, err := exec.CommandContext(ctx, "ss", args...).Output()
	if err != nil {
		return nil, err
	}
	var rows []SSRow
	for line := range strings.Lines(string(out)) {
		r, err := ParseSS(line)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

var (
	user  = regexp.MustCompile(`\("((?:[^"\\]|\\.)*)",pid=(\d+),fd=\d+\)`)
	timer = regexp.MustCompile(`timer:\((\w+),([^,]*),`)
	inode = regexp.MustCompile(` ino:(\d+) `)
)

// ParseSS reads one line of ss -tanpoeHO.
func ParseSS(line string) (SSRow, error) {
	f := strings.Fields(line)
	ino := inode.FindStringSubmatch(line)
	if len(f) < 6 || ino == nil {
		return SSRow{}, fmt.Errorf("line of ss %q", line)
	}
	var failed error
	number := func(s string) uint32 {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			failed = fmt.Errorf("line of ss %q: %w", line, err)
		}
		return uint32(n)
	}
	end := func(s string) netip.AddrPort {
		a, err := address(s)
		if err != nil {
			failed = fmt.Errorf("line of ss %q: %w", line, err)
		}
		return a
	}
	r := SSRow{State: f[0], RecvQ: number(f[1]), SendQ: number(f[2]), Local: end(f[3]), Remote: end(f[4]), Inode: number(ino[1])}
	if m := timer.FindStringSubmatch(line); m != nil {
		r.Timer = m[1]
		var err error
		if r.Left, err = left(m[2]); err != nil {
			failed = fmt.Errorf("line of ss %q: %w", line, err)
		}
	}
	for _, m := range user.FindAllStringSubmatch(line, -1) {
		r.Users = append(r.Users, m[1]+" "+m[2])
	}
	slices.Sort(r.Users)
	r.Users = slices.Compact(r.Users) // once for each descriptor
	return r, failed
}

// address reads "127.0.0.1:80", "[::1]:80", "[fe80::1]%lo:80"; "*" is the IPv6
// address of a socket that also takes IPv4, and a port "*" is no port.
func address(s string) (netip.AddrPort, error) {
	if strings.HasSuffix(s, ":*") {
		return netip.AddrPort{}, nil
	}
	if port, ok := strings.CutPrefix(s, "*:"); ok {
		s = "[::]:" + port
	}
	if addr, rest, ok := strings.Cut(s, "]%"); ok {
		zone, port, _ := strings.Cut(rest, ":")
		s = addr + "%" + zone + "]:" + port
	}
	return netip.ParseAddrPort(s)
}

// left reads the time of a timer: "58sec", "1min29sec", "890ms", and "1.234ms"
// for a second and 234 thousandths (print_ms_timer in misc/ss.c).
func left(s string) (time.Duration, error) {
	var total time.Duration
	rest := s
	take := func(unit string, each time.Duration) error {
		number, after, ok := strings.Cut(rest, unit)
		if !ok {
			return nil
		}
		n, err := strconv.Atoi(number)
		rest, total = after, total+time.Duration(n)*each
		return err
	}
	for _, part := range []struct {
		unit string
		each time.Duration
	}{{"min", time.Minute}, {"sec", time.Second}, {".", time.Second}, {"ms", time.Millisecond}} {
		if err := take(part.unit, part.each); err != nil {
			return 0, fmt.Errorf("time %q: %w", s, err)
		}
	}
	if rest != "" {
		return 0, fmt.Errorf("time %q", s)
	}
	return total, nil
}

// SSState returns the name that ss gives to a state of RFC 9293.
func SSState(state string) string {
	switch state {
	case "ESTABLISHED":
		return "ESTAB"
	case "SYN-RECEIVED":
		return "SYN-RECV"
	}
	return state
}

// SSTimer returns the name that ss gives to a timer, by its code in
// inet_diag_msg (sock_diag(7)); "" for none.
func SSTimer(code uint8) string {
	names := [...]string{"", "on", "keepalive", "timewait", "persist"}
	if int(code) < len(names) {
		return names[code]
	}
	return "unknown"
}
