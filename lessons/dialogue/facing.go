package dialogue

import "labo/probe"

// Facing is what another machine said last of its own table. It is shown beside
// that of this machine.
type Facing struct {
	Name string // whose it is
	When string // how old it is, and by what it was measured
	Note string // what is to be known of it, "" for nothing
	Lost bool   // nothing comes now
	Rows []probe.Socket
}
