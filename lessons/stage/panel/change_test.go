package panel

import (
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"labo/lessons/stage/paint"
	"labo/probe"
)

func TestAChangeIsOneLine(t *testing.T) {
	established := full(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 0, 0, held(python))
	listening := full(probe.Listen, "[::1]:12345", "", 0, 1, held(hostile))
	for _, c := range []struct {
		change probe.Change
		want   string
	}{
		{probe.Change{Kind: probe.Appeared, Socket: listening},
			"+  LISTEN  [::1]:12345  ␛[31mrouge␛[0m␊⟨U+202E⟩abc (666)"},
		{probe.Change{Kind: probe.StateChanged, Socket: established, From: probe.SynReceived},
			"→  SYN-RECEIVED → ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234  python3 (31337)"},
		{probe.Change{Kind: probe.OwnerChanged, Socket: established, From: probe.Established, FromOwner: owned(probe.OwnerKernel)},
			"→  ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234  le noyau → python3 (31337)"},
		{probe.Change{Kind: probe.Gone, Socket: established, From: probe.Established},
			"−  ESTABLISHED → disparu  127.0.0.1:12345  127.0.0.1:51234  python3 (31337)"},
	} {
		if got := Change(paint.Palette{}, &c.change, probe.SockDiag); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

func TestChangesAreSaidInWords(t *testing.T) {
	established := full(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 0, 0, held(python))
	for _, c := range []struct {
		change probe.Change
		want   string
	}{
		{probe.Change{Kind: probe.Appeared, Socket: established}, "apparu"},
		{probe.Change{Kind: probe.StateChanged, Socket: established, From: probe.SynReceived}, "SYN-RECEIVED → ESTABLISHED"},
		{probe.Change{Kind: probe.OwnerChanged, Socket: established, From: probe.Established, FromOwner: owned(probe.OwnerKernel)},
			"propriétaire\u00a0: le noyau → python3 (31337)"},
		{probe.Change{Kind: probe.Gone, Socket: established, From: probe.Established}, "disparu"},
	} {
		if got := ChangeWords(&c.change, probe.SockDiag); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Every line of a ledger has its columns at the same cells, whatever it tells;
// an end wider than any before widens its column from then on.
func TestALedgerLinesUp(t *testing.T) {
	at := time.Date(2026, 3, 1, 14, 2, 7, 5e6, time.Local)
	connection := full(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 0, 0, held(python))
	listening := full(probe.Listen, "[::1]:12345", "", 0, 1, held(hostile))
	wide := full(probe.SynReceived, "[2001:db8::1:2:3]:12345", "127.0.0.1:7", 0, 0, owned(probe.OwnerKernel))
	for _, palette := range []paint.Palette{{}, paint.New(true)} {
		ledger := NewLedger(palette, []probe.Socket{listening})
		var lines []string
		for _, c := range []probe.Change{
			{At: at, Kind: probe.Appeared, Socket: listening},
			{At: at, Kind: probe.StateChanged, Socket: connection, From: probe.SynReceived},
			{At: at, Kind: probe.OwnerChanged, Socket: connection, From: probe.Established, FromOwner: owned(probe.OwnerKernel)},
			{At: at, Kind: probe.Gone, Socket: connection, From: probe.Established},
			{At: at, Kind: probe.Appeared, Socket: wide},
			{At: at, Kind: probe.Gone, Socket: connection, From: probe.Established},
		} {
			lines = append(lines, ansi.Strip(ledger.Line(&c, probe.SockDiag)))
		}
		want := []string{
			"14:02:07.005  +  —            → LISTEN        [::1]:12345      —                ␛[31mrouge␛[0m␊⟨U+202E⟩abc (666)",
			"14:02:07.005  →  SYN-RECEIVED → ESTABLISHED   127.0.0.1:12345  127.0.0.1:51234  python3 (31337)",
			"14:02:07.005  →  ESTABLISHED  → ESTABLISHED   127.0.0.1:12345  127.0.0.1:51234  le noyau → python3 (31337)",
			"14:02:07.005  −  ESTABLISHED  → disparu       127.0.0.1:12345  127.0.0.1:51234  python3 (31337)",
			"14:02:07.005  +  —            → SYN-RECEIVED  [2001:db8::1:2:3]:12345  127.0.0.1:7      le noyau",
			"14:02:07.005  −  ESTABLISHED  → disparu       127.0.0.1:12345          127.0.0.1:51234  python3 (31337)",
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Error(diff)
		}
	}
}

// A table that is drawn again keeps its columns when a long row has gone.
func TestNextKeepsColumns(t *testing.T) {
	all := tables()["minuteries"]
	before := NewGrid(paint.Palette{}, 120, probe.SockDiag, all)
	after := before.Next(probe.SockDiag, all[:2])
	if before.Header()[0] != after.Header()[0] {
		t.Errorf("%q became %q", before.Header()[0], after.Header()[0])
	}
	if again := after.Next(probe.SockDiag, all); again.Header()[0] != before.Header()[0] {
		t.Errorf("%q became %q", before.Header()[0], again.Header()[0])
	}
}
