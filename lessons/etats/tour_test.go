package etats

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/lessontest"
	"labo/lessons/prose"
	"labo/probe/probetest"
)

func TestEveryStateHasItsWords(t *testing.T) {
	words, err := prose.States()
	if err != nil {
		t.Fatal(err)
	}
	if len(words.Sections) != len(demo.Eleven) {
		t.Errorf("%d sections", len(words.Sections))
	}
	for i, state := range demo.Eleven {
		sec := words.Sections[i]
		if sec.ID != strings.ToLower(state.String()) || sec.Title != state.String() {
			t.Errorf("section %d is %s (%s), not %v", i, sec.ID, sec.Title, state)
		}
		if _, ok := sec.Part("recette"); !ok {
			t.Errorf("%v has no recipe", state)
		}
	}
}

func TestTourReachesAllOnLinux(t *testing.T) {
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "other systems cannot make all eleven")
	}
	var out bytes.Buffer
	tp := lessontest.NewTape(&out)
	ran := 0
	tp.At = func(e evidence.Evidence) { ran += lessontest.ChecksShow(t, e) }
	tour := Tour{Stage: tp, States: demo.Eleven, Hold: true}
	reached, err := tour.Run(t.Context())
	if err != nil || len(reached) != len(demo.Eleven) {
		t.Fatalf("%v, %v\n%s", reached, err, out.String())
	}
	if ran < len(tp.Shown) {
		t.Errorf("%d commands were run beside %d tables", ran, len(tp.Shown))
	}
	for i, e := range tp.Shown { // CLOSED is proved by words
		state := demo.Eleven[i+1]
		if len(e.Sockets.Rows) == 0 || e.Source == "" || len(e.Checks) == 0 {
			t.Errorf("%v: %+v", state, e)
		}
		if !strings.Contains(out.String(), state.String()) {
			t.Errorf("%v is not shown", state)
		}
	}
}
