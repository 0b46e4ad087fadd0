package probe

import "context"

// Elsewhere is a listener of another network of this machine, and the process
// by which it was found: one that lives there, not always its owner.
type Elsewhere struct {
	PID     int
	Name    string // of that process, hostile text
	Network string // as /proc/PID/ns/net names it: "net:[4026532201]"
}

// Elsewheres returns a listener on port in each other network of this machine
// in which this process may look: containers, "ip netns". It finds none where
// the system has no such networks.
func Elsewheres(ctx context.Context, port uint16) []Elsewhere { return elsewheres(ctx, port) }
