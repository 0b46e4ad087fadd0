package sonde

import (
	"fmt"
	"net/netip"
	"syscall"
	"time"

	"labo/probe"
)

// The snapshots that tests draw and encode.

var noon = time.Date(2026, 3, 1, 14, 2, 7, 123_000_000, time.Local)

func ends(s string) netip.AddrPort {
	if s == "" {
		return netip.AddrPort{}
	}
	return netip.MustParseAddrPort(s)
}

func held(holders ...*probe.Holder) probe.Owner {
	return probe.Owner{Kind: probe.OwnerProcess, Holders: holders}
}

func owned(k probe.OwnerKind) probe.Owner { return probe.Owner{Kind: k} }

// row is a socket as sock_diag shows it.
func row(st probe.State, local, remote string, rq, wq uint32, o probe.Owner) probe.Socket {
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

func timed(s probe.Socket, k probe.TimerKind, left time.Duration) probe.Socket {
	s.Timer = probe.Known(probe.Timer{Kind: k, Remaining: left})
	return s
}

// blind is a socket as gopsutil shows it.
func blind(s probe.Socket) probe.Socket {
	s.RecvQueue, s.SendQueue, s.Timer, s.Inode = probe.Maybe[uint32]{}, probe.Maybe[uint32]{}, probe.Maybe[probe.Timer]{}, probe.Maybe[uint32]{}
	return s
}

var (
	server = &probe.Holder{PID: 4242, Name: "python3", Command: "python3 serveur.py",
		Threads: probe.Known(1), FDs: probe.Known(5)}
	client = &probe.Holder{PID: 4243, Name: "python3", Command: "python3 client.py",
		Threads: probe.Known(3), FDs: probe.Known(4)}
	browser = &probe.Holder{PID: 31337, Name: "chromium", Command: "/usr/lib/chromium/chromium --type=utility",
		Threads: probe.Known(17)}
	// suspended is a server as its shell left it, in a container that labo is not in.
	suspended = &probe.Holder{PID: 29857, Name: "python3", Command: "python3 serveur.py", Threads: probe.Known(1), FDs: probe.Known(4),
		Who: &probe.Who{PID: 29857, TakenAt: noon, Program: "serveur.py", Life: probe.Stopped, StopSignal: probe.Known(20),
			Terminal: probe.Known("pts/3"), Job: probe.Resumable, Deaf: probe.Known(false), Threads: probe.Known(1), Role: probe.Server,
			Ancestors: []probe.Ancestor{{PID: 77, Program: "bash"}}, StartedAt: probe.Known(noon.Add(-12*time.Minute - 3*time.Second)),
			UID: probe.Known(1000), User: probe.Known("alice"), OtherNetwork: probe.Known(false), OtherPIDs: probe.Known(false)}}
	hostile = &probe.Holder{PID: 666, Name: "\x1b[31mrouge\n\u202e聊天", Command: "x\x1b]0;titre\x07 " + "très "}
)

func snapshot(source probe.Source, sockets ...probe.Socket) *probe.Snapshot {
	s := &probe.Snapshot{TakenAt: noon, Took: 3 * time.Millisecond, Source: source, Sockets: sockets}
	seen := map[*probe.Holder]bool{}
	for _, h := range []*probe.Holder{hostile, server, client, suspended, browser} {
		for i := range sockets {
			if sockets[i].HeldBy(h.PID) && !seen[h] {
				seen[h] = true
				s.Holders = append(s.Holders, h)
			}
		}
	}
	return s
}

func noted(s *probe.Snapshot, notes ...probe.Note) *probe.Snapshot {
	s.Notes = notes
	return s
}

func snapshots() map[string]*probe.Snapshot {
	listening := row(probe.Listen, "127.0.0.1:12345", "", 1, 1, held(server))
	conversation := []probe.Socket{
		listening,
		row(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 5, 0, held(server)),
		row(probe.Established, "127.0.0.1:12345", "127.0.0.1:51236", 0, 0, owned(probe.OwnerKernel)),
		row(probe.Established, "127.0.0.1:51234", "127.0.0.1:12345", 0, 0, held(client)),
		row(probe.Established, "127.0.0.1:51236", "127.0.0.1:12345", 0, 0, held(browser)),
	}
	machine := append([]probe.Socket{
		row(probe.Bound, "127.0.0.1:4000", "", 0, 0, held(server)),
		row(probe.Listen, "0.0.0.0:80", "", 0, 4096, owned(probe.OwnerForbidden)),
		row(probe.Listen, "[::]:8080", "", 0, 128, held(server, client)),
		row(probe.Listen, "[::1]:631", "", 0, 128, held(hostile)),
	}, conversation...)
	machine = append(machine,
		row(probe.Established, "192.168.1.20:40000", "93.184.216.34:443", 0, 0, held(browser)),
		row(probe.CloseWait, "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535",
			"[2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa]:443", 1, 0, held(browser)),
		row(probe.SynSent, "192.168.1.20:40002", "10.0.0.1:12", 0, 1, owned(probe.OwnerGone)),
		row(probe.FinWait2, "127.0.0.1:51000", "127.0.0.1:7000", 0, 0, owned(probe.OwnerKernel)),
		row(probe.CloseWait, "[::ffff:127.0.0.1]:7000", "[::ffff:127.0.0.1]:51000", 0, 0, held(server)),
		timed(row(probe.TimeWait, "127.0.0.1:12345", "127.0.0.1:51230", 0, 0, owned(probe.OwnerKernel)),
			probe.TimerTimeWait, 57_700*time.Millisecond),
	)
	return map[string]*probe.Snapshot{
		"vide":         snapshot(probe.SockDiag),
		"conversation": snapshot(probe.SockDiag, conversation...),
		"machine": noted(snapshot(probe.SockDiag, machine...),
			probe.Note{Kind: probe.NoteForbidden, N: 12}),
		"pleine": snapshot(probe.SockDiag,
			row(probe.Listen, "127.0.0.1:12345", "", 2, 1, held(server)),
			timed(row(probe.SynSent, "127.0.0.1:51240", "127.0.0.1:12345", 0, 1, held(client)),
				probe.TimerRetransmit, 1234*time.Millisecond)),
		"reuseport": snapshot(probe.SockDiag,
			row(probe.Listen, "127.0.0.1:12345", "", 0, 1, held(server)),
			row(probe.Listen, "127.0.0.1:12345", "", 0, 1, held(client))),
		"suspendu": snapshot(probe.SockDiag, row(probe.Listen, "127.0.0.1:12345", "", 1, 1, held(suspended))),
		"lie":      snapshot(probe.SockDiag, row(probe.Bound, "127.0.0.1:12345", "", 0, 0, held(server))),
		"restes": snapshot(probe.SockDiag,
			timed(row(probe.TimeWait, "127.0.0.1:12345", "127.0.0.1:51230", 0, 0, owned(probe.OwnerKernel)),
				probe.TimerTimeWait, 57_700*time.Millisecond)),
		"restes-client": snapshot(probe.SockDiag,
			timed(row(probe.TimeWait, "127.0.0.1:51230", "127.0.0.1:12345", 0, 0, owned(probe.OwnerKernel)),
				probe.TimerTimeWait, 57_700*time.Millisecond)),
		"gopsutil": noted(snapshot(probe.Gopsutil, blind(listening),
			blind(row(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 0, 0, owned(probe.OwnerHidden)))),
			probe.Note{Kind: probe.NoteFallback, Err: syscall.EPERM},
			probe.Note{Kind: probe.NoteNoQueues}),
	}
}

// crowd is n connections between two processes.
func crowd(n int) *probe.Snapshot {
	s := snapshot(probe.SockDiag)
	s.Holders = []*probe.Holder{server, client}
	for i := range n {
		s.Sockets = append(s.Sockets, row(probe.Established, "127.0.0.1:12345",
			fmt.Sprintf("127.0.0.1:%d", 20_000+i), 0, 0, held(s.Holders[i%2])))
	}
	return s
}
