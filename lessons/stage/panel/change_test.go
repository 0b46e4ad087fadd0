package panel

import (
	"testing"

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
			"+  LISTEN       [::1]:12345  ␛[31mrouge␛[0m␊⟨U+202E⟩abc (666)"},
		{probe.Change{Kind: probe.StateChanged, Socket: established, From: probe.SynReceived},
			"→  SYN-RECEIVED → ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234  python3 (31337)"},
		{probe.Change{Kind: probe.OwnerChanged, Socket: established, From: probe.Established, FromOwner: owned(probe.OwnerKernel)},
			"→  ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234  le noyau → python3 (31337)"},
		{probe.Change{Kind: probe.Gone, Socket: established, From: probe.Established},
			"−  ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234  python3 (31337)"},
	} {
		if got := Change(paint.Palette{}, &c.change, probe.SockDiag); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
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
