package probe

import (
	"encoding/binary"
	"net/netip"
	"syscall"

	gnet "github.com/shirou/gopsutil/v3/net"
)

// tcpTableStates are the values of MIB_TCP_STATE (tcpmib.h), as gopsutil spells them.
var tcpTableStates = [...]string{1: "CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1",
	"FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT", "DELETE"}

// parseTCPTable reads a MIB_TCPTABLE_OWNER_PID, or for IPv6 a
// MIB_TCP6TABLE_OWNER_PID (tcpmib.h): a number of rows, and the rows. Those that
// are not there whole are left out. Ports are in network order.
func parseTCPTable(b []byte, family Family) []gnet.ConnectionStat {
	type layout struct{ size, addr, local, localPort, remote, remotePort, state, pid int }
	at := layout{size: 24, addr: 4, local: 4, localPort: 8, remote: 12, remotePort: 16, state: 0, pid: 20}
	af := uint32(syscall.AF_INET)
	if family == TCP6 {
		at = layout{size: 56, addr: 16, local: 0, localPort: 20, remote: 24, remotePort: 44, state: 48, pid: 52}
		af = syscall.AF_INET6
	}
	if len(b) < 4 {
		return nil
	}
	count, b := int(binary.LittleEndian.Uint32(b)), b[4:]
	count = min(count, len(b)/at.size)
	rows := make([]gnet.ConnectionStat, 0, count)
	for ; count > 0; count, b = count-1, b[at.size:] {
		end := func(addr, port int) gnet.Addr {
			ip, _ := netip.AddrFromSlice(b[addr : addr+at.addr])
			return gnet.Addr{IP: ip.String(), Port: uint32(binary.BigEndian.Uint16(b[port:]))}
		}
		row := gnet.ConnectionStat{Family: af, Type: syscall.SOCK_STREAM, Laddr: end(at.local, at.localPort),
			Raddr: end(at.remote, at.remotePort), Pid: int32(binary.LittleEndian.Uint32(b[at.pid:]))}
		if st := int(binary.LittleEndian.Uint32(b[at.state:])); st < len(tcpTableStates) {
			row.Status = tcpTableStates[st]
		}
		rows = append(rows, row)
	}
	return rows
}
