package probe

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
	hidden bool // /proc does not list the processes of others (hidepid, proc(5))
}
