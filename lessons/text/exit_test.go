package text

import "testing"

func TestExitCode(t *testing.T) {
	for code, want := range map[int]string{0: "0", 1: "1", 255: "255", -1: "-1", -1073741510: French("0xC000013A : arrêté par Ctrl+C"),
		3221225786: French("0xC000013A : arrêté par Ctrl+C"), 0xC0000142: "0xC0000142", 9009: "9009"} {
		if got := ExitCode(code); got != want {
			t.Errorf("%d: %q, want %q", code, got, want)
		}
	}
}
