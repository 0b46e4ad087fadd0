package live

import (
	"cmp"

	"labo/probe"
)

// order is how rows are sorted.
type order uint8

const (
	byPort   order = iota // as [probe.Sockets] gives them: servers first, then by local port
	byState               // in the order of a connection's life
	byOwner               // by pid, then what belongs to no process
	byChange              // the latest change first
	orderCount
)

var orderNames = [orderCount]string{byPort: "port", byState: "état", byOwner: "propriétaire", byChange: "changement"}

func (o order) compare(a, b row) int {
	first := 0
	switch o {
	case byState:
		first = cmp.Compare(stateRank[a.socket.State], stateRank[b.socket.State])
	case byOwner:
		first = cmp.Compare(ownerRank(&a.socket.Owner), ownerRank(&b.socket.Owner))
	case byChange:
		first = b.since.Compare(a.since)
	}
	return cmp.Or(first, comparePlace(a.socket, b.socket))
}

// comparePlace is the order of [probe.Sockets]; sockets that have gone find
// their former place by it.
func comparePlace(a, b *probe.Socket) int {
	return cmp.Or(
		cmp.Compare(placeRank(a.State), placeRank(b.State)),
		cmp.Compare(a.Local.Port(), b.Local.Port()),
		a.Local.Addr().Compare(b.Local.Addr()),
		a.Remote.Compare(b.Remote),
		cmp.Compare(a.Inode.Value, b.Inode.Value),
	)
}

func placeRank(s probe.State) int {
	if s == probe.Listen || s == probe.Bound {
		return 0
	}
	return 1
}

// stateRank is the place of each state in [probe.States].
var stateRank = func() (rank [256]int) {
	for i, st := range probe.States {
		rank[st] = i
	}
	return rank
}()

func ownerRank(o *probe.Owner) int {
	const noProcess = 1 << 40
	if o.Kind == probe.OwnerProcess {
		return o.Holders[0].PID
	}
	return noProcess + int(o.Kind)
}
