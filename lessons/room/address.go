package room

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
)

// Address is one by which this machine can be reached.
type Address struct {
	Addr      netip.Addr
	Interface string
	Network   netip.Prefix // what the interface says is on the same network
}

// Has reports whether a is one of own, or of their loopback network. Nothing is
// known of one that [Addresses] leaves out: it counts as had.
func Has(own []Address, a netip.Addr) bool {
	return a.IsLinkLocalUnicast() || slices.ContainsFunc(own, func(o Address) bool { return o.Addr == a || a.IsLoopback() && o.Network.Contains(a) })
}

// Addresses are those of this machine's interfaces that are up: IPv4 before
// IPv6, those of the loopback last, link-local ones left out (they cannot be
// typed without an interface). The error is that of the system.
func Addresses() ([]Address, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var all []Address
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 {
			continue
		}
		nets, err := i.Addrs()
		if err != nil {
			continue // gone meanwhile
		}
		for _, n := range nets {
			p, err := netip.ParsePrefix(n.String())
			if err != nil || p.Addr().Unmap().IsLinkLocalUnicast() {
				continue
			}
			all = append(all, Address{Addr: p.Addr().Unmap(), Interface: i.Name, Network: p.Masked()})
		}
	}
	rank := func(a Address) int {
		switch {
		case a.Addr.IsLoopback():
			return 2
		case a.Addr.Is6():
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b Address) int { return cmp.Compare(rank(a), rank(b)) })
	return all, nil
}
