package syscalls

import (
	"fmt"
	"strings"
)

// Names of the constants that arguments hold, as on Linux (the same numbers on
// amd64 and arm64): socket(2), send(2), recv(2), setsockopt(2), clone(2).

var families = map[uint64]string{0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK", 17: "AF_PACKET"}

var socketTypes = map[uint64]string{1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 5: "SOCK_SEQPACKET"}

var socketFlags = []bitName{{0x800, "SOCK_NONBLOCK"}, {0x80000, "SOCK_CLOEXEC"}}

var protocols = map[uint64]string{0: "0", 6: "IPPROTO_TCP", 17: "IPPROTO_UDP", 262: "IPPROTO_MPTCP"}

var messageFlags = []bitName{
	{0x1, "MSG_OOB"}, {0x2, "MSG_PEEK"}, {0x4, "MSG_DONTROUTE"}, {0x20, "MSG_TRUNC"}, {0x40, "MSG_DONTWAIT"},
	{0x100, "MSG_WAITALL"}, {0x4000, "MSG_NOSIGNAL"}, {0x8000, "MSG_MORE"}, {0x40000000, "MSG_CMSG_CLOEXEC"},
}

var shutdownHow = map[uint64]string{0: "SHUT_RD", 1: "SHUT_WR", 2: "SHUT_RDWR"}

var levels = map[uint64]string{0: "SOL_IP", 1: "SOL_SOCKET", 6: "SOL_TCP", 41: "SOL_IPV6"}

var options = map[[2]uint64]string{
	{1, 2}: "SO_REUSEADDR", {1, 3}: "SO_TYPE", {1, 4}: "SO_ERROR", {1, 6}: "SO_BROADCAST", {1, 7}: "SO_SNDBUF",
	{1, 8}: "SO_RCVBUF", {1, 9}: "SO_KEEPALIVE", {1, 13}: "SO_LINGER", {1, 15}: "SO_REUSEPORT",
	{1, 20}: "SO_RCVTIMEO", {1, 21}: "SO_SNDTIMEO", {1, 30}: "SO_ACCEPTCONN", {1, 38}: "SO_PROTOCOL", {1, 39}: "SO_DOMAIN",
	{6, 1}: "TCP_NODELAY", {6, 3}: "TCP_CORK", {6, 4}: "TCP_KEEPIDLE", {6, 5}: "TCP_KEEPINTVL",
	{6, 6}: "TCP_KEEPCNT", {6, 9}: "TCP_DEFER_ACCEPT", {6, 11}: "TCP_INFO", {6, 12}: "TCP_QUICKACK",
	{41, 26}: "IPV6_V6ONLY",
}

var cloneFlags = []bitName{
	{0x100, "CLONE_VM"}, {0x200, "CLONE_FS"}, {0x400, "CLONE_FILES"}, {0x800, "CLONE_SIGHAND"},
	{0x4000, "CLONE_VFORK"}, {0x8000, "CLONE_PARENT"}, {0x10000, "CLONE_THREAD"}, {0x40000, "CLONE_SYSVSEM"},
	{0x80000, "CLONE_SETTLS"}, {0x100000, "CLONE_PARENT_SETTID"}, {0x200000, "CLONE_CHILD_CLEARTID"},
	{0x1000000, "CLONE_CHILD_SETTID"}, {0x100000000, "CLONE_CLEAR_SIGHAND"},
}

var futexOps = map[uint64]string{0: "FUTEX_WAIT", 1: "FUTEX_WAKE", 9: "FUTEX_WAIT_BITSET", 10: "FUTEX_WAKE_BITSET"}

var openFlags = []bitName{{0x800, "O_NONBLOCK"}, {0x4000, "O_DIRECT"}, {0x80000, "O_CLOEXEC"}}

var pollBits = []bitName{{1, "POLLIN"}, {2, "POLLPRI"}, {4, "POLLOUT"}, {8, "POLLERR"}, {16, "POLLHUP"}, {32, "POLLNVAL"}}

// bitName is one bit and its name.
type bitName struct {
	bit  uint64
	name string
}

// named returns the name of v, or v in hexadecimal.
func named(names map[uint64]string, v uint64) string {
	if n, ok := names[v]; ok {
		return n
	}
	return fmt.Sprintf("%#x", v)
}

// flagged returns the names of the bits of v joined by "|", "0" for none.
func flagged(flags []bitName, v uint64) string {
	if v == 0 {
		return "0"
	}
	var parts []string
	for _, f := range flags {
		if v&f.bit != 0 {
			parts = append(parts, f.name)
			v &^= f.bit
		}
	}
	if v != 0 {
		parts = append(parts, fmt.Sprintf("%#x", v))
	}
	return strings.Join(parts, "|")
}
