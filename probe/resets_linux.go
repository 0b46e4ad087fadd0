package probe

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// sentResets reads /proc/net/snmp (proc_net(5)): a line of names, then one of
// values.
func sentResets() Maybe[uint64] {
	b, err := os.ReadFile("/proc/net/snmp")
	if err != nil {
		return Maybe[uint64]{}
	}
	return snmpCounter(string(b), "Tcp:", "OutRsts")
}

func snmpCounter(file, protocol, name string) Maybe[uint64] {
	var names []string
	for line := range strings.Lines(file) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] != protocol {
			continue
		}
		if names == nil {
			names = f
			continue
		}
		if i := slices.Index(names, name); i > 0 && i < len(f) {
			if n, err := strconv.ParseUint(f[i], 10, 64); err == nil {
				return Known(n)
			}
		}
		break
	}
	return Maybe[uint64]{}
}
