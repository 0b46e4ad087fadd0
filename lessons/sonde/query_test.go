package sonde

import (
	"strings"
	"testing"

	"labo/lessons/lessontest/sockets"
	"labo/lessons/text"
	"labo/probe"
)

func TestPIDsAreCompletedWithTheirNames(t *testing.T) {
	holders := []*probe.Holder{sockets.Hostile, sockets.Server, sockets.Client, {PID: 7, Name: "sleep", Command: "sleep"}}
	for typed, want := range map[string][]string{
		"": {"666\t␛[31mrouge␊⟨U+202E⟩聊天 très ", "4242\tpython3 serveur.py",
			"4243\tpython3 client.py", "7\tsleep"},
		"424":   {"4242\tpython3 serveur.py", "4243\tpython3 client.py"},
		"4242,": {"4242,666\t", "4242,4243\tpython3 client.py", "4242,7\tsleep"},
		"9":     nil,
	} {
		got := PIDChoices(holders, typed)
		if len(got) != len(want) {
			t.Errorf("%q: %q, want %q", typed, got, want)
			continue
		}
		for i := range want {
			if !strings.HasPrefix(got[i], want[i]) || strings.Count(got[i], "\t") != 1 || text.Width(got[i]) > 80 {
				t.Errorf("%q: %q, want %q", typed, got[i], want[i])
			}
		}
	}
}
