package probe

import (
	"net/netip"
	"testing"
	"time"
)

// macOS refuses a port that a finished connection still has, and tells no time
// of it: what is known is the most it may be.
func TestMemoryWithoutTimer(t *testing.T) {
	req := SheetServer(12345)
	memory := Socket{State: TimeWait, Local: req.Addr, Remote: netip.MustParseAddrPort("127.0.0.1:51236"), Owner: Owner{Kind: OwnerKernel}}
	const most = 30 * time.Second
	for _, tc := range []struct {
		system  string
		memory  Maybe[time.Duration]
		outcome Outcome
		until   Maybe[time.Duration]
	}{
		{"darwin", Known(most), Refused, Known(most)},
		{"darwin", Maybe[time.Duration]{}, Refused, Maybe[time.Duration]{}},
		{"windows", Maybe[time.Duration]{}, OutcomeUnknown, Maybe[time.Duration]{}},
	} {
		v := ForeseeBind(req, []Socket{memory}, Ground{System: tc.system, Allowed: Known(true), Memory: tc.memory})
		if v.Outcome != tc.outcome || v.Until != tc.until || v.AtMost != tc.until.Known {
			t.Errorf("%s, %v: %+v", tc.system, tc.memory, v)
		}
	}
	far := memory
	far.Local = netip.MustParseAddrPort("127.0.0.2:12345")
	if v := ForeseeBind(req, []Socket{far}, Ground{System: "darwin", Allowed: Known(true), Memory: Known(most)}); v.Outcome == Refused {
		t.Errorf("the memory of another address: %+v", v)
	}
}
