package text

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// plainSpaces makes no-break spaces readable in a failure.
func plainSpaces(s string) string { return strings.ReplaceAll(s, NBSP, "_") }

func TestProse(t *testing.T) {
	for s, want := range map[string]string{
		"Est-ce vrai ?":                        "Est-ce vrai_?",
		"Tapez `labo etape 1` !":               "Tapez «_labo etape 1_»_!",
		"`ss -tanp 'sport = :1'` le dit : oui": "«_ss -tanp 'sport = :1'_» le dit_: oui",
		"`a ?``b !`":                           "«_a ?_»«_b !_»",
		"sans paire ` : voilà":                 "sans paire `_: voilà",
		"`x` et ` seul !":                      "«_x_» et ` seul_!",
		"":                                     "",
	} {
		if got := plainSpaces(Prose(s)); got != want {
			t.Errorf("Prose(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestParagraphKeepsCommandsWhole(t *testing.T) {
	for _, tc := range []struct {
		s     string
		width int
		want  []string
	}{
		{"Essayez donc `labo sonde 12345` ici.", 25, []string{"Essayez donc", "«_labo sonde 12345_» ici."}},
		{"Essayez `labo sonde 12345`.", 20, []string{"Essayez «_labo sonde", "12345_»."}},
		{"Un deux trois quatre", 10, []string{"Un deux", "trois", "quatre"}},
		{"Tapez `une commande bien trop longue` ici", 16, []string{"Tapez «_une", "commande bien", "trop longue_»", "ici"}},
		{"Dites « bonjour à tous » fort", 12, []string{"Dites", "«_bonjour à", "tous_» fort"}},
	} {
		got := Paragraph(tc.s, tc.width)
		for i := range got {
			got[i] = plainSpaces(got[i])
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("Paragraph(%q, %d) = %q, want %q", tc.s, tc.width, got, tc.want)
		}
	}
}

// FuzzParagraph holds that wrapping loses and adds no character, and that no
// line is wider than asked (two cells at least: a wide character).
func FuzzParagraph(f *testing.F) {
	seeds := []string{"Essayez donc `labo sonde 12345` ici.", "« bonjour » : é ? ` seul", "日本語の長い文字列", "a\n\nb\tc", "`", "``", "👩‍👩‍👧 e\u0301"}
	for _, s := range seeds {
		f.Add(s, 24)
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		if width < 2 || width > 200 || strings.Contains(s, stuck) || Visible(s) != s {
			return // prose is ours: what comes from outside is made visible before
		}
		solid := func(s string) string { return strings.Join(strings.FieldsFunc(s, isBreak), "") }
		lines := Paragraph(s, width)
		if got, want := solid(strings.Join(lines, "")), solid(Prose(s)); got != want {
			t.Errorf("Paragraph(%q, %d) holds %q, want %q", s, width, got, want)
		}
		for _, line := range lines {
			if Width(line) > width {
				t.Errorf("Paragraph(%q, %d): %q has %d cells", s, width, line, Width(line))
			}
		}
	})
}

func isBreak(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

func TestLeft(t *testing.T) {
	for d, want := range map[time.Duration]string{
		60 * time.Second: "60 s", 59900 * time.Millisecond: "60 s", 9940 * time.Millisecond: "9,9 s",
		99400 * time.Millisecond: "99 s", 100 * time.Second: "1 min 40 s", 210 * time.Millisecond: "210 ms", 0: "0 s",
	} {
		if got := Left(d); strings.ReplaceAll(got, NBSP, " ") != want {
			t.Errorf("Left(%s) = %q, want %q", d, got, want)
		}
	}
}
