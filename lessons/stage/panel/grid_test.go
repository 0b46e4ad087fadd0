package panel

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"labo/lessons/lessontest/golden"
	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// Where no layout has a row on one line, its addresses stand in their columns
// all the same.
func TestALoneListenerStandsUnderItsColumns(t *testing.T) {
	lone := full(probe.Listen, "127.0.0.1:12345", "", 0, 1, held(&probe.Holder{PID: 14452, Name: "labo-essai"}))
	lines := Table(paint.Palette{}, 54, []probe.Socket{lone})
	header, row := lines[0], lines[len(lines)-2]
	before, _, found := strings.Cut(header, "distant")
	if at := text.Width(before); !found || ansi.Truncate(row, at, "")+"—" != row {
		t.Errorf("the row does not stand under its header:\n%s", strings.Join(lines, "\n"))
	}
}

func addr(s string) netip.AddrPort {
	if s == "" {
		return netip.AddrPort{}
	}
	return netip.MustParseAddrPort(s)
}

func held(holders ...*probe.Holder) probe.Owner {
	return probe.Owner{Kind: probe.OwnerProcess, Holders: holders}
}

func owned(k probe.OwnerKind) probe.Owner { return probe.Owner{Kind: k} }

func running(k probe.TimerKind, left time.Duration, again uint8) probe.Maybe[probe.Timer] {
	return probe.Known(probe.Timer{Kind: k, Remaining: left, Retransmits: again})
}

func full(st probe.State, local, remote string, rq, wq uint32, o probe.Owner) probe.Socket {
	s := probe.Socket{
		Family: probe.TCP4, State: st, Local: addr(local), Remote: addr(remote),
		RecvQueue: probe.Known(rq), SendQueue: probe.Known(wq), Timer: probe.Known(probe.Timer{}), Owner: o,
	}
	if s.Local.Addr().Is6() {
		s.Family = probe.TCP6
	}
	return s
}

var (
	labo    = &probe.Holder{PID: 4242, Name: "labo"}
	python  = &probe.Holder{PID: 31337, Name: "python3"}
	hostile = &probe.Holder{PID: 666, Name: "\x1b[31mrouge\x1b[0m\n\u202eabc"}
	wide    = &probe.Holder{PID: 88, Name: "聊天服务器聊天服务器"}
	emoji   = &probe.Holder{PID: 4194304, Name: "👩‍🚀 élève"}
	long    = &probe.Holder{PID: 1234567, Name: "UnTresLongNomDeProgramme.exe"}
	unnamed = &probe.Holder{PID: 9}
)

// tables are what the golden files show, by name.
func tables() map[string][]probe.Socket {
	timed := func(s probe.Socket, t probe.Maybe[probe.Timer]) probe.Socket { s.Timer = t; return s }
	blind := func(s probe.Socket) probe.Socket {
		s.RecvQueue, s.SendQueue, s.Timer = probe.Maybe[uint32]{}, probe.Maybe[uint32]{}, probe.Maybe[probe.Timer]{}
		return s
	}
	const v6a, v6b = "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535", "[2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa]:54321"
	lesson := []probe.Socket{
		full(probe.Listen, "127.0.0.1:12345", "", 2, 1, held(labo)),
		full(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 5, 0, held(labo)),
		full(probe.Established, "127.0.0.1:51234", "127.0.0.1:12345", 0, 0, held(python)),
		full(probe.Established, "127.0.0.1:12345", "127.0.0.1:51236", 0, 0, owned(probe.OwnerKernel)),
	}
	return map[string][]probe.Socket{
		"vide":  nil,
		"lecon": lesson,
		"lie":   {full(probe.Bound, "127.0.0.1:12345", "", 0, 0, held(labo))},
		"minuteries": append(lesson[:len(lesson):len(lesson)],
			timed(full(probe.TimeWait, "127.0.0.1:12345", "127.0.0.1:51230", 0, 0, owned(probe.OwnerKernel)),
				running(probe.TimerTimeWait, 57_700*time.Millisecond, 0)),
			timed(full(probe.SynSent, "192.168.100.200:51238", "192.168.100.201:12345", 0, 1, held(python)),
				running(probe.TimerRetransmit, 1234*time.Millisecond, 2)),
			timed(full(probe.Established, "127.0.0.1:51240", "127.0.0.1:12345", 0, 2565110, held(labo)),
				running(probe.TimerKeepalive, 14_900*time.Millisecond, 0)),
			timed(full(probe.FinWait1, "127.0.0.1:51242", "127.0.0.1:12345", 0, 2565110, owned(probe.OwnerGone)),
				running(probe.TimerZeroWindow, 203*time.Millisecond, 11))),
		"hostiles": {
			full(probe.Listen, "0.0.0.0:80", "", 0, 4096, held(hostile)),
			full(probe.Listen, "127.0.0.1:81", "", 0, 1, held(wide)),
			full(probe.SynReceived, "127.0.0.1:82", "127.0.0.1:40000", 0, 0, held(emoji, long, unnamed)),
			full(probe.Established, "127.0.0.1:83", "127.0.0.1:40001", 0, 0, held(long)),
			full(probe.Established, "127.0.0.1:84", "127.0.0.1:40002", 0, 0, held(unnamed)),
		},
		"ipv6": {
			full(probe.Listen, "[::]:12345", "", 0, 1, held(labo)),
			full(probe.Established, "[::1]:12345", "[::1]:51234", 0, 0, held(labo)),
			full(probe.Established, v6a, v6b, 0, 0, held(python)),
			full(probe.SynReceived, "[::ffff:192.168.100.200]:12345", "[::ffff:192.168.100.201]:65535", 0, 0, held(python)),
			timed(full(probe.TimeWait, v6b, v6a, 0, 0, owned(probe.OwnerKernel)), running(probe.TimerTimeWait, time.Minute, 0)),
		},
		"reuseport": {
			full(probe.Listen, "127.0.0.1:12345", "", 0, 1, held(labo)),
			full(probe.Listen, "127.0.0.1:12345", "", 0, 1, held(python)),
		},
		"aveugle": {
			blind(full(probe.Listen, "127.0.0.1:12345", "", 0, 0, held(labo))),
			blind(full(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 0, 0, owned(probe.OwnerHidden))),
			blind(full(probe.Established, "127.0.0.1:51234", "127.0.0.1:12345", 0, 0, owned(probe.OwnerForbidden))),
		},
	}
}

//go:generate go test . -run TestTablesLookAsAgreed -update

var widths = []int{100, 80, 60}

// A golden file holds the table at every width, under its source's name.
func TestTablesLookAsAgreed(t *testing.T) {
	for name, sockets := range tables() {
		var b strings.Builder
		for _, w := range widths {
			fmt.Fprintf(&b, "%s %d\n", strings.Repeat("=", w-len(fmt.Sprint(w))-1), w)
			for _, l := range Table(paint.Palette{}, w, sockets) {
				b.WriteString(l + "\n")
			}
		}
		golden.Same(t, filepath.Join("testdata", name+".golden"), b.String())
	}
}

// Whatever is shown: no line is wider than asked, nothing reaches the terminal
// that it could obey, addresses and states are whole.
func TestTablesFitAndAreWholeAtEveryWidth(t *testing.T) {
	for name, sockets := range tables() {
		for w := 60; w <= 200; w++ {
			lines := Table(paint.New(true), w, sockets)
			all := ansi.Strip(strings.Join(lines, "\n"))
			for _, l := range lines {
				if n := text.Width(l); n > w {
					t.Errorf("%s at %d: %d cells: %s", name, w, n, l)
				}
			}
			for _, r := range all {
				if r != '\n' && r != 0x200d && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
					t.Errorf("%s at %d: %U on screen", name, w, r)
				}
			}
			for i := range sockets {
				s := &sockets[i]
				for _, whole := range []string{measured.StateName(s.State), measured.Address(s.Local), measured.Address(s.Remote)} {
					if s.Remote.IsValid() && !strings.Contains(all, whole) {
						t.Errorf("%s at %d: no %q in\n%s", name, w, whole, all)
					}
				}
				for _, h := range s.Owner.Holders[:min(1, len(s.Owner.Holders))] {
					if pid := fmt.Sprintf("(%d)", h.PID); !strings.Contains(all, pid) {
						t.Errorf("%s at %d: no pid %s in\n%s", name, w, pid, all)
					}
				}
			}
		}
	}
}

// The columns of painted and plain rows are the same.
func TestColourDoesNotMoveColumns(t *testing.T) {
	for name, sockets := range tables() {
		plain := Table(paint.Palette{}, 80, sockets)
		for i, l := range Table(paint.New(true), 80, sockets) {
			if ansi.Strip(l) != plain[i] {
				t.Errorf("%s: %q, without colour %q", name, ansi.Strip(l), plain[i])
			}
		}
	}
}

func TestARowDoesNotDependOnTheRowsDrawnBefore(t *testing.T) {
	for name, sockets := range tables() {
		g := NewGrid(paint.Palette{}, 80, probe.SockDiag, sockets)
		for i := range sockets {
			before := g.Row(&sockets[i])
			for j := range sockets {
				g.Row(&sockets[j])
			}
			if diff := cmp.Diff(before, g.Painted(paint.Palette{}).Row(&sockets[i])); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func BenchmarkTable10000(b *testing.B) {
	var sockets []probe.Socket
	for i := range 10_000 {
		sockets = append(sockets, full(probe.Established, "127.0.0.1:12345",
			fmt.Sprintf("127.0.0.1:%d", 20000+i), 0, 0, held(python)))
	}
	b.ReportAllocs()
	for b.Loop() {
		g := NewGrid(paint.New(true), 80, probe.SockDiag, sockets)
		var out []byte
		for i := range sockets {
			out = g.AppendRow(out[:0], &sockets[i])
		}
	}
}
