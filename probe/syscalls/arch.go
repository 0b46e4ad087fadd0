package syscalls

import (
	"maps"
	"slices"

	"labo/probe/callnum"
)

// Arch is what differs between processors: the numbers of system calls and the
// name the kernel gives the architecture in seccomp data (linux/audit.h).
// Layouts of the structures decoded here are the same on both.
type Arch struct {
	Name  string // as uname -m
	Audit uint32
	Calls func() map[int]string
}

// Name returns the name of call nr, "" when it is not followed.
func (a *Arch) callName(nr int) string { return a.Calls()[nr] }

// number returns the number of a call, -1 when this processor has none.
func (a *Arch) number(name string) int {
	for nr, n := range a.Calls() {
		if n == name {
			return nr
		}
	}
	return -1
}

// The followed calls, by processor.
var (
	amd64  = &Arch{Name: "x86_64", Audit: 0xc000003e, Calls: callnum.AMD64}
	arm64  = &Arch{Name: "aarch64", Audit: 0xc00000b7, Calls: callnum.ARM64}
	arches = []*Arch{amd64, arm64}
)

// Names returns the names of the calls followed on any processor, sorted.
func Names() []string {
	seen := map[string]bool{}
	for _, a := range arches {
		for _, name := range a.Calls() {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
