// Package sockets has the snapshots that tests draw and encode. It is imported by
// tests only.
package sockets

import (
	"fmt"
	"net/netip"
	"syscall"
	"time"

	"labo/probe"
)

// Noon is when everything was measured.
var Noon = time.Date(2026, 3, 1, 14, 2, 7, 123_000_000, time.Local)

// ends is an address, none for "".
func ends(s string) netip.AddrPort {
	if s == "" {
		return netip.AddrPort{}
	}
	return netip.MustParseAddrPort(s)
}

// Held and Owned are owners.
func Held(holders ...*probe.Holder) probe.Owner {
	return probe.Owner{Kind: probe.OwnerProcess, Holders: holders}
}

func Owned(k probe.OwnerKind) probe.Owner { return probe.Owner{Kind: k} }

// Row is a socket as sock_diag shows it.
func Row(st probe.State, local, remote string, rq, wq uint32, o probe.Owner) probe.Socket {
	s := probe.Socket{
		Family: probe.TCP4, State: st, Local: ends(local), Remote: ends(remote),
		RecvQueue: probe.Known(rq), SendQueue: probe.Known(wq), Timer: probe.Known(probe.Timer{}), Owner: o,
	}
	if s.Local.Addr().Is6() {
		s.Family = probe.TCP6
	}
	if o.Kind == probe.OwnerProcess {
		s.Inode = probe.Known(uint32(s.Local.Port()) + 100_000)
	}
	return s
}

// Timed is a socket whose timer runs.
func Timed(s probe.Socket, k probe.TimerKind, left time.Duration) probe.Socket {
	s.Timer = probe.Known(probe.Timer{Kind: k, Remaining: left})
	return s
}

// blind is a socket as gopsutil shows it.
func blind(s probe.Socket) probe.Socket {
	s.RecvQueue, s.SendQueue, s.Timer, s.Inode = probe.Maybe[uint32]{}, probe.Maybe[uint32]{}, probe.Maybe[probe.Timer]{}, probe.Maybe[uint32]{}
	return s
}

// Processes that hold sockets.
var (
	Server = &probe.Holder{PID: 4242, Name: "python3", Command: "python3 serveur.py",
		Threads: probe.Known(1), FDs: probe.Known(5)}
	Client = &probe.Holder{PID: 4243, Name: "python3", Command: "python3 client.py",
		Threads: probe.Known(3), FDs: probe.Known(4)}
	Browser = &probe.Holder{PID: 31337, Name: "chromium", Command: "/usr/lib/chromium/chromium --type=utility",
		Threads: probe.Known(17)}
	// Suspended is a server as its shell left it, in a container that labo is not in.
	Suspended = &probe.Holder{PID: 29857, Name: "python3", Command: "python3 serveur.py", Threads: probe.Known(1), FDs: probe.Known(4),
		Who: &probe.Who{PID: 29857, TakenAt: Noon, Program: "serveur.py", Life: probe.Stopped, StopSignal: probe.Known(20),
			Terminal: probe.Known("pts/3"), Job: probe.Resumable, Deaf: probe.Known(false), Threads: probe.Known(1), Role: probe.Server,
			Ancestors: []probe.Ancestor{{PID: 77, Program: "bash"}}, Launched: true, StartedAt: probe.Known(Noon.Add(-12*time.Minute - 3*time.Second)),
			UID: probe.Known(1000), User: probe.Known("alice"), OtherNetwork: probe.Known(false), OtherPIDs: probe.Known(false)}}
	Hostile = &probe.Holder{PID: 666, Name: "\x1b[31mrouge\n\u202e聊天", Command: "x\x1b]0;titre\x07 " + "très "}
)

// Snapshot is sockets with those of the processes above that hold them.
func Snapshot(source probe.Source, sockets ...probe.Socket) *probe.Snapshot {
	s := &probe.Snapshot{TakenAt: Noon, Took: 3 * time.Millisecond, Source: source, Sockets: sockets}
	seen := map[*probe.Holder]bool{}
	for _, h := range []*probe.Holder{Hostile, Server, Client, Suspended, Browser} {
		for i := range sockets {
			if sockets[i].HeldBy(h.PID) && !seen[h] {
				seen[h] = true
				s.Holders = append(s.Holders, h)
			}
		}
	}
	return s
}

// Noted gives a snapshot its remarks.
func Noted(s *probe.Snapshot, notes ...probe.Note) *probe.Snapshot {
	s.Notes = notes
	return s
}

// Linux is a machine whose rules are known and where every port is allowed.
var Linux = probe.Ground{System: "linux", Allowed: probe.Known(true)}

// Foreseen is what the sheet's programs would get on port 12345 there.
func Foreseen(s *probe.Snapshot, g probe.Ground) probe.PortVerdict {
	req := probe.SheetServer(12345)
	return probe.PortVerdict{Port: 12345, Bind: probe.ForeseeBind(req, s.Sockets, g), Connect: probe.ForeseeConnect(req.Addr, s.Sockets, g)}
}

func All() map[string]*probe.Snapshot {
	listening := Row(probe.Listen, "127.0.0.1:12345", "", 1, 1, Held(Server))
	conversation := []probe.Socket{
		listening,
		Row(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 5, 0, Held(Server)),
		Row(probe.Established, "127.0.0.1:12345", "127.0.0.1:51236", 0, 0, Owned(probe.OwnerKernel)),
		Row(probe.Established, "127.0.0.1:51234", "127.0.0.1:12345", 0, 0, Held(Client)),
		Row(probe.Established, "127.0.0.1:51236", "127.0.0.1:12345", 0, 0, Held(Browser)),
	}
	machine := append([]probe.Socket{
		Row(probe.Bound, "127.0.0.1:4000", "", 0, 0, Held(Server)),
		Row(probe.Listen, "0.0.0.0:80", "", 0, 4096, Owned(probe.OwnerForbidden)),
		Row(probe.Listen, "[::]:8080", "", 0, 128, Held(Server, Client)),
		Row(probe.Listen, "[::1]:631", "", 0, 128, Held(Hostile)),
	}, conversation...)
	machine = append(machine,
		Row(probe.Established, "192.168.1.20:40000", "93.184.216.34:443", 0, 0, Held(Browser)),
		Row(probe.CloseWait, "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535",
			"[2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa]:443", 1, 0, Held(Browser)),
		Row(probe.SynSent, "192.168.1.20:40002", "10.0.0.1:12", 0, 1, Owned(probe.OwnerGone)),
		Row(probe.FinWait2, "127.0.0.1:51000", "127.0.0.1:7000", 0, 0, Owned(probe.OwnerKernel)),
		Row(probe.CloseWait, "[::ffff:127.0.0.1]:7000", "[::ffff:127.0.0.1]:51000", 0, 0, Held(Server)),
		Timed(Row(probe.TimeWait, "127.0.0.1:12345", "127.0.0.1:51230", 0, 0, Owned(probe.OwnerKernel)),
			probe.TimerTimeWait, 57_700*time.Millisecond),
	)
	return map[string]*probe.Snapshot{
		"vide":         Snapshot(probe.SockDiag),
		"conversation": Snapshot(probe.SockDiag, conversation...),
		"machine": Noted(Snapshot(probe.SockDiag, machine...),
			probe.Note{Kind: probe.NoteForbidden, N: 12}),
		"pleine": Snapshot(probe.SockDiag,
			Row(probe.Listen, "127.0.0.1:12345", "", 2, 1, Held(Server)),
			Timed(Row(probe.SynSent, "127.0.0.1:51240", "127.0.0.1:12345", 0, 1, Held(Client)),
				probe.TimerRetransmit, 1234*time.Millisecond)),
		"reuseport": Snapshot(probe.SockDiag,
			Row(probe.Listen, "127.0.0.1:12345", "", 0, 1, Held(Server)),
			Row(probe.Listen, "127.0.0.1:12345", "", 0, 1, Held(Client))),
		"suspendu": Snapshot(probe.SockDiag, Row(probe.Listen, "127.0.0.1:12345", "", 1, 1, Held(Suspended))),
		"lie":      Snapshot(probe.SockDiag, Row(probe.Bound, "127.0.0.1:12345", "", 0, 0, Held(Server))),
		"restes": Snapshot(probe.SockDiag,
			Timed(Row(probe.TimeWait, "127.0.0.1:12345", "127.0.0.1:51230", 0, 0, Owned(probe.OwnerKernel)),
				probe.TimerTimeWait, 57_700*time.Millisecond)),
		"restes-client": Snapshot(probe.SockDiag,
			Timed(Row(probe.TimeWait, "127.0.0.1:51230", "127.0.0.1:12345", 0, 0, Owned(probe.OwnerKernel)),
				probe.TimerTimeWait, 57_700*time.Millisecond)),
		"gopsutil": Noted(Snapshot(probe.Gopsutil, blind(listening),
			blind(Row(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 0, 0, Owned(probe.OwnerHidden)))),
			probe.Note{Kind: probe.NoteFallback, Err: syscall.EPERM},
			probe.Note{Kind: probe.NoteNoQueues}),
	}
}

// crowd is n connections between two processes.
func Crowd(n int) *probe.Snapshot {
	s := Snapshot(probe.SockDiag)
	s.Holders = []*probe.Holder{Server, Client}
	for i := range n {
		s.Sockets = append(s.Sockets, Row(probe.Established, "127.0.0.1:12345",
			fmt.Sprintf("127.0.0.1:%d", 20_000+i), 0, 0, Held(s.Holders[i%2])))
	}
	return s
}
