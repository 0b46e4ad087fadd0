package probe

import (
	"context"
	"os/exec"
	"time"
)

// Hyper-V, WSL and Docker have Windows keep ranges of ports, other ones after
// each start: bind() is refused there (WSAEACCES), and nothing has the port.
func init() {
	excludedRange = func(port uint16) PortRange {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		out, err := exec.CommandContext(ctx, "netsh", "int", "ipv4", "show", "excludedportrange", "tcp").Output()
		if err != nil {
			return PortRange{}
		}
		for _, r := range parseExcluded(string(out)) {
			if r.Has(port) {
				return r
			}
		}
		return PortRange{}
	}
}
