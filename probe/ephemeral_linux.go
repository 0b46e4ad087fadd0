package probe

import (
	"context"
	"fmt"
	"os"
)

const localPortRange = "/proc/sys/net/ipv4/ip_local_port_range"

func ephemeralPorts(context.Context) (PortRange, error) {
	b, err := os.ReadFile(localPortRange)
	if err != nil {
		return PortRange{}, err
	}
	return parsePortRange(string(b))
}

// parsePortRange reads "32768\t60999\n".
func parsePortRange(s string) (PortRange, error) {
	var r PortRange
	if _, err := fmt.Sscan(s, &r.Low, &r.High); err != nil || r.Low > r.High {
		return PortRange{}, fmt.Errorf("not a port range: %q", s)
	}
	return r, nil
}
