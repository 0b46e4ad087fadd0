package probe

import (
	"regexp"
	"strconv"
	"strings"
)

// excludedRange returns the range of ports that this system keeps from everybody
// and that has port, the zero PortRange for none. Set by the init of systems that
// have such.
var excludedRange = func(port uint16) PortRange { return PortRange{} }

var twoPorts = regexp.MustCompile(`^\s*(\d+)\s+(\d+)\s*\*?\s*$`)

// parseExcluded reads the ranges that `netsh int ipv4 show excludedportrange tcp`
// lists, first and last port of each; its words change with the language of the
// system.
func parseExcluded(s string) (all []PortRange) {
	for line := range strings.Lines(s) {
		m := twoPorts.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil {
			continue
		}
		low, err1 := strconv.ParseUint(m[1], 10, 16)
		high, err2 := strconv.ParseUint(m[2], 10, 16)
		if err1 == nil && err2 == nil && low > 0 && low <= high {
			all = append(all, PortRange{Low: uint16(low), High: uint16(high)})
		}
	}
	return all
}
