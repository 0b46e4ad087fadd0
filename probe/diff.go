package probe

import (
	"net/netip"
	"slices"
	"time"
)

// ChangeKind is what happened to a socket between two snapshots.
type ChangeKind uint8

const (
	// Appeared: it was not there before.
	Appeared ChangeKind = iota + 1
	// StateChanged: it went from the state From to Socket.State.
	StateChanged
	// OwnerChanged: same state, other holders. accept() does that to a
	// connection that waited in the queue: from [OwnerKernel] to a process.
	OwnerChanged
	// Gone: it is no longer there; Socket is as it was last seen.
	Gone
)

// String returns "appeared", "state-changed", "owner-changed" or "gone".
func (k ChangeKind) String() string {
	switch k {
	case Appeared:
		return "appeared"
	case StateChanged:
		return "state-changed"
	case OwnerChanged:
		return "owner-changed"
	case Gone:
		return "gone"
	}
	return "none"
}

// Change is one thing that happened to one socket.
type Change struct {
	At        time.Time // of the first snapshot that shows it
	Kind      ChangeKind
	Socket    Socket // as the later snapshot shows it; for Gone, the earlier one
	From      State  // the state before; StateUnknown for Appeared
	FromOwner Owner  // the owner before, with StateChanged and OwnerChanged
}

// Diff returns what changed from prev to next: what has gone, then what
// changed, then what appeared, each in the order of its snapshot.
//
// A connection is known by its family and two ends, a listening or bound
// socket by its inode too, where the source tells it: two SO_REUSEPORT
// listeners are two. A connection keeps its identity when accept() gives it an
// inode and when TIME-WAIT takes it back; one that goes back in its life
// (TIME-WAIT to ESTABLISHED) is a new one between the same ends.
//
// There is nothing to compare, and no change, without prev, and between two
// sources: what one of them cannot show has not gone.
func Diff(prev, next *Snapshot) []Change {
	if prev == nil || next == nil || prev.Source != next.Source {
		return nil
	}
	before := matchSockets(prev.Sockets, next.Sockets)
	var changed, appeared []Change
	stays := make([]bool, len(prev.Sockets))
	for i, s := range next.Sockets {
		j := before[i]
		if j < 0 {
			appeared = append(appeared, Change{At: next.TakenAt, Kind: Appeared, Socket: s})
			continue
		}
		stays[j] = true
		old := &prev.Sockets[j]
		c := Change{At: next.TakenAt, Socket: s, From: old.State, FromOwner: old.Owner}
		switch {
		case old.State != s.State:
			c.Kind = StateChanged
		case ownerChanged(old.Owner, s.Owner):
			c.Kind = OwnerChanged
		default:
			continue
		}
		changed = append(changed, c)
	}
	var all []Change
	for j, s := range prev.Sockets {
		if !stays[j] {
			all = append(all, Change{At: next.TakenAt, Kind: Gone, Socket: s, From: s.State})
		}
	}
	return append(append(all, changed...), appeared...)
}

// matchSockets returns, for each socket of next, the index of the same socket
// in prev, or -1. It goes from the certain to the likely: the same ends and
// the same inode; the same inode that had no peer (bind, then connect); the
// same ends where one side has no inode.
//
// An inode alone does not tell a connection: the subflows of an MPTCP
// connection have one inode.
func matchSockets(prev, next []Socket) []int {
	before := make([]int, len(next))
	taken := make([]bool, len(prev))
	unconnected := make(map[uint32]int)
	byEnds := make(map[endsKey][]int, len(prev))
	for j := range prev {
		if ino := inodeOf(&prev[j]); ino != 0 && !prev[j].Remote.IsValid() {
			unconnected[ino] = j
		}
		key := ends(&prev[j])
		byEnds[key] = append(byEnds[key], j)
	}
	round := func(find func(s *Socket) int) {
		for i := range next {
			if before[i] > 0 {
				continue
			}
			if j := find(&next[i]); j >= 0 && !taken[j] {
				before[i], taken[j] = j+1, true
			}
		}
	}
	round(func(s *Socket) int { return bestByEnds(prev, taken, byEnds[ends(s)], s, true) })
	round(func(s *Socket) int {
		j, ok := unconnected[inodeOf(s)]
		if !ok || prev[j].Family != s.Family || prev[j].Local.Port() != s.Local.Port() {
			return -1
		}
		return j
	})
	round(func(s *Socket) int { return bestByEnds(prev, taken, byEnds[ends(s)], s, false) })
	for i := range before {
		before[i]--
	}
	return before
}

// endsKey is what a source that gives no inode knows a socket by.
type endsKey struct {
	family        Family
	local, remote netip.AddrPort
}

func ends(s *Socket) endsKey { return endsKey{s.Family, s.Local, s.Remote} }

// inodeOf returns the inode, 0 where there is none or none is told.
func inodeOf(s *Socket) uint32 { return s.Inode.Or(0) }

// bestByEnds returns the candidate in prev that s continues, or -1: one in the
// same state and with the same holders if there is one. With sameInode, both
// have one inode; without, one of them has none.
func bestByEnds(prev []Socket, taken []bool, candidates []int, s *Socket, sameInode bool) int {
	best, bestScore := -1, -1
	for _, j := range candidates {
		old := &prev[j]
		if taken[j] || !canFollow(old, s) || !inodesAgree(inodeOf(old), inodeOf(s), sameInode) {
			continue
		}
		score := 0
		if old.State == s.State {
			score += 2
		}
		if sameHolders(old.Owner, s.Owner) {
			score++
		}
		if score > bestScore {
			best, bestScore = j, score
		}
	}
	return best
}

func inodesAgree(a, b uint32, same bool) bool {
	if same {
		return a == b && a != 0
	}
	return a == 0 || b == 0
}

// canFollow reports whether a connection as old may become s: lives go one way
// (RFC 9293, section 3.3.2), and TIME-WAIT leads to nothing. Sockets without
// peer may do anything: listen, or stop listening.
func canFollow(old, s *Socket) bool {
	if !old.Remote.IsValid() || !s.Remote.IsValid() {
		return true
	}
	return lifeStage(old.State) <= lifeStage(s.State)
}

// lifeStage orders the states by which no connection goes back.
func lifeStage(st State) int {
	switch st {
	case SynSent:
		return 1
	case SynReceived:
		return 2
	case Established:
		return 3
	case TimeWait:
		return 5
	case Closed:
		return 6
	}
	return 4 // closing on one side or the other
}

// ownerChanged reports a change of hands that both snapshots are sure of.
func ownerChanged(old, now Owner) bool {
	sure := func(o Owner) bool { return o.Kind == OwnerProcess || o.Kind == OwnerKernel }
	return sure(old) && sure(now) && !sameHolders(old, now)
}

func sameHolders(a, b Owner) bool {
	return a.Kind == b.Kind && slices.EqualFunc(a.Holders, b.Holders,
		func(x, y *Holder) bool { return x.PID == y.PID })
}
