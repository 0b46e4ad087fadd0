package probe

import (
	"slices"
	"strconv"

	"labo/probe/ss"
)

// asSS writes a socket as ss would. The time of its timer passes: it is left
// out.
func asSS(s *Socket) ss.Row {
	r := ss.Row{
		State: ss.StateName(s.State.String()), RecvQ: s.RecvQueue.Value, SendQ: s.SendQueue.Value,
		Local: s.Local, Remote: s.Remote, Timer: ss.TimerName(uint8(s.Timer.Value.Kind)), Inode: s.Inode.Value,
	}
	for _, h := range s.Owner.Holders {
		r.Users = append(r.Users, h.Name+" "+strconv.Itoa(h.PID))
	}
	slices.Sort(r.Users)
	return r
}
