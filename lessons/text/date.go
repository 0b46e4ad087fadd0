package text

import (
	"strconv"
	"strings"
	"time"
)

// Clock writes the time of a measurement: "14:02:07,123".
func Clock(t time.Time) string { return strings.Replace(t.Format("15:04:05.000"), ".", ",", 1) }

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
	"septembre", "octobre", "novembre", "décembre"}

// Date writes a moment as French does: "22 novembre 2026 à 14:02", in the time
// zone it was noted in.
func Date(t time.Time) string {
	return day(t) + " " + strconv.Itoa(t.Year()) + " à " + t.Format("15:04")
}

// Day is [Date] without the year: "22 novembre, 14:02".
func Day(t time.Time) string { return day(t) + ", " + t.Format("15:04") }

func day(t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + " " + months[t.Month()-1]
}
