package link

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Whatever the two ways take, the offset is wrong by no more than is said.
func TestClockKeepsWithinItsError(t *testing.T) {
	for range 500 {
		var c Clock
		offset := time.Duration(rand.Int64N(int64(time.Hour))) - 30*time.Minute
		now := time.Now()
		for range 1 + rand.IntN(2*kept) {
			there, back, held := time.Duration(rand.Int64N(1e8)+1), time.Duration(rand.Int64N(1e8)+1), time.Duration(rand.Int64N(1e7))
			asked := now
			heard := asked.Add(there + offset)
			told := heard.Add(held)
			c.Add(asked, heard, told, asked.Add(there+held+back))
			now = now.Add(time.Second)
		}
		best, n := c.Best()
		if wrong := (best.Offset - offset).Abs(); n == 0 || n > kept || wrong > best.Uncertainty() {
			t.Fatalf("offset %v for %v: wrong by %v, more than %v; %d exchanges", best.Offset, offset, wrong, best.Uncertainty(), n)
		}
	}
}

func TestClockTakesNoExchangeThatCannotBe(t *testing.T) {
	var c Clock
	now := time.Now()
	c.Add(now, now.Add(time.Second), now, now.Add(time.Millisecond))       // told before it was heard
	c.Add(now, now, now.Add(time.Second), now.Add(time.Millisecond))       // held for longer than it took
	c.Add(now, now, now, now.Add(time.Hour))                               // an answer from another time
	c.Add(now, now.Add(-1<<62), now.Add(1<<62), now.Add(time.Millisecond)) // no time at all
	if best, n := c.Best(); n != 0 {
		t.Errorf("%+v of %d", best, n)
	}
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		code := NewCode()
		if got, ok := ReadCode(" " + code[:3] + "-" + code[3:]); !ok || got != code {
			t.Fatalf("%q reads as %q, %v", code, got, ok)
		}
		seen[code] = true
	}
	if len(seen) < 995 {
		t.Errorf("%d codes of 1000", len(seen))
	}
	for _, typed := range []string{"", "ABCDE", "ABCDEFG", "ABCDEI", "ABCDE1", "ABÇDEF"} {
		if code, ok := ReadCode(typed); ok {
			t.Errorf("%q is taken for %q", typed, code)
		}
	}
}
