package text

import (
	"slices"
	"testing"
)

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"Étape": "etape", "ETAPE": "etape", "e\u0301tape": "etape", "cœur": "coeur", "Où ça ?": "ou ca ?", "日本": "日本", "": "",
	} {
		if got := Fold(s); got != want {
			t.Errorf("Fold(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	commands := []string{"etape", "etats", "etat", "sonde", "serveur", "serveur2", "client", "client2", "version", "verifier", "aide"}
	for word, want := range map[string][]string{
		"etpae":      {"etape"},
		"étape":      {"etape"},
		"etap":       {"etape"}, // and not etat, which takes a change
		"serveur":    {"serveur"},
		"sodne":      {"sonde"},
		"serv":       {"serveur", "serveur2"},
		"client3":    {"client", "client2"},
		"ver":        {"version", "verifier"},
		"VERIFIÉ":    {"verifier"},
		"aid":        {"aide"},
		"xyz":        nil,
		"a":          nil,
		"":           nil,
		"quelconque": nil,
	} {
		if got := Nearest(word, commands); !slices.Equal(got, want) {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1},
		{"abc", "abd", 1}, {"abc", "bc", 1}, {"chat", "chien", 3}, {"etpae", "etape", 1},
	} {
		if got := distance([]rune(tc.a), []rune(tc.b)); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}
