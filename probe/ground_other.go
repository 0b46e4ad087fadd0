//go:build unix && !linux

package probe

import "os"

// openPorts are those that every system leaves to everybody.
func openPorts() PortRange { return PortRange{Low: 1024, High: lastPort} }

// allowsPort knows of ports below 1024 only that root may have them: systems
// differ, and macOS from version to version.
func allowsPort(port uint16) Maybe[bool] {
	if port >= 1024 || os.Geteuid() == 0 {
		return Known(true)
	}
	return Maybe[bool]{}
}

func lending(uint16) (lent, kept bool) { return false, false }

func loopbackDown() bool { return false } // not looked for
