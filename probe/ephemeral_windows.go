package probe

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

func ephemeralPorts(ctx context.Context) (PortRange, error) {
	out, err := exec.CommandContext(ctx, "netsh", "int", "ipv4", "show", "dynamicport", "tcp").Output()
	if err != nil {
		return PortRange{}, err
	}
	return parseDynamicPort(string(out))
}

var lastNumber = regexp.MustCompile(`(?m):\s*(\d+)\s*$`)

// parseDynamicPort reads the two numbers that netsh prints, first port and
// number of ports; its words change with the language of the system.
func parseDynamicPort(s string) (PortRange, error) {
	found := lastNumber.FindAllStringSubmatch(s, -1)
	if len(found) != 2 {
		return PortRange{}, fmt.Errorf("not an answer of netsh: %q", s)
	}
	first, err1 := strconv.Atoi(found[0][1])
	count, err2 := strconv.Atoi(found[1][1])
	if err1 != nil || err2 != nil || first < 1 || count < 1 || first+count-1 > 65535 {
		return PortRange{}, fmt.Errorf("not a port range: %q", s)
	}
	return PortRange{Low: uint16(first), High: uint16(first + count - 1)}, nil
}
