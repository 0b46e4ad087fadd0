package sonde

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/strict"
)

var update = flag.Bool("update", false, "write the golden files")

// Golden files and the commands in them are those of a machine with this ss.
const goldenSS = "ss utility, iproute2-6.1.0, libbpf 1.1.2\n"

var installedSS = ssVersion

func init() { setSS(func() string { return goldenSS }) }

func setSS(version func() string) { ssVersion = version }

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-golden +got):\n%s", file, diff)
	}
}

// portOf returns what a snapshot holds of port 12345, as the probe would
// filter it.
func portOf(s *probe.Snapshot) (probe.Filter, *probe.Snapshot) {
	const port = 12345
	on := snapshot(s.Source, onPort(s.Sockets, port)...)
	return probe.Filter{Ports: []uint16{port}}, noted(on, s.Notes...)
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
func answersOf(s *probe.Snapshot) []Answer {
	return []Answer{foreseen(s, probe.Ground{System: "linux", Allowed: probe.Known(true)})}
}

func foreseen(s *probe.Snapshot, g probe.Ground) Answer {
	req := probe.SheetServer(12345)
	return Answer{PortVerdict: probe.PortVerdict{
		Port: 12345, Bind: probe.ForeseeBind(req, s.Sockets, g), Connect: probe.ForeseeConnect(req.Addr, s.Sockets, g)}}
}

// The command that checks the answer differs from system to system; the golden
// files have Linux's.
func skipUnlessLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		strict.Elsewhere(t, "the golden files were written on Linux")
	}
}

func TestReportsReadAsAgreed(t *testing.T) {
	skipUnlessLinux(t)
	for name, s := range snapshots() {
		for _, kind := range []string{"tout", "port"} {
			var b strings.Builder
			for _, w := range []int{100, 80, 60} {
				fmt.Fprintf(&b, "%s %d\n", strings.Repeat("=", w-len(fmt.Sprint(w))-1), w)
				b.WriteString(reports(paint.Palette{}, w, s)[kind])
			}
			golden(t, kind+"-"+name, b.String())
		}
	}
}

// No line is wider than asked (a command to copy is not broken), and nothing
// that a terminal could obey comes through.
func TestReportsFitEveryWidth(t *testing.T) {
	for name, s := range snapshots() {
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
	for name, s := range snapshots() {
		seen := map[int]int{}
		for _, entries := range sortIntoGroups(s.Sockets) {
			for i, e := range entries {
				seen[e.index]++
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
	f, empty := portOf(snapshots()["vide"])
	for _, c := range []struct {
		change     func(*probe.Ground)
		has, lacks string
	}{
		{func(*probe.Ground) {}, "✓ Le port 12345 est libre pour serveur.py", "ne sait pas"},
		{func(g *probe.Ground) { g.BoundUnseen = true }, "cette source ne montre pas les ports réservés", "libre"},
		{func(g *probe.Ground) { g.BoundUnseen, g.MemoryUnseen = true, true }, "TIME-WAIT", "libre"},
	} {
		g := probe.Ground{System: "linux", Allowed: probe.Known(true)}
		c.change(&g)
		got := strings.Join(strings.Fields(strings.ReplaceAll(
			string(PortReport(paint.Palette{}, 80, f, empty, []Answer{foreseen(empty, g)})), text.NBSP, " ")), " ")
		if !strings.Contains(got, c.has) || strings.Contains(got, c.lacks) {
			t.Errorf("%+v: %s", g, got)
		}
	}
}

func BenchmarkReport10000(b *testing.B) {
	s := crowd(10_000)
	b.ReportAllocs()
	for b.Loop() {
		Report(paint.New(true), 80, probe.Filter{}, s, nil)
	}
}

func BenchmarkPortReport10000(b *testing.B) {
	f, s := portOf(crowd(10_000))
	b.ReportAllocs()
	for b.Loop() {
		PortReport(paint.Palette{}, 80, f, s, answersOf(s))
	}
}
