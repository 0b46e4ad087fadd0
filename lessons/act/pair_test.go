package act

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A message is quoted as it was typed: no character is cut, and spaces at its
// ends are seen.
func TestQuoted(t *testing.T) {
	for _, tc := range []struct{ typed, want string }{
		{"", `""`},
		{"bonjour à tous", "« bonjour à tous »"},
		{"  deux  espaces ", "« ␣␣deux␣␣espaces␣ »"},
		{" ", "« ␣ »"},
		{strings.Repeat("abcd ", 10), "« abcd abcd abcd abcd abcd abcd ab … abcd␣ »"},
		{strings.Repeat("é", 30), "« " + strings.Repeat("é", 16) + " … " + strings.Repeat("é", 4) + " »"},
		{"x" + strings.Repeat("€", 30), "« x" + strings.Repeat("€", 10) + " … " + strings.Repeat("€", 2) + " »"},
	} {
		got := Quoted(tc.typed)
		if got != tc.want {
			t.Errorf("quoted(%q) = %q, want %q", tc.typed, got, tc.want)
		}
		if !utf8.ValidString(got) {
			t.Errorf("quoted(%q) cuts a character", tc.typed)
		}
	}
}
