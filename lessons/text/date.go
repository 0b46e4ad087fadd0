package text

import (
	"strconv"
	"strings"
	"time"
)

// Clock writes the time of a measurement: "14:02:07,123".
func Clock(t time.Time) string { return strings.Replace(t.Format("15:04:05.000"), ".", ",", 1) }

// Date writes a moment as French does: "22 novembre 2026 à 14:02", in the time
// zone it was noted in.
func Date(t time.Time) string {
	return Day(t) + " " + strconv.Itoa(t.Year()) + " à " + t.Format("15:04")
}
