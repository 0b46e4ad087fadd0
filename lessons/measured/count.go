package measured

import (
	"strings"

	"labo/lessons/text"
	"labo/probe"
)

// Count counts sockets by state, in the order of a connection's life: "5
// sockets : 1 LISTEN, 4 ESTABLISHED".
func Count(sockets []probe.Socket) string {
	return text.French(text.Plural(len(sockets), "socket")) + byState(sockets)
}

// CountOf is [Count] of the sockets that were chosen among so many: "2 sockets
// sur 5 : 2 ESTABLISHED".
func CountOf(chosen []probe.Socket, all int) string {
	return text.French(text.Plural(len(chosen), "socket")) + " sur " + text.Number(all) + byState(chosen)
}

// byState lists the states with their counts, behind a colon; "" for none.
func byState(sockets []probe.Socket) string {
	var counts [256]int
	for i := range sockets {
		counts[sockets[i].State]++
	}
	var parts []string
	for _, st := range append(probe.States[:len(probe.States):len(probe.States)], probe.StateUnknown) {
		if n := counts[st]; n > 0 {
			parts = append(parts, text.Number(n)+text.NBSP+StateName(st))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return text.NBSP + ": " + strings.Join(parts, ", ")
}
