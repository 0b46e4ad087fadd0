package probe

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	gnet "github.com/shirou/gopsutil/v3/net"
)

// What macOS's own commands print, read on every system so that every system
// tests it.

// parseNetstat reads the TCP rows of `netstat -an -p tcp` of macOS: protocol, two
// queues, two ends "127.0.0.1.12345", state. The rows are of all users, and have
// no owner. A row that is cut, as a long IPv6 address is, is left out.
func parseNetstat(s string) []gnet.ConnectionStat {
	var rows []gnet.ConnectionStat
	for line := range strings.Lines(s) {
		f := strings.Fields(line)
		if len(f) < 6 || !strings.HasPrefix(f[0], "tcp") {
			continue
		}
		row := gnet.ConnectionStat{Family: syscall.AF_INET, Type: syscall.SOCK_STREAM, Status: f[5]}
		if f[0] != "tcp4" { // tcp6, and tcp46 for both
			row.Family = syscall.AF_INET6
		}
		var here, there bool
		row.Laddr, here = netstatEnd(f[3])
		row.Raddr, there = netstatEnd(f[4])
		if here && there {
			rows = append(rows, row)
		}
	}
	return rows
}

// netstatEnd reads "127.0.0.1.12345", "fe80::1%lo0.1024", "*.80" and "*.*".
func netstatEnd(s string) (gnet.Addr, bool) {
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 {
		return gnet.Addr{}, false
	}
	ip, port := s[:dot], s[dot+1:]
	if port == "*" {
		return gnet.Addr{IP: ip}, true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if _, bad := netip.ParseAddr(ip); err != nil || ip != "*" && bad != nil {
		return gnet.Addr{}, false
	}
	return gnet.Addr{IP: ip, Port: uint32(n)}, true
}

// addUnowned adds to the rows of lsof, which are those of one user and have no
// TIME-WAIT, those of all that lsof does not have.
func addUnowned(lsof, all []gnet.ConnectionStat) []gnet.ConnectionStat {
	type ends struct {
		family        Family
		local, remote netip.AddrPort
	}
	seen := map[ends]bool{}
	for _, row := range lsof {
		if s, err := gopsutilSocket(row); err == nil {
			seen[ends{s.Family, s.Local, s.Remote}] = true
		}
	}
	for _, row := range all {
		if s, err := gopsutilSocket(row); err == nil && !seen[ends{s.Family, s.Local, s.Remote}] {
			lsof = append(lsof, row)
		}
	}
	return lsof
}

// parseThreads counts the lines of each process in `ps -M -p PID,PID` of macOS:
// one a thread. The first of a process begins with its user; the others with the
// pid.
func parseThreads(s string) map[int]int {
	count := map[int]int{}
	for line := range strings.Lines(s) {
		f := strings.Fields(line)
		for _, word := range f[:min(len(f), 2)] {
			if pid, err := strconv.Atoi(word); err == nil && pid > 0 {
				count[pid]++
				break
			}
		}
	}
	return count
}

// parseArguments reads sysctl kern.procargs2 of macOS (XNU, bsd/kern/kern_sysctl.c):
// a number of arguments, the path of the program, NULs, the arguments, each ended
// by a NUL, and then the environment.
func parseArguments(b []byte) []string {
	if len(b) < 4 {
		return nil
	}
	count, b := int(binary.LittleEndian.Uint32(b)), b[4:]
	end := bytes.IndexByte(b, 0)
	if end < 0 {
		return nil
	}
	b = bytes.TrimLeft(b[end:], "\x00")
	var args []string
	for len(args) < count {
		end := bytes.IndexByte(b, 0)
		if end < 0 {
			break
		}
		args, b = append(args, string(b[:end])), b[end+1:]
	}
	return args
}
