package probe

import "context"

// Absence is what is known of a socket that is open and that no process was
// found to hold. Each fact was seen; none of them is said to be the reason.
type Absence struct {
	// Forbidden counts the processes whose descriptors may not be read.
	Forbidden int
	// SameUser: one of them is of the user who made the socket. Then the queues
	// of other sockets were not looked at.
	SameUser bool
	// Hidden: /proc does not list the processes of others (hidepid, proc(5)).
	Hidden bool
	// Flying are descriptors on their way in a message (SCM_RIGHTS, unix(7)),
	// which no process has before it receives them.
	Flying []Flying
	// Nested: this program is in a pid namespace below the machine's own, a
	// container mostly, and sees no process outside it.
	Nested bool
}

// Flying is a number of descriptors in a socket's queue.
type Flying struct {
	PID     int // of the process that would receive them
	Program string
	N       int
}

// explainAbsence looks for what is known of sockets without owner that the user
// uid made. Set by the init of the systems that can.
var explainAbsence func(ctx context.Context, uid Maybe[int]) *Absence

// Explain sets Absence of the owners of s that should be processes and were
// not found. It looks at every process of the machine, and is for pages that
// show such a socket.
func (s *Snapshot) Explain(ctx context.Context) {
	if explainAbsence == nil || s.Source != SockDiag {
		return
	}
	known := map[Maybe[int]]*Absence{}
	for i := range s.Sockets {
		o := &s.Sockets[i].Owner
		if o.Kind != OwnerHidden && o.Kind != OwnerForbidden {
			continue
		}
		if _, seen := known[o.UID]; !seen {
			known[o.UID] = explainAbsence(ctx, o.UID)
		}
		o.Absence = known[o.UID]
	}
}
