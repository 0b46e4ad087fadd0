package probe

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// PortVerdict is what the sheet's two programs would get on a port.
type PortVerdict struct {
	Port    uint16
	Bind    Verdict // of serveur.py: 127.0.0.1, without SO_REUSEADDR
	Connect Verdict // of client.py: to 127.0.0.1
}

// Foresee says what serveur.py and client.py would get on a port, by a snapshot
// that holds at least all of its sockets (see [Filter.Foresee]).
func Foresee(ctx context.Context, port uint16, s *Snapshot) PortVerdict {
	req := SheetServer(port)
	g := Survey(req.Addr, s)
	g.BoundUnseen = !s.ShowsBound
	v := PortVerdict{Port: port, Bind: ForeseeBind(req, s.Sockets, g), Connect: ForeseeConnect(req.Addr, s.Sockets, g)}
	if v.Connect.Outcome == Refused { // nobody listens here
		near := s.networks
		if near == nil {
			read := readNetworks()
			near = &read
		}
		for _, e := range listeners(ctx, near.others, port) {
			there := Reason{Kind: OtherNetwork, Elsewhere: &e}
			v.Connect.Because = append(v.Connect.Because, there)
			if v.Bind.Outcome == Granted {
				v.Bind.Because = append(v.Bind.Because, there)
			}
		}
		if near.unread > 0 || near.hidden {
			v.Connect.Because = append(v.Connect.Because, Reason{Kind: NetworksUnseen, Count: near.unread, Hidden: near.hidden})
		}
	}
	return v
}

const lastPort = 1<<16 - 1

// Survey measures what decides on calls with an address beside the sockets;
// those of s are taken for all of their port. [Ground.BoundUnseen] is left out.
func Survey(at netip.AddrPort, s *Snapshot) Ground {
	lent, kept := lending(at.Port())
	ownOnly := slices.ContainsFunc(s.Notes, func(n Note) bool { return n.Kind == NoteOwnOnly })
	return Ground{
		System:       runtime.GOOS,
		MemoryUnseen: ownOnly,
		OthersUnseen: ownOnly,
		BindErrno:    bindErrno(at.Addr()),
		CallErrno:    callErrno(at),
		Allowed:      allowsPort(at.Port()),
		Open:         openPorts(),
		Root:         os.Geteuid() == 0,
		LoopbackDown: loopbackDown(),
		Excluded:     excludedRange(at.Port()),
		Lent:         lent,
		Kept:         kept,
		Memory:       MostMemory(),
	}
}

// bindErrno asks the system whether it has an address: whether a UDP socket,
// which is in the way of no TCP one, may have it with a port of the system's
// choice. The check is the same (inet_bind).
func bindErrno(addr netip.Addr) string { return ErrnoName(bindUDP(addr)) }

// callErrno asks the system whether there is a way to an address. connect() of
// a UDP socket looks for it, and sends nothing.
func callErrno(to netip.AddrPort) string { return ErrnoName(callUDP(to)) }

// ErrnoName returns the name of the errno of err, the same on every system
// ("EADDRINUSE"), "" for no error and "?" where it has none that is known.
func ErrnoName(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[syscall.Errno](err); ok {
		if name := SystemErrno(e); name != "" {
			return strings.TrimPrefix(name, "WSA")
		}
	}
	return "?"
}

// TryBind asks the system for what req asks, without listen(), gives it back at
// once, and returns the name of the errno, "" for none.
func TryBind(req BindRequest) string { return ErrnoName(tryBind(req)) }
