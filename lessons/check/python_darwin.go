package check

import (
	"context"
	"os/exec"
)

// Without Apple's developer tools, /usr/bin/python3 opens a window that offers
// them, and ends: it is not run. `xcode-select -p` fails where they are missing
// (xcode-select(1); not tried on a machine).
func init() {
	pythonOffer = func(ctx context.Context, command string) string {
		const offer = "/usr/bin/python3"
		path, err := exec.LookPath(command)
		if err != nil || path != offer || exec.CommandContext(ctx, "/usr/bin/xcode-select", "-p").Run() == nil {
			return ""
		}
		return offer
	}
}
