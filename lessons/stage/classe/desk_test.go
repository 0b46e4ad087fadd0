package classe

import (
	"net/netip"
	"testing"
	"time"

	"labo/lessons/room"
)

// That the address of a class is gone is told once, and once that it is back.
func TestAnAddressThatGoesIsTold(t *testing.T) {
	at := netip.MustParseAddr("10.0.0.7")
	has, none := []room.Address{{Addr: at}}, []room.Address{{Addr: netip.MustParseAddr("10.0.0.8")}}
	a := Address{View: View{Width: 80}, At: at, Room: "essai"}
	if room.Has(none, netip.MustParseAddr("127.0.0.2")) || !room.Has([]room.Address{{Addr: netip.MustParseAddr("127.0.0.1"), Network: netip.MustParsePrefix("127.0.0.0/8")}}, netip.MustParseAddr("127.0.0.2")) {
		t.Error("127.0.0.2 is the loopback's")
	}
	if !room.Has(none, netip.MustParseAddr("169.254.10.1")) || !room.Has(none, netip.MustParseAddr("fe80::1%eth0")) {
		t.Error("a link-local address is said to be gone, which nothing tells")
	}
	for i, c := range []struct {
		own  []room.Address
		told bool
	}{{has, false}, {none, true}, {none, false}, {has, true}, {has, false}} {
		if told := len(a.Changes(c.own, time.Now())) > 0; told != c.told {
			t.Errorf("%d: told %v", i, told)
		}
	}
}
