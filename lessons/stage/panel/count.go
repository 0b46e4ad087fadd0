package panel

import (
	"strconv"
	"strings"

	"labo/lessons/text"
	"labo/probe"
)

// Count counts sockets by state, in the order of a connection's life: "5
// sockets : 1 LISTEN, 4 ESTABLISHED".
func Count(sockets []probe.Socket) string {
	var counts [256]int
	for i := range sockets {
		counts[sockets[i].State]++
	}
	total := text.French(text.Plural(len(sockets), "socket"))
	var parts []string
	for _, st := range append(probe.States[:len(probe.States):len(probe.States)], probe.StateUnknown) {
		if n := counts[st]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+text.NBSP+StateName(st))
		}
	}
	if len(parts) == 0 {
		return total
	}
	return total + text.NBSP + ": " + strings.Join(parts, ", ")
}
