package bench

import (
	"context"

	"labo/probe"
)

// System is how scenes ask the system. Tests have every answer compared, at the
// moment it is given, with that of other tools.
type System struct {
	Sockets func(context.Context, probe.Filter) (*probe.Snapshot, error)
	Process func(context.Context, int) (probe.ProcessInfo, error)
}

// TheSystem asks package probe.
var TheSystem = System{Sockets: probe.Sockets, Process: probe.Process}
