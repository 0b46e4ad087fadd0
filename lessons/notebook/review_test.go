package notebook

import (
	"strings"
	"testing"
	"time"
)

// tries reads "0 w!": day 0, wrong and sure; r right, p passed, u unasked, l left
// because nothing was measured, n fits no option.
func tries(t *testing.T, said string) *Prediction {
	t.Helper()
	yes, no := "oui", "non"
	p := &Prediction{Part: "prediction", Options: []Option{{ID: yes}, {ID: no}}}
	for _, f := range strings.Fields(said) {
		day, how := f[:1], f[1:]
		at := time.Date(2026, 11, 30+int(day[0]-'0'), 22, 30, 0, 0, time.UTC)
		try := Try{At: at, Right: &yes, Sure: strings.HasSuffix(how, "!"), Unasked: how == "u"}
		switch how[0] {
		case 'r':
			try.Chosen = &yes
		case 'w':
			try.Chosen = &no
		case 'l':
			try.Chosen, try.Right, try.Left = &yes, nil, "le port était pris"
		case 'n':
			try.Chosen, try.Right = &yes, nil
		}
		p.Tries = append(p.Tries, try)
	}
	return p
}

// A question comes back by the rule that the reader is told, and by no other.
func TestReviewRule(t *testing.T) {
	for said, want := range map[string]string{
		"0r":             "",
		"0u":             "",
		"0l":             "",
		"0n":             "",
		"0r 1p":          "", // it was answered right once
		"0w":             "3",
		"0w!":            "3 sure",
		"0p":             "3 passed",
		"0l 1p":          "4 passed",
		"0w 0r":          "3", // the same day, one has just read the answer
		"0w 2r":          "3",
		"0w 3r":          "6 right",
		"0w 5r":          "8 right", // late
		"0w 3r 6r":       "",
		"0w 3r 4r":       "6 right",
		"0w 3r 6w!":      "9 sure",
		"0w! 3p":         "6 sure",
		"0w 1p":          "3",
		"0p 3r":          "6 right",
		"0p 3r 6r":       "",
		"0w 3l":          "3", // it could not be measured: still due
		"0w 3r 6r 7w":    "10",
		"0u 0w":          "3",
		"0r 2w":          "5",
		"0p 0r":          "3",
		"0w 3w 6w 9w":    "12",
		"0w 3r 6r 7w 9r": "10",
	} {
		d, ok := tries(t, said).due(time.UTC)
		got := ""
		if ok {
			got = d.On.Format("2") // of December: day 0 is 30 November
			for name, is := range map[string]bool{" sure": d.Sure, " passed": d.Passed, " right": d.Right > 0} {
				if is {
					got += name
				}
			}
			if d.On.Hour() != 0 {
				t.Errorf("%s: comes back at %v", said, d.On)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", said, got, want)
		}
	}
}

// Those that were missed without hesitation come first, then those missed, then
// those passed; and each day has its own.
func TestReviewsInOrder(t *testing.T) {
	n := &Notebook{Steps: []*Step{{Number: 1, Scenes: []*Scene{
		{ID: "a", Predictions: []*Prediction{tries(t, "0p")}}, {ID: "b", Predictions: []*Prediction{tries(t, "1w")}},
		{ID: "c", Predictions: []*Prediction{tries(t, "0w!")}}, {ID: "ailleurs", Predictions: []*Prediction{tries(t, "0w")}},
		{ID: "d", Predictions: []*Prediction{tries(t, "0r")}},
	}}}}
	c := Contents{{Number: 1, Scenes: []SceneContents{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}}}}
	all := n.Reviews(c, time.UTC)
	ids := func(all []Due) string {
		out := ""
		for _, d := range all {
			out += d.Scene
		}
		return out
	}
	if ids(all) != "cba" {
		t.Errorf("order %q", ids(all))
	}
	day := func(n int) time.Time { return time.Date(2026, 12, n, 9, 0, 0, 0, time.UTC) }
	for _, tc := range []struct {
		day  int
		due  string
		next string
	}{{1, "", "jeudi 3 décembre"}, {2, "", "demain"}, {3, "ca", "demain"}, {4, "cba", ""}, {30, "cba", ""}} {
		due, next := Today(all, day(tc.day))
		words := ""
		if !next.IsZero() {
			words = When(next, day(tc.day))
		}
		if ids(due) != tc.due || words != tc.next {
			t.Errorf("on day %d: %q due, next %q", tc.day, ids(due), words)
		}
	}
}

// A review keeps answers, and changes nothing else of what was played.
func TestReviewKeepsAnswersAlone(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	s.Measured("bind", titled("Table", 1))
	s.Answered("bind", "prediction", answer(0, 1))
	s.Done("bind")
	before := reread(t, home).Step(1).Scene("bind")
	r := Review{Session: s, Port: 12377}
	r.Unattended(head("bind"))
	r.Told("bind", "", nil)
	r.Measured("bind", titled("Table", 2))
	r.Answered("bind", "prediction", answer(1, 1))
	r.Done("bind")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after := reread(t, home).Step(1).Scene("bind")
	if got := after.Predictions[0].Tries; len(got) != 2 || got[1].Review != 12377 || got[1].Unasked || *got[1].Chosen != *got[1].Right {
		t.Errorf("tries %+v", got)
	}
	if first, _ := after.Predictions[0].First(); *first.Chosen == *first.Right {
		t.Error("the first answer is that of the review")
	}
	if after.Plays != before.Plays || after.Run.Evidence[0].Values[0].Text != "1" || !after.Run.Begun.Equal(before.Run.Begun) || !after.Done.Equal(before.Done) {
		t.Errorf("the play has changed: %+v", after)
	}
}
