package notes

import (
	"strings"
	"testing"
	"time"

	"labo/lessons/projection"
	"labo/lessons/scene"
	"labo/lessons/text"
)

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "0 s", 0: "0 s", 999 * time.Millisecond: "0 s", 1999 * time.Millisecond: "1 s", 59 * time.Second: "59 s",
		61 * time.Second: "1 min 01 s", 50 * time.Minute: "50 min 00 s", 62 * time.Minute: "1 h 02 min",
	} {
		if got := strings.ReplaceAll(clock(d), text.NBSP, " "); got != want {
			t.Errorf("clock(%v) = %q, want %q", d, got, want)
		}
	}
}

func play(index int, from, to time.Duration) projection.Play {
	return projection.Play{Head: scene.Head{Index: index, Total: 4, ID: string(rune('a' + index))}, Begun: ten.Add(from), Ended: ten.Add(to)}
}

func TestTallyAddsUpByScene(t *testing.T) {
	got := tally([]projection.Play{play(1, 0, time.Minute), play(0, time.Minute, 3*time.Minute), play(1, 3*time.Minute, 4*time.Minute), play(2, 5*time.Minute, 4*time.Minute)})
	if len(got) != 3 || got[0].head.Index != 0 || got[0].total != 2*time.Minute || got[1].plays != 2 || got[1].total != 2*time.Minute || got[2].total != 0 {
		t.Errorf("tally: %+v", got)
	}
}

// The end is told from scenes that were taught, not from those crossed.
func TestExpectedEnd(t *testing.T) {
	s := &projection.State{}
	s.Head, s.Begun = scene.Head{Index: 2, Total: 4, ID: "c"}, ten.Add(10*time.Minute)
	now := ten.Add(11 * time.Minute)
	for _, c := range []struct {
		past []projection.Play
		want time.Duration // after ten; 0: not known
	}{
		{nil, 0},
		{[]projection.Play{play(0, 0, 4*time.Minute)}, 0},
		{[]projection.Play{play(0, 0, 4*time.Minute), play(1, 4*time.Minute, 4*time.Minute+5*time.Second)}, 0},
		// 4 and 6 min: 5 on average; 1 min of this scene is over, one scene is left.
		{[]projection.Play{play(0, 0, 4*time.Minute), play(1, 4*time.Minute, 10*time.Minute)}, (10 + 5 + 5) * time.Minute},
		// this scene was played before: that is not counted
		{[]projection.Play{play(0, 0, 4*time.Minute), play(1, 4*time.Minute, 10*time.Minute), play(2, 0, time.Hour)}, 20 * time.Minute},
	} {
		s.Past = c.past
		end, ok := expectedEnd(s, now)
		if ok != (c.want > 0) || ok && !end.Equal(ten.Add(c.want)) {
			t.Errorf("after %d plays: %v, %v", len(c.past), end.Sub(ten), ok)
		}
	}
	s.Begun = ten // this scene lasts longer than the others: the rest is to come
	if end, _ := expectedEnd(s, now); !end.Equal(now.Add(5 * time.Minute)) {
		t.Errorf("in a long scene: %v", end.Sub(ten))
	}
}
