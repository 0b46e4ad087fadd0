package measured

import (
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"

	"labo/lessons/lessontest/sockets"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/probetest"
)

func TestEveryStateHasItsOwnSentence(t *testing.T) {
	seen := map[string]probe.State{}
	for _, st := range probe.States {
		m := Meaning(st)
		if other, twice := seen[m]; twice {
			t.Errorf("%v and %v mean the same: %s", st, other, m)
		}
		seen[m] = st
		if !strings.HasSuffix(m, ".") || strings.Contains(m, "labo") {
			t.Errorf("%v: %q", st, m)
		}
	}
	if got := Meaning(probe.State(14)); !strings.Contains(got, "STATE-14") {
		t.Errorf("unknown state: %q", got)
	}
}

var (
	labo    = &probe.Holder{PID: 4242, Name: "labo"}
	python  = &probe.Holder{PID: 31337, Name: "python3"}
	rude    = &probe.Holder{PID: 666, Name: "\x1b[31mrouge\x1b[0m\n\u202eabc"}
	long    = &probe.Holder{PID: 1234567, Name: "UnTresLongNomDeProgramme.exe"}
	unnamed = &probe.Holder{PID: 9}
)

func TestOwnersAreSaidInWords(t *testing.T) {
	for _, c := range []struct {
		owner  probe.Owner
		source probe.Source
		want   string
	}{
		{sockets.Held(labo), probe.SockDiag, "labo (4242)"},
		{sockets.Held(labo, python), probe.SockDiag, "labo (4242), python3 (31337)"},
		{sockets.Held(rude), probe.SockDiag, "␛[31mrouge␛[0m␊⟨U+202E⟩abc (666)"},
		{sockets.Held(unnamed), probe.SockDiag, "sans nom (9)"},
		{sockets.Owned(probe.OwnerKernel), probe.SockDiag, "le noyau"},
		{sockets.Owned(probe.OwnerForbidden), probe.SockDiag, "pas le droit de voir"},
		{sockets.Owned(probe.OwnerGone), probe.SockDiag, "fermé"},
		{sockets.Owned(probe.OwnerHidden), probe.Gopsutil, "non visible avec gopsutil"},
		{sockets.Owned(probe.OwnerHidden), probe.SockDiag, "aucun trouvé"},
		{sockets.Owned(probe.OwnerHidden), probe.Auto, "non visible"},
	} {
		if got := Owner(c.owner, c.source); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
		if (OwnerSentence(c.owner.Kind) == "") != (c.owner.Kind == probe.OwnerProcess) {
			t.Errorf("%v: sentence %q", c.owner.Kind, OwnerSentence(c.owner.Kind))
		}
	}
}

func TestALongOwnerKeepsItsPID(t *testing.T) {
	o := sockets.Held(long, labo, python)
	for w := 10; w <= 80; w++ {
		got := FitOwner(o, probe.SockDiag, w)
		if text.Width(got) > w {
			t.Errorf("%d: %q", w, got)
		}
		if w >= 16 && !strings.Contains(got, "(1234567)") {
			t.Errorf("%d: %q lost its pid", w, got)
		}
	}
}

func TestSourceSaysWhatAndWhen(t *testing.T) {
	at := time.Date(2026, 3, 1, 14, 2, 7, 0, time.Local)
	if got := Source(&probe.Snapshot{TakenAt: at, Source: probe.SockDiag}); got != "sock_diag, 14:02:07" {
		t.Errorf("%q", got)
	}
}

func TestCheckOnEachSystem(t *testing.T) {
	ports := func(p ...uint16) probe.Filter { return probe.Filter{Ports: p} }
	for _, c := range []struct {
		goos   string
		filter probe.Filter
		want   string
	}{
		{"linux", probe.Filter{}, "ss -tanp"},
		{"linux", ports(12345), "ss -tanp '( sport = :12345 or dport = :12345 )'"},
		{"linux", ports(1, 2), "ss -tanp '( sport = :1 or dport = :1 or sport = :2 or dport = :2 )'"},
		{"linux", probe.Filter{States: probe.NewStateSet(probe.Listen, probe.TimeWait)},
			"ss -tanp state listening state time-wait"},
		{"linux", probe.Filter{Ports: []uint16{7}, States: probe.NewStateSet(probe.Bound, probe.Listen), PIDs: []int{9}},
			"ss -tanp state bound-inactive state listening '( sport = :7 or dport = :7 )' | grep -E 'pid=9,' # depuis iproute2 6.8"},
		{"linux", probe.Filter{PIDs: []int{7, 8}}, "ss -tanp | grep -E 'pid=7,|pid=8,'"},
		{"darwin", probe.Filter{}, "lsof -nP -iTCP"},
		{"darwin", ports(12345, 80), "lsof -nP -iTCP:12345,80"},
		{"darwin", probe.Filter{PIDs: []int{7}, States: probe.NewStateSet(probe.FinWait2, probe.Bound, probe.Closed)},
			"lsof -nP -iTCP -sTCP:CLOSED,FIN_WAIT_2 -a -p 7"},
		{"windows", probe.Filter{}, "netstat -ano"},
		{"windows", ports(12345), "netstat -ano | findstr :12345"},
		{"windows", probe.Filter{Ports: []uint16{80, 81}, States: probe.NewStateSet(probe.Listen), PIDs: []int{9}},
			`netstat -ano | findstr ":80 :81" | findstr LISTENING | findstr 9`},
	} {
		if got := checkOn(c.goos, c.filter); got != c.want {
			t.Errorf("%s: %s\nwant   %s", c.goos, got, c.want)
		}
	}
}

// The commands are not only well written: ss runs them.
func TestSSUnderstandsEveryCheck(t *testing.T) {
	if _, err := exec.LookPath("ss"); err != nil {
		probetest.Missing(t, "ss is not installed")
	}
	filters := []probe.Filter{{}, {Ports: []uint16{1}}, {Ports: []uint16{1, 65535}}}
	for _, st := range probe.States {
		if st != probe.Bound || ssShowsBound(t) {
			filters = append(filters, probe.Filter{Ports: []uint16{1}, States: probe.NewStateSet(st)})
		}
	}
	for _, f := range filters {
		cmd := checkOn("linux", f)
		out, err := exec.CommandContext(t.Context(), "sh", "-c", cmd).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", cmd, err, out)
		}
	}
}

// ssShowsBound reports whether the installed ss is recent enough (iproute2 6.8)
// to know bound sockets.
func ssShowsBound(t *testing.T) bool {
	out, err := exec.CommandContext(t.Context(), "ss", "-V").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, minor int
	_, version, _ := strings.Cut(string(out), "iproute2-")
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		t.Fatalf("ss -V says %q: %v", out, err)
	}
	return major > 6 || major == 6 && minor >= 8
}

func TestEveryNoteSaysWhatToDo(t *testing.T) {
	boom := errors.New("operation \x1b not permitted")
	for kind := probe.NoteFallback; kind <= probe.NoteAskedForbidden; kind++ {
		for _, goos := range []string{"linux", "darwin", "windows"} {
			got := note(goos, probe.Note{Kind: kind, N: 3, Err: boom})
			if strings.Contains(got, "ne sait pas dire") || strings.Contains(got, "\x1b") {
				t.Errorf("%d on %s: %q", kind, goos, got)
			}
		}
	}
	for _, c := range []struct {
		note       probe.Note
		with, then string
	}{
		{probe.Note{Kind: probe.NoteForbidden, N: 2}, "2 processus ne vous laissent pas voir", "relancez avec sudo"},
		{probe.Note{Kind: probe.NoteForbidden, N: 2, Err: probe.ErrRefusedToRoot}, "2 processus ne vous laissent pas voir", "pourtant les droits de root"},
		{probe.Note{Kind: probe.NoteForbidden, Err: probe.ErrHiddenProcesses}, "hidepid", "relancez avec sudo"},
		{probe.Note{Kind: probe.NoteAskedForbidden, N: 1}, "ses sockets, s'il en a, manquent ici", "relancez avec sudo"},
		{probe.Note{Kind: probe.NoteAskedForbidden, N: 3, Err: probe.ErrRefusedToRoot}, "3 processus demandés ne vous laissent", "pourtant les droits de root"},
	} {
		got := strings.ReplaceAll(note("linux", c.note), text.NBSP, " ")
		if !strings.Contains(got, c.with) || !strings.HasSuffix(got, ".") || !strings.Contains(got, c.then) {
			t.Errorf("%+v: %q", c.note, got)
		}
		if refused := c.note.Err == probe.ErrRefusedToRoot; refused && strings.Contains(got, "sudo") || strings.Contains(got, "0 processus") {
			t.Errorf("%+v: %q", c.note, got)
		}
	}
	got := Notes(&probe.Snapshot{Notes: []probe.Note{{Kind: probe.NoteForbidden, N: 1}, {Kind: probe.NoteNoQueues}}})
	if len(got) != 2 || !strings.Contains(got[0], "1 processus ne vous laisse") {
		t.Errorf("%q", got)
	}
}

// The width that is computed is that of what is written.
func TestAddressWidth(t *testing.T) {
	for _, s := range []string{
		"0.0.0.0:0", "1.2.3.4:9", "10.20.30.40:10", "127.0.0.1:12345", "255.255.255.255:65535", "9.10.99.100:999",
		"[::1]:80", "[::ffff:127.0.0.1]:12345", "[fe80::1%lo]:1",
	} {
		a := netip.MustParseAddrPort(s)
		if got, want := AddressWidth(a), text.Width(Address(a)); got != want {
			t.Errorf("%s: width %d, want %d", s, got, want)
		}
	}
	if got, want := AddressWidth(netip.AddrPort{}), text.Width(Address(netip.AddrPort{})); got != want {
		t.Errorf("no address: width %d, want %d", got, want)
	}
}
