package measured

import (
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"labo/lessons/lessontest/sockets"
	"labo/probe"
)

var hostile = probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 42, Name: "\x1b[2Jx`y"}}}

func socket(st probe.State, o probe.Owner) *probe.Socket {
	return &probe.Socket{Family: probe.TCP4, State: st, Local: netip.MustParseAddrPort("127.0.0.1:12345"), Owner: o,
		Remote: netip.MustParseAddrPort("127.0.0.1:50000"), RecvQueue: probe.Known[uint32](2), SendQueue: probe.Known[uint32](1),
		Interface: probe.Known(&probe.Interface{Name: "eth\x1b0"})}
}

// Every kind of reason has words wherever it can be the reason, whoever the
// owner is, and nothing that a terminal could obey comes through.
func TestEveryReasonHasWords(t *testing.T) {
	owners := []probe.Owner{hostile}
	for k := probe.OwnerHidden; k <= probe.OwnerGone; k++ {
		if k != probe.OwnerProcess {
			owners = append(owners, probe.Owner{Kind: k})
		}
	}
	for kind := probe.TakenByListener; kind <= probe.OtherNetwork; kind++ {
		seen := make(map[string]bool)
		for _, o := range owners {
			for _, outcome := range []probe.Outcome{probe.OutcomeUnknown, probe.Granted, probe.Refused, probe.Pending} {
				r := probe.Reason{Kind: kind, Socket: socket(probe.Listen, o), Count: 2,
					Elsewhere: &probe.Elsewhere{PID: 7, Name: "\x1bsh", Network: "net:[1]"}}
				v := probe.Verdict{Outcome: outcome, Errno: "EX", Because: []probe.Reason{r}, Until: probe.Known(1500 * time.Millisecond)}
				for _, said := range []string{ServerVerdict(12345, v), ClientVerdict(12345, v)} {
					seen[said] = true
					if !strings.HasSuffix(said, ".") {
						t.Errorf("%v: %q", kind, said)
					}
					if strings.ContainsFunc(said, unicode.IsControl) || strings.Contains(said, "  ") || strings.Contains(said, "%!") {
						t.Errorf("%v: %q", kind, said)
					}
				}
			}
		}
		without := probe.Verdict{Outcome: probe.Refused, Errno: "EX", Because: []probe.Reason{{Kind: 0}}}
		if delete(seen, ServerVerdict(12345, without)); len(seen) < 2 {
			t.Errorf("%v has no words of its own: %v", kind, seen)
		}
		if kind.String() == "" {
			t.Errorf("%d has no name", kind)
		}
	}
}

// Other networks that have the port are one sentence, however many they are, and
// the first of who lives there are named.
func TestOtherNetworksAreOneSentence(t *testing.T) {
	v := probe.Verdict{Outcome: probe.Granted}
	for n, want := range map[int]string{
		1: "dans un autre réseau de cette machine, celui où vit sh (1) (",
		2: "dans 2 autres réseaux de cette machine, ceux où vivent sh (1) et sh (2) (",
		5: "dans 5 autres réseaux de cette machine, ceux où vivent sh (1), sh (2), sh (3) et 2\u00a0autres (",
	} {
		v.Because = nil
		for pid := range n {
			v.Because = append(v.Because, probe.Reason{Kind: probe.OtherNetwork, Elsewhere: &probe.Elsewhere{PID: pid + 1, Name: "sh"}})
		}
		if got := ServerVerdict(12345, v); !strings.Contains(got, want) || strings.Count(got, "réseau") != 1 {
			t.Errorf("%d: %q lacks %q", n, got, want)
		}
	}
}

func TestTriedSaysWhetherItAgrees(t *testing.T) {
	refused := probe.Verdict{Outcome: probe.Refused, Errno: "EADDRINUSE"}
	for _, c := range []struct {
		errno string
		v     probe.Verdict
		want  string
	}{
		{"EADDRINUSE", refused, "bind() a été refusé (EADDRINUSE), comme prévu"},
		{"", refused, "bind() a réussi, et labo a rendu le port aussitôt. Ce n'est pas ce que labo prévoyait"},
		{"", probe.Verdict{Outcome: probe.Granted}, "aussitôt, comme prévu"},
		{"EACCES", probe.Verdict{Outcome: probe.Granted}, "refusé (EACCES). Ce n'est pas"},
		{"", probe.Verdict{}, "bind() a réussi, et labo a rendu le port aussitôt."},
	} {
		if got := TriedVerdict(c.errno, c.v); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q lacks %q", c, got, c.want)
		}
	}
}

// What will be forgotten is said with the time that is left, rounded up.
func TestTakenSaysUntilWhen(t *testing.T) {
	v := probe.Verdict{Outcome: probe.Refused, Errno: "EADDRINUSE", Until: probe.Known(41_200 * time.Millisecond),
		Because: []probe.Reason{{Kind: probe.TakenByMemory, Socket: socket(probe.TimeWait, probe.Owner{Kind: probe.OwnerKernel}), Count: 1}}}
	if what, hint := TakenPort(12345, v); !strings.Contains(what, "42\u00a0s") || !strings.Contains(hint, "42\u00a0s") {
		t.Errorf("%q, %q", what, hint)
	}
	v.Because[0] = probe.Reason{Kind: probe.TakenByConnection, Socket: socket(probe.FinWait2, probe.Owner{Kind: probe.OwnerKernel}), Count: 1}
	if what, hint := TakenPort(12345, v); !strings.Contains(what, "FIN-WAIT-2") || !strings.Contains(hint, "42\u00a0s") {
		t.Errorf("%q, %q", what, hint)
	}
	v.Because[0].Peer = socket(probe.CloseWait, hostile)
	if _, hint := TakenPort(12345, v); !strings.Contains(hint, "Fermez ␛[2Jx'y (42), à l'autre bout, puis") {
		t.Errorf("%q", hint)
	}
}

// Holders has the port, and how to end it, is said as for the state it is in.
func TestTakenAdvisesByState(t *testing.T) {
	v := probe.Verdict{Outcome: probe.Refused, Errno: "EADDRINUSE", Because: []probe.Reason{{
		Kind: probe.TakenByListener, Count: 1, Socket: socket(probe.Listen, sockets.Held(sockets.Suspended))}}}
	what, hint := TakenPort(12345, v)
	if want := "pris par serveur.py (29857), qui y écoute"; !strings.Contains(what, want) {
		t.Errorf("%q lacks %q", what, want)
	}
	if want := Advice(sockets.Suspended.Who); hint != want || want == "" {
		t.Errorf("advises %q, not %q", hint, want)
	}
	one := v.Because[0].Socket.Owner
	v.Because[0].Socket.Owner = sockets.Held(sockets.Suspended, sockets.Server, sockets.Client, sockets.Browser, sockets.Hostile)
	what, hint = TakenPort(12345, v)
	if want := "pris par serveur.py (29857), python3 (4242), python3 (4243) et 2\u00a0autres, qui y écoutent"; !strings.Contains(what, want) || !strings.Contains(hint, "tous") {
		t.Errorf("%q, %q: not %q", what, hint, want)
	}
	v.Because[0].Socket.Owner = one
	v.Outcome = probe.Granted
	if said := ClientVerdict(12345, v); !strings.Contains(said, "suspendu") {
		t.Errorf("%q does not say that nobody would answer", said)
	}
	v.Outcome = probe.Refused
	v.Because[0].Socket.Owner = sockets.Held(sockets.Server)
	if _, hint := TakenPort(12345, v); hint != "Arrêtez ce programme." {
		t.Errorf("of a process of which nothing more is known, advises %q", hint)
	}
}

// Several who hear the same are ended by one command.
func TestOneCommandEndsAll(t *testing.T) {
	o := probe.Owner{Kind: probe.OwnerProcess}
	for _, pid := range []int{41, 42} {
		o.Holders = append(o.Holders, &probe.Holder{PID: pid, Name: "python3", Who: &probe.Who{PID: pid, Program: "serveur.py"}})
	}
	v := probe.Verdict{Outcome: probe.Refused, Because: []probe.Reason{{Kind: probe.TakenByListener, Socket: socket(probe.Listen, o)}}}
	_, hint := TakenPort(12345, v)
	if want := "Pour les arrêter : `kill 41 42`."; runtime.GOOS != "windows" && !strings.Contains(hint, want) {
		t.Errorf("%q lacks %q", hint, want)
	}
}

// A root that lacks the right is not told that the port is for root.
func TestRootWithoutTheRight(t *testing.T) {
	for root, want := range map[bool]string{false: "réserve le port 80 à l'administrateur", true: "root ne l'a pas ici"} {
		v := probe.ForeseeBind(probe.BindRequest{Addr: netip.MustParseAddrPort("127.0.0.1:80")}, nil,
			probe.Ground{System: "linux", Allowed: probe.Known(false), Root: root, Open: probe.PortRange{Low: 1024, High: 65535}})
		if what, _ := TakenPort(80, v); !strings.Contains(what, want) {
			t.Errorf("root %v: %q lacks %q", root, what, want)
		}
	}
}
