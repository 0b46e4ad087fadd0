//go:build darwin || freebsd

package probe

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"
)

func ephemeralPorts(context.Context) (PortRange, error) {
	first, err := unix.SysctlUint32("net.inet.ip.portrange.first")
	if err != nil {
		return PortRange{}, err
	}
	last, err := unix.SysctlUint32("net.inet.ip.portrange.last")
	if err != nil {
		return PortRange{}, err
	}
	if first > last || last > 65535 {
		return PortRange{}, fmt.Errorf("not a port range: %d-%d", first, last)
	}
	return PortRange{Low: uint16(first), High: uint16(last)}, nil
}
