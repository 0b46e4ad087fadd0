package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// NBSP is the no-break space that French sets before ":", ";", "!" and "?",
// inside guillemets and before a unit.
const NBSP = "\u00a0"

var typography = strings.NewReplacer(
	" :", NBSP+":", " ;", NBSP+";", " !", NBSP+"!", " ?", NBSP+"?", " »", NBSP+"»", "« ", "«"+NBSP,
	" %", NBSP+"%", " ms", NBSP+"ms", " µs", NBSP+"µs", " octets", NBSP+"octets",
)

// French returns s with the no-break spaces of French typography. Sources are
// written with plain spaces; what is shown passes here once. It must not be
// given commands to copy, code or text from outside.
func French(s string) string { return typography.Replace(s) }

// Plural returns "1 octet", "3 octets": n with the word, which takes an s from
// two on, as in French. A word that ends in s, x or z stays as it is, and
// every word of a compound takes its mark ("file ouverte").
func Plural(n int, word string) string {
	if n >= 2 || n <= -2 {
		words := strings.Fields(word)
		for i, w := range words {
			if !strings.ContainsAny(w[len(w)-1:], "sxz") {
				words[i] = w + "s"
			}
		}
		word = strings.Join(words, " ")
	}
	return Number(n) + NBSP + word
}

// Number writes n as French does: "1000", and in groups of three digits from
// five on, "10 000".
func Number(n int) string {
	s := strconv.Itoa(n)
	if n < 10_000 {
		return s
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + NBSP + s[i:]
	}
	return s
}

var words = [...]string{"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"}

// InWords writes n in words up to ten, "dix", and in figures beyond.
func InWords(n int) string {
	if n < 0 || n >= len(words) {
		return Number(n)
	}
	return words[n]
}

var (
	months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		"septembre", "octobre", "novembre", "décembre"}
	weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
)

// Day writes the day of t, without its year: "1er décembre".
func Day(t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + " " + months[t.Month()-1]
}

// Weekday is [Day] after the name of the day: "mardi 1er décembre".
func Weekday(t time.Time) string { return weekdays[t.Weekday()] + " " + Day(t) }

// Duration writes d as a reader says it: "41 µs", "3,2 ms", "1,5 s", "2 min 05 s".
func Duration(d time.Duration) string {
	unit := func(v float64, name string) string {
		s := fmt.Sprintf("%.1f", v)
		if v >= 10 || strings.HasSuffix(s, ".0") {
			s = fmt.Sprintf("%.0f", v)
		}
		return strings.ReplaceAll(s, ".", ",") + NBSP + name
	}
	switch {
	case d < 0:
		return "−" + Duration(-d)
	case d == 0:
		return "0" + NBSP + "s"
	case d < time.Microsecond:
		return fmt.Sprintf("%d%sns", d.Nanoseconds(), NBSP)
	case d < time.Millisecond:
		return unit(float64(d)/float64(time.Microsecond), "µs")
	case d < time.Second:
		return unit(float64(d)/float64(time.Millisecond), "ms")
	case d < time.Minute:
		return unit(d.Seconds(), "s")
	case d < time.Hour:
		return fmt.Sprintf("%d%smin %02d%ss", int(d.Minutes()), NBSP, int(d.Seconds())%60, NBSP)
	}
	return fmt.Sprintf("%d%sh %02d%smin", int(d.Hours()), NBSP, int(d.Minutes())%60, NBSP)
}

// Left writes the time left of a countdown, in seconds as long as two digits
// say it: "60 s", "9,5 s".
func Left(d time.Duration) string {
	switch {
	case d >= 10*time.Second && d < 99500*time.Millisecond:
		return fmt.Sprintf("%d%ss", int(d.Round(time.Second).Seconds()), NBSP)
	case d >= 10*time.Second:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(100 * time.Millisecond)
	}
	return Duration(d)
}
