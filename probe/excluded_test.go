package probe

import (
	"net/netip"
	"slices"
	"testing"
)

// Rows as netsh prints them, in two languages.
func TestParseExcluded(t *testing.T) {
	const french = "\r\nProtocole tcp Plages d'exclusion de ports\r\n\r\nPort de départ    Port de fin\r\n----------    --------\r\n" +
		"      5357        5357\r\n     12286       12385\r\n     50000       50059     *\r\n\r\n* - Exclusions de ports administrées.\r\n\r\n"
	want := []PortRange{{5357, 5357}, {12286, 12385}, {50000, 50059}}
	if got := parseExcluded(french); !slices.Equal(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
	for _, s := range []string{"", "Protocol tcp Port Exclusion Ranges\n\nStart Port    End Port\n", "70000 70001", "12 3", "0 5", "1 2 3"} {
		if got := parseExcluded(s); got != nil {
			t.Errorf("%q: read %v", s, got)
		}
	}
}

// A port within such a range is refused, though nobody has it.
func TestExcludedIsRefused(t *testing.T) {
	req := SheetServer(12345)
	g := Ground{System: "windows", Allowed: Known(true), Excluded: PortRange{12286, 12385}}
	v := ForeseeBind(req, nil, g)
	if v.Outcome != Refused || v.Errno != "EACCES" || v.Because[0].Kind != Excluded || v.Because[0].Range != g.Excluded {
		t.Errorf("%+v", v)
	}
	g.Excluded = PortRange{}
	if v := ForeseeBind(req, nil, g); v.Outcome == Refused {
		t.Errorf("without a range: %+v", v)
	}
}

// An errno without a name says nothing of the address.
func TestUnknownErrnoIsNoRefusal(t *testing.T) {
	g := Ground{System: "windows", Allowed: Known(true), BindErrno: "?", CallErrno: "?"}
	if v := ForeseeBind(SheetServer(12345), nil, g); v.Outcome != OutcomeUnknown {
		t.Errorf("bind: %+v", v)
	}
	if v := ForeseeConnect(netip.MustParseAddrPort("127.0.0.1:12345"), nil, g); v.Outcome != OutcomeUnknown {
		t.Errorf("connect: %+v", v)
	}
}
