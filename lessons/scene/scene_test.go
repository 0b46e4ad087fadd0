package scene

import (
	"labo/lessons/text"
	"testing"
	"time"
)

// What is said of several scenes is the sum of what is said of each.
func TestReadingAddsUp(t *testing.T) {
	heads := []Head{
		{Takes: 80 * time.Second}, {Takes: 80 * time.Second}, {Takes: 20 * time.Second}, {},
		{Takes: time.Hour, Further: 1}, // off the main path
	}
	said := 0
	for _, h := range heads[:4] {
		said += h.Reading()
	}
	if got := Reading(heads); got != said || got != 3 {
		t.Errorf("%d min for scenes of %d in all", got, said)
	}
	if got := heads[2].ReadingWords(); got != "lecture 1"+text.NBSP+"min" {
		t.Errorf("20 s are %q", got)
	}
	if got := heads[3].ReadingWords(); got != "" {
		t.Errorf("no estimate is %q", got)
	}
}
