package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labo/lessons/text"
)

// What is counted down stays on one line, and is gone in the end.
func TestCountDownLeavesNoTrace(t *testing.T) {
	for left, want := range map[time.Duration]string{
		59*time.Second + 900*time.Millisecond: "encore 1 min 00 s", -time.Second: "d'un instant à l'autre",
	} {
		var out bytes.Buffer
		synctest.Test(t, func(*testing.T) { countDown(&out, left)() }) // it shows once, and ends
		got := strings.ReplaceAll(out.String(), text.NBSP, " ")
		shown := strings.Split(got, "\r")
		if strings.Contains(got, "\n") || len(shown) < 3 || strings.TrimSpace(shown[1]) != want {
			t.Errorf("%v: %q", left, got)
		}
		if last := shown[len(shown)-2]; strings.TrimSpace(last) != "" || text.Width(last) < text.Width(shown[1]) || shown[len(shown)-1] != "" {
			t.Errorf("%v: %q is not wiped out", left, got)
		}
	}
}
