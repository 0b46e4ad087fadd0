package probe

import (
	"slices"
	"strconv"

	"labo/probe/probetest"
)

// asSS writes a socket as ss would. The time of its timer passes: it is left
// out.
func asSS(s *Socket) probetest.SSRow {
	r := probetest.SSRow{
		State: probetest.SSState(s.State.String()), RecvQ: s.RecvQueue.Value, SendQ: s.SendQueue.Value,
		Local: s.Local, Remote: s.Remote, Timer: probetest.SSTimer(uint8(s.Timer.Value.Kind)), Inode: s.Inode.Value,
	}
	for _, h := range s.Owner.Holders {
		r.Users = append(r.Users, h.Name+" "+strconv.Itoa(h.PID))
	}
	slices.Sort(r.Users)
	return r
}
