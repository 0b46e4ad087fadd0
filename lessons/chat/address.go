package chat

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// HostError says that a host given by the reader names no address.
type HostError struct {
	Host string // as given: hostile until made visible
	// Malformed: it can be no host at all, such as a URL or an address with
	// its port.
	Malformed bool
	Err       error // of the resolver, nil when malformed
}

func (e *HostError) Error() string {
	if e.Malformed {
		return fmt.Sprintf("%q is not a host", e.Host)
	}
	return fmt.Sprintf("resolve %q: %v", e.Host, e.Err)
}
func (e *HostError) Unwrap() error { return e.Err }

// resolve returns the address of a host: an IP address (with or without
// brackets), a name, or "" for [DefaultHost]. As the sheet's AF_INET it
// prefers IPv4. "localhost" is 127.0.0.1 without asking anyone.
func resolve(ctx context.Context, host string) (netip.Addr, error) {
	if host == "" || strings.EqualFold(host, DefaultHost) {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if addr, err := netip.ParseAddr(bare); err == nil && !addr.IsMulticast() {
		return addr.Unmap(), nil
	} else if err == nil || strings.ContainsAny(host, "/:[]@ \t\r\n") {
		return netip.Addr{}, &HostError{Host: host, Malformed: true}
	}
	var failed error
	for _, family := range []string{"ip4", "ip6"} {
		addrs, err := net.DefaultResolver.LookupNetIP(ctx, family, host)
		if err == nil && len(addrs) > 0 {
			return addrs[0].Unmap(), nil
		}
		if ctx.Err() != nil {
			return netip.Addr{}, ctx.Err()
		}
		if failed == nil {
			failed = err
		}
	}
	return netip.Addr{}, &HostError{Host: host, Err: failed}
}

// network returns the network to give to package net for addr. "tcp" on the
// unspecified IPv6 address takes IPv4 clients as well.
func network(addr netip.Addr) string {
	if addr.Is4() {
		return "tcp4"
	}
	return "tcp"
}

// addrPort returns the address of one end of a connection.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// pythonAddress writes an address as Python prints the one of accept():
// ('127.0.0.1', 57462), or ('::1', 57462, 0, 0) with the flow and the scope
// that AF_INET6 adds.
func pythonAddress(ap netip.AddrPort) string {
	addr := ap.Addr()
	if addr.Is4() {
		return fmt.Sprintf("('%s', %d)", addr, ap.Port())
	}
	return fmt.Sprintf("('%s', %d, 0, %d)", addr, ap.Port(), scopeID(addr.Zone()))
}

// scopeID returns the number of the interface that a zone names, 0 for none.
func scopeID(zone string) int {
	if n, err := strconv.Atoi(zone); err == nil {
		return n
	}
	if i, err := net.InterfaceByName(zone); err == nil {
		return i.Index
	}
	return 0
}

// reachable returns the addresses of this machine by which others can come to
// a server that listens on addr: addr itself, or all that are not link-local
// where addr is unspecified. Loopback is never one of them.
func reachable(addr netip.Addr) []netip.Addr {
	nets, err := net.InterfaceAddrs()
	if err != nil {
		return nil // unknown: the words then name none
	}
	var found []netip.Addr
	for _, n := range nets {
		prefix, err := netip.ParsePrefix(n.String())
		if err != nil {
			continue
		}
		a := prefix.Addr().Unmap()
		all := addr.IsUnspecified() && !a.IsLinkLocalUnicast() && (addr.Is6() || a.Is4())
		if !a.IsLoopback() && (all || a == addr.WithZone("")) {
			found = append(found, a)
		}
	}
	return found
}
