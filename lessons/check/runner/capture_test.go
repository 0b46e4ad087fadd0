package runner

import (
	"strings"
	"testing"
)

func TestCaptureKeepsBothEndsAndCountsTheRest(t *testing.T) {
	var c Capture
	for range 100 {
		c.Write([]byte(strings.Repeat("a", 1000)))
	}
	c.Write([]byte("\nla fin\n"))
	s := c.String()
	if c.Total() != 100_008 {
		t.Errorf("Total = %d", c.Total())
	}
	if len(s) > Kept+100 {
		t.Errorf("%d bytes kept, at most %d asked for", len(s), Kept)
	}
	if !strings.HasSuffix(s, "\nla fin\n") {
		t.Errorf("the end is lost: %q", s[len(s)-20:])
	}
	lost := 100_008 - Kept
	if want := "[… " + itoa(lost) + " octets non gardés par labo …]"; !strings.Contains(s, want) {
		t.Errorf("what was dropped is not said: want %q", want)
	}
	if got := c.Since(100_003); got != " fin\n" {
		t.Errorf("Since near the end = %q", got)
	}
	if got := c.Since(c.Total()); got != "" {
		t.Errorf("Since the end = %q", got)
	}
}

// Whatever the sizes of the writes, nothing is lost below the bound, and what
// is kept is the first and the last bytes.
func FuzzCapture(f *testing.F) {
	f.Add("abc", 3, 1)
	f.Add("0123456789", 9000, 17)
	f.Add("x", 70_000, 4096)
	f.Fuzz(func(t *testing.T, unit string, times, step int) {
		if unit == "" || times < 1 || times > 100_000/len(unit) || step < 1 {
			return
		}
		all := strings.Repeat(unit, times)
		var c Capture
		for at := 0; at < len(all); at += step {
			c.Write([]byte(all[at:min(len(all), at+step)]))
		}
		s := c.String()
		switch {
		case c.Total() != int64(len(all)):
			t.Fatalf("Total = %d of %d", c.Total(), len(all))
		case len(all) <= Kept && s != all:
			t.Fatalf("%d bytes became %d", len(all), len(s))
		case len(all) > Kept && (!strings.HasPrefix(s, all[:keptHead]) || !strings.HasSuffix(s, all[len(all)-keptTail:])):
			t.Fatal("an end is not what was written")
		}
		mark := int64(len(all) / 2)
		if got := c.Since(mark); len(all) <= Kept && got != all[mark:] {
			t.Fatalf("Since(%d) = %q", mark, got)
		}
	})
}

func itoa(n int) string {
	var b []byte
	for ; n > 0; n /= 10 {
		b = append([]byte{byte('0' + n%10)}, b...)
	}
	return string(b)
}
