package probe

import "context"

// PortRange is an inclusive range of ports.
type PortRange struct{ Low, High uint16 }

// Has reports whether p is in the range.
func (r PortRange) Has(p uint16) bool { return r.Low <= p && p <= r.High }

// EphemeralPorts returns the ports that the kernel lends to a client that asks
// for none: net.ipv4.ip_local_port_range on Linux (ip(7)),
// net.inet.ip.portrange on macOS, the dynamic port range on Windows (netsh).
func EphemeralPorts(ctx context.Context) (PortRange, error) { return ephemeralPorts(ctx) }
