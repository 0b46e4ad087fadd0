package probe

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// openPorts are the ports from net.ipv4.ip_unprivileged_port_start on (ip(7)):
// those below are for CAP_NET_BIND_SERVICE. A kernel without it has 1024.
func openPorts() PortRange {
	if b, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start"); err == nil {
		if n, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 16); err == nil {
			return PortRange{Low: uint16(n), High: lastPort}
		}
	}
	return PortRange{Low: 1024, High: lastPort}
}

// allowsPort reports whether this process may have a port.
func allowsPort(port uint16) Maybe[bool] {
	if port >= openPorts().Low {
		return Known(true)
	}
	return bindsLow()
}

// bindsLow reports whether this process has CAP_NET_BIND_SERVICE where it
// counts: in the user namespace that owns its network (user_namespaces(7)).
// From outside of it, the capability that it shows says nothing.
func bindsLow() Maybe[bool] {
	network, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return Maybe[bool]{}
	}
	defer network.Close()
	owner, err := unix.IoctlRetInt(int(network.Fd()), unix.NS_GET_USERNS)
	if errors.Is(err, unix.EPERM) { // it is none of ours, nor below
		return Known(false)
	}
	if err != nil {
		return Maybe[bool]{}
	}
	defer unix.Close(owner)
	var theirs, own unix.Stat_t
	if unix.Fstat(owner, &theirs) != nil || unix.Stat("/proc/thread-self/ns/user", &own) != nil ||
		theirs.Ino != own.Ino || theirs.Dev != own.Dev {
		return Maybe[bool]{}
	}
	var sets [2]unix.CapUserData
	if unix.Capget(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &sets[0]) != nil {
		return Maybe[bool]{}
	}
	return Known(sets[0].Effective&(1<<unix.CAP_NET_BIND_SERVICE) != 0)
}

// lending says whether the kernel lends a port to clients, and whether
// net.ipv4.ip_local_reserved_ports keeps it from that.
func lending(port uint16) (lent, kept bool) {
	if b, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_reserved_ports"); err == nil && inPortList(string(b), port) {
		return false, true
	}
	lends, err := ephemeralPorts(context.Background())
	return err == nil && lends.Has(port), false
}

// inPortList reports whether a list like "8080,9148-9150" has a port.
func inPortList(list string, port uint16) bool {
	for part := range strings.SplitSeq(strings.TrimSpace(list), ",") {
		low, high, found := strings.Cut(part, "-")
		if !found {
			high = low
		}
		from, err1 := strconv.Atoi(low)
		to, err2 := strconv.Atoi(high)
		if err1 == nil && err2 == nil && from <= int(port) && int(port) <= to {
			return true
		}
	}
	return false
}

// loopbackDown reports whether the loopback was seen to be off (netdevice(7)).
func loopbackDown() bool {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	return err == nil && unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, lo) == nil && lo.Uint16()&unix.IFF_UP == 0
}
