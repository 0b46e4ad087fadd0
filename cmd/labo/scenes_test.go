package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"labo/lessons"
	"labo/lessons/scene"
)

// Where a scene is, and how many there are, is said by the steps themselves:
// tests and scripts count none.

// heads returns the scenes of a step.
func heads(t testing.TB, step int) []scene.Head {
	t.Helper()
	s, ok := lessons.StepByNumber(step)
	if !ok {
		t.Fatalf("no step %d", step)
	}
	heads, err := s.Heads()
	if err != nil {
		t.Fatal(err)
	}
	return heads
}

// place says where a scene is in its step: "4/9".
func place(t testing.TB, step int, id string) string {
	t.Helper()
	all := heads(t, step)
	i := slices.IndexFunc(all, func(h scene.Head) bool { return h.ID == id })
	if i < 0 {
		t.Fatalf("step %d has no scene %s", step, id)
	}
	return strings.TrimPrefix(all[i].Place(), "scène ")
}

// nth says the place of the nth scene of a step.
func nth(t testing.TB, step, n int) string {
	t.Helper()
	return fmt.Sprintf("%d/%d", n, heads(t, step)[0].Total)
}

// places are the places of all scenes, for scripts: AT_port_libre is "1/9",
// and SCENES_1 how many scenes step 1 has.
func places(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, step := range lessons.Steps() {
		for _, h := range heads(t, step.Number) {
			all["AT_"+strings.ReplaceAll(h.ID, "-", "_")] = place(t, step.Number, h.ID)
		}
		all[fmt.Sprint("SCENES_", step.Number)] = fmt.Sprint(heads(t, step.Number)[0].Total)
	}
	return all
}
