package answer

import (
	"encoding/binary"
	"net/netip"

	"labo/probe"
)

// group is one of the parts into which sockets are sorted for reading.
type group uint8

const (
	groupListen   group = iota // LISTEN
	groupBound                 // reserved, not listening
	groupLocal                 // both ends on this machine
	groupOutside               // the other end elsewhere
	groupFinished              // TIME-WAIT, whose other end is forgotten
	groupCount
)

var groupTitles = [groupCount]string{
	groupListen:   "Serveurs qui écoutent",
	groupBound:    "Ports réservés, où personne n'écoute encore",
	groupLocal:    "Connexions de cette machine avec elle-même",
	groupOutside:  "Connexions avec d'autres machines",
	groupFinished: "Connexions finies, que le noyau garde en mémoire",
}

// entry is one socket in its group, by its index in the snapshot.
type entry struct {
	index  int32
	paired pairing
}

// pairing tells whether the row below or above is the other end of the same
// connection.
type pairing uint8

const (
	alone pairing = iota
	upper         // its other end is the next entry
	lower         // its other end is the entry before
)

// sortIntoGroups returns the sockets of each group in the order to show them:
// the two ends of a connection one under the other, the server's first.
func sortIntoGroups(sockets []probe.Socket) [groupCount][]entry {
	var groups [groupCount][]entry
	var count [groupCount]int
	peers := findPeers(sockets)
	listening := make(map[uint16]bool)
	for i := range sockets {
		count[groupOf(&sockets[i], peers[i] >= 0)]++
		if sockets[i].State == probe.Listen {
			listening[sockets[i].Local.Port()] = true
		}
	}
	for g, n := range count {
		groups[g] = make([]entry, 0, n)
	}
	for i := range sockets {
		s := &sockets[i]
		g := groupOf(s, peers[i] >= 0)
		if peers[i] < 0 {
			groups[g] = append(groups[g], entry{int32(i), alone})
			continue
		}
		server, client := int32(i), peers[i]
		if client < server {
			continue // came with its other end
		}
		if !listening[s.Local.Port()] && listening[sockets[client].Local.Port()] {
			server, client = client, server
		}
		groups[g] = append(groups[g], entry{server, upper}, entry{client, lower})
	}
	return groups
}

func groupOf(s *probe.Socket, paired bool) group {
	switch {
	case s.State == probe.Listen:
		return groupListen
	case s.State == probe.Bound || !s.Remote.IsValid():
		return groupBound
	case paired:
		return groupLocal
	case s.State == probe.TimeWait:
		return groupFinished
	case s.Local.Addr().Unmap() == s.Remote.Addr().Unmap() || s.Remote.Addr().Unmap().IsLoopback():
		return groupLocal
	}
	return groupOutside
}

// connection is the two ends of a socket, each as 16 bytes of address and 2 of
// port. IPv4 is written in one way only: the two halves of a connection may be
// an IPv4 and an IPv6 socket.
type connection [36]byte

func connectionOf(from, to netip.AddrPort) (c connection) {
	a, b := from.Addr().As16(), to.Addr().As16()
	copy(c[0:], a[:])
	binary.BigEndian.PutUint16(c[16:], from.Port())
	copy(c[18:], b[:])
	binary.BigEndian.PutUint16(c[34:], to.Port())
	return c
}

// findPeers returns, for each socket, the index of the other end of its
// connection among the sockets, -1 where it is not there. The ends in one order
// are noted, those in the other are looked for.
func findPeers(sockets []probe.Socket) []int32 {
	peers := make([]int32, len(sockets))
	at := make(map[connection]int32, len(sockets)/2)
	for i := range sockets {
		peers[i] = -1
		if s := &sockets[i]; s.Remote.IsValid() && s.Local.Compare(s.Remote) < 0 {
			at[connectionOf(s.Local, s.Remote)] = int32(i)
		}
	}
	for i := range sockets {
		s := &sockets[i]
		if !s.Remote.IsValid() || s.Local.Compare(s.Remote) <= 0 {
			continue
		}
		if j, ok := at[connectionOf(s.Remote, s.Local)]; ok && peers[j] < 0 {
			peers[i], peers[j] = j, int32(i)
		}
	}
	return peers
}
