package answer

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/lessontest/golden"
	"labo/lessons/lessontest/sockets"
	"labo/lessons/measured"
	"labo/lessons/sonde"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/probetest"
)

// Golden files and the commands in them are those of a machine with this ss.
const goldenSS = "ss utility, iproute2-6.1.0, libbpf 1.1.2\n"

var installedSS = measured.SSVersion

func init() { setSS(func() string { return goldenSS }) }

func setSS(version func() string) { measured.SSVersion = version }

// portOf returns what a snapshot holds of port 12345, as the probe would
// filter it.
func portOf(s *probe.Snapshot) (probe.Filter, *probe.Snapshot) {
	const port = 12345
	on := sockets.Snapshot(s.Source, onPort(s.Sockets, port)...)
	return probe.Filter{Ports: []uint16{port}}, sockets.Noted(on, s.Notes...)
}

// reports returns every report of a snapshot, by name.
func reports(palette paint.Palette, width int, s *probe.Snapshot) map[string]string {
	f, on := portOf(s)
	return map[string]string{
		"tout": string(Report(palette, width, probe.Filter{}, s, nil)),
		"port": string(PortReport(palette, width, f, on, answersOf(on))),
	}
}

// answersOf foresees on a Linux where every port is allowed.
func answersOf(s *probe.Snapshot) []sonde.Answer {
	return []sonde.Answer{{PortVerdict: sockets.Foreseen(s, sockets.Linux)}}
}

// The command that checks the answer differs from system to system; the golden
// files have Linux's.
func skipUnlessLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "the golden files were written on Linux")
	}
}

//go:generate go test . -run "AsAgreed|Process" -update

func TestReportsReadAsAgreed(t *testing.T) {
	skipUnlessLinux(t)
	for name, s := range sockets.All() {
		sizes := []int{80}
		if name == "machine" { // it has a row of each kind
			sizes = []int{100, 80, 60}
		}
		for _, kind := range []string{"tout", "port"} {
			var b strings.Builder
			for _, w := range sizes {
				fmt.Fprintf(&b, "%s %d\n", strings.Repeat("=", w-len(fmt.Sprint(w))-1), w)
				b.WriteString(reports(paint.Palette{}, w, s)[kind])
			}
			golden.Same(t, filepath.Join("testdata", kind+"-"+name+".golden"), b.String())
		}
	}
}

// No line is wider than asked (a command to copy is not broken), and nothing
// that a terminal could obey comes through.
func TestReportsFitEveryWidth(t *testing.T) {
	for name, s := range sockets.All() {
		for w := 60; w <= 160; w += 5 {
			for kind, report := range reports(paint.New(true), w, s) {
				for _, l := range strings.Split(report, "\n") {
					if n := text.Width(l); n > w && !strings.HasPrefix(ansi.Strip(l), `  python3 -c "`) {
						t.Errorf("%s %s at %d: %d cells: %s", kind, name, w, n, ansi.Strip(l))
					}
				}
				for _, r := range ansi.Strip(report) {
					if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
						t.Errorf("%s %s: %U on screen", kind, name, r)
					}
				}
			}
		}
	}
}

func TestEveryRowIsShownOnce(t *testing.T) {
	for name, s := range sockets.All() {
		seen := map[int]int{}
		for _, entries := range sortIntoGroups(s.Sockets) {
			for i, e := range entries {
				seen[int(e.index)]++
				if e.paired == upper && (i+1 == len(entries) || entries[i+1].paired != lower) {
					t.Errorf("%s: an upper end without its lower", name)
				}
			}
		}
		for i := range s.Sockets {
			if seen[i] != 1 {
				t.Errorf("%s: row %d shown %d times", name, i, seen[i])
			}
		}
	}
}

func TestAFreePortIsSaidOnlyAsSurelyAsItIsSeen(t *testing.T) {
	f, empty := portOf(sockets.All()["vide"])
	for _, c := range []struct {
		change     func(*probe.Ground)
		has, lacks string
	}{
		{func(*probe.Ground) {}, "✓ Le port 12345 est libre pour serveur.py", "ne sait pas"},
		{func(g *probe.Ground) { g.BoundUnseen = true }, "cette source ne montre pas les ports réservés", "libre"},
		{func(g *probe.Ground) { g.BoundUnseen, g.MemoryUnseen = true, true }, "TIME-WAIT", "libre"},
	} {
		g := sockets.Linux
		c.change(&g)
		got := strings.Join(strings.Fields(strings.ReplaceAll(
			string(PortReport(paint.Palette{}, 80, f, empty, []sonde.Answer{{PortVerdict: sockets.Foreseen(empty, g)}})), text.NBSP, " ")), " ")
		if !strings.Contains(got, c.has) || strings.Contains(got, c.lacks) {
			t.Errorf("%+v: %s", g, got)
		}
	}
}

// A listener is said to be called by nobody whom it does not hear.
func TestWhoMayCallAListener(t *testing.T) {
	at := func(addr string) probe.Socket { return probe.Socket{Local: netip.MustParseAddrPort(addr)} }
	only, through, both := at("[::]:80"), at("0.0.0.0:80"), at("[::]:80")
	only.V6Only, both.V6Only = probe.Known(true), probe.Known(false)
	through.Interface = probe.Known(&probe.Interface{Index: 7, Name: "v\x1b0"})
	for _, c := range []struct {
		s    probe.Socket
		want string
	}{
		{at("127.0.0.2:80"), "(pour cette machine seulement)"}, {at("10.0.0.1:80"), "(pour qui peut joindre cette adresse)"},
		{at("0.0.0.0:80"), "(pour toute machine qui peut joindre celle-ci)"}, {both, "(pour toute machine qui peut joindre celle-ci)"},
		{only, "(pour toute machine qui peut joindre celle-ci, en IPv6 seulement)"}, {through, "(pour qui passe par l'interface v␛0)"},
	} {
		if got := reach(&c.s); got != c.want {
			t.Errorf("%v: %q, want %q", c.s.Local, got, c.want)
		}
	}
}

func TestBytesAgreeWithWhatBecameOfThem(t *testing.T) {
	s := probe.Socket{Local: netip.MustParseAddrPort("127.0.0.1:1"), Remote: netip.MustParseAddrPort("127.0.0.1:2"),
		Info: &probe.Info{Sent: probe.Known(uint64(0)), Acknowledged: probe.Known(uint64(1)), Received: probe.Known(uint64(12))}}
	want := "127.0.0.1:1 ↔ 127.0.0.1:2 : 0 octet envoyé, 1 octet confirmé, 12 octets reçus, rien de renvoyé."
	if got := strings.ReplaceAll(counts(&s), text.NBSP, " "); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Who could not see where others live does not say that nobody is there.
func TestNetworksThatWereNotSeenAreSaid(t *testing.T) {
	f, empty := portOf(sockets.All()["vide"])
	v := sockets.Foreseen(empty, sockets.Linux)
	because := v.Connect.Because
	for want, r := range map[string]probe.Reason{
		"pas le droit de voir dans quel réseau sont 12 processus":                                            {Kind: probe.NetworksUnseen, Count: 12},
		"pas le droit de voir dans quel réseau sont les processus des autres utilisateurs, que /proc cache,": {Kind: probe.NetworksUnseen, Hidden: true},
	} {
		v.Connect.Because = append(slices.Clip(because), r)
		got := strings.Join(strings.Fields(strings.ReplaceAll(string(PortReport(paint.Palette{}, 80, f, empty, []sonde.Answer{{PortVerdict: v}})), text.NBSP, " ")), " ")
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

// Who sees only their own does not say that nobody listens.
func TestNobodyIsSaidOnlyWhereAllAreSeen(t *testing.T) {
	f, s := portOf(sockets.Snapshot(probe.SockDiag, sockets.Row(probe.FinWait2, "127.0.0.1:12345", "127.0.0.1:50000", 0, 0, sockets.Owned(probe.OwnerHidden))))
	s.Notes = append(s.Notes, probe.Note{Kind: probe.NoteOwnOnly})
	g := sockets.Linux
	g.OthersUnseen, g.MemoryUnseen = true, true
	got := strings.Join(strings.Fields(strings.ReplaceAll(string(PortReport(paint.Palette{}, 80, f, s, []sonde.Answer{{PortVerdict: sockets.Foreseen(s, g)}})), text.NBSP, " ")), " ")
	if !strings.Contains(got, "Aucun de vos programmes n'écoute sur le port 12345") || strings.Contains(got, "Personne") {
		t.Error(got)
	}
}

func BenchmarkReport10000(b *testing.B) {
	s := sockets.Crowd(10_000)
	b.ReportAllocs()
	for b.Loop() {
		Report(paint.New(true), 80, probe.Filter{}, s, nil)
	}
}

func BenchmarkPortReport10000(b *testing.B) {
	f, s := portOf(sockets.Crowd(10_000))
	b.ReportAllocs()
	for b.Loop() {
		PortReport(paint.Palette{}, 80, f, s, answersOf(s))
	}
}

// An owner that is missing is never explained by what was not seen.
func TestAMissingOwnerHasNoFlatCause(t *testing.T) {
	for _, c := range []struct {
		a    *probe.Absence
		want string
	}{
		{&probe.Absence{}, "« aucun trouvé » : aucun processus trouvé, et labo ne sait pas pourquoi."},
		{&probe.Absence{Forbidden: 3}, "aucun processus trouvé. Ce que labo voit : labo n'a pas le droit d'examiner 3 processus."},
		{&probe.Absence{Forbidden: 1, SameUser: true}, "d'examiner 1 processus, qui est à l'utilisateur qui a créé ce socket."},
		{&probe.Absence{Hidden: true, Nested: true}, "/proc cache ici les processus des autres utilisateurs ; labo est dans un espace de processus à part"},
		{&probe.Absence{Flying: []probe.Flying{{PID: 7, Program: "a\x1b", N: 2}}}, "2 descripteurs en route dans un message (SCM_RIGHTS) vers a␛ (7)."},
	} {
		o := sockets.Owned(probe.OwnerHidden)
		o.Absence = c.a
		s := sockets.Snapshot(probe.SockDiag, sockets.Row(probe.Listen, "127.0.0.1:12345", "", 0, 1, o))
		f := probe.Filter{Ports: []uint16{12345}}
		got := string(PortReport(paint.Palette{}, 400, f, s, answersOf(s)))
		if got = strings.ReplaceAll(got, text.NBSP, " "); !strings.Contains(got, c.want) {
			t.Errorf("%+v: no %q in\n%s", c.a, c.want, got)
		}
	}
}
