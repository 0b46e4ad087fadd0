package probe

import (
	"strconv"
	"strings"
)

// excludedRange returns the range of ports that this system keeps from everybody
// and that has port, the zero PortRange for none. Set by the init of systems that
// have such.
var excludedRange = func(port uint16) PortRange { return PortRange{} }

// parseExcluded reads the ranges that `netsh int ipv4 show excludedportrange tcp`
// lists, first and last port of each; its words change with the language of the
// system.
func parseExcluded(s string) (all []PortRange) {
	for line := range strings.Lines(s) {
		ports := strings.Fields(line)
		if len(ports) == 3 && ports[2] == "*" { // one that an administrator keeps
			ports = ports[:2]
		}
		if len(ports) != 2 {
			continue
		}
		low, err1 := strconv.ParseUint(ports[0], 10, 16)
		high, err2 := strconv.ParseUint(ports[1], 10, 16)
		if err1 == nil && err2 == nil && low > 0 && low <= high {
			all = append(all, PortRange{Low: uint16(low), High: uint16(high)})
		}
	}
	return all
}
