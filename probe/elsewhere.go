package probe

import "context"

// Elsewhere is a listener of another network of this machine, and the process
// by which it was found: one that lives there, not always its owner.
type Elsewhere struct {
	PID     int
	Name    string // of that process, hostile text
	Network string // as /proc/PID/ns/net names it: "net:[4026532201]"
}

// networks is what was read of the networks of processes: a process of each but
// ours, and of how many the network may not be read.
type networks struct {
	others []Elsewhere
	unread int
}

// Elsewheres returns a listener on port in each other network of this machine
// in which this process may look (containers, "ip netns"), and of how many
// processes the network may not even be read. It finds none where the system has
// no such networks.
func Elsewheres(ctx context.Context, port uint16) (found []Elsewhere, unread int) {
	n := readNetworks()
	return listeners(ctx, n.others, port), n.unread
}
