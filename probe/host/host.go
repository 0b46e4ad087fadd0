// Package host says what machine a measurement was made on.
package host

import (
	"context"
	"runtime"

	"github.com/shirou/gopsutil/v3/host"

	"labo/probe"
)

// Machine is the system as it names itself. Its strings come from files and
// calls of the system: hostile text until made visible.
type Machine struct {
	System string              // runtime.GOOS: "linux", "darwin", "windows"
	Arch   string              // runtime.GOARCH
	Name   probe.Maybe[string] // distribution or edition with its version: "debian 12.11"
	Kernel probe.Maybe[string] // uname -r, or the build on Windows
	CPUs   int                 // logical processors this process may use
}

// Describe asks the system what it is. What it does not tell is unknown.
func Describe(ctx context.Context) Machine {
	m := Machine{System: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU()}
	if platform, _, version, err := host.PlatformInformationWithContext(ctx); err == nil && platform != "" {
		if version != "" {
			platform += " " + version
		}
		m.Name = probe.Known(platform)
	}
	if kernel, err := host.KernelVersionWithContext(ctx); err == nil && kernel != "" {
		m.Kernel = probe.Known(kernel)
	}
	return m
}
