package figure

import (
	"fmt"
	"math"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// logarithmicFrom is the ratio between the greatest and the smallest value
// from which small ones could not be told apart on a linear scale.
const logarithmicFrom = 50

// Scale places values between 0 and 1.
type Scale struct {
	Top float64 // the value at 1, a round one
	Log bool    // from 1 at 0, by powers of ten
}

// NewScale returns the scale for the known values of a chart: linear from 0,
// or logarithmic where they are all at least 1 and far apart.
func NewScale(c *evidence.Chart) Scale {
	least, most := math.Inf(1), 0.0
	for _, curve := range c.Curves {
		for _, p := range curve.Points {
			if p.Known {
				least, most = min(least, p.Value), max(most, p.Value)
			}
		}
	}
	if least >= 1 && most/least >= logarithmicFrom {
		return Scale{Top: math.Pow(10, math.Ceil(math.Log10(most))), Log: true}
	}
	return Scale{Top: roundUp(most)}
}

// Place returns where v stands, from 0 to 1.
func (s Scale) Place(v float64) float64 {
	if s.Log {
		return math.Log10(max(v, 1)) / math.Log10(s.Top)
	}
	return max(v, 0) / s.Top
}

// Marks returns the values to write beside the scale, from the lowest.
func (s Scale) Marks() []float64 {
	if s.Log {
		var marks []float64
		for v := 1.0; v <= s.Top; v *= 10 {
			marks = append(marks, v)
		}
		return marks
	}
	step := roundUp(s.Top / 5)
	var marks []float64
	for i := 0; float64(i)*step <= s.Top*1.0001; i++ {
		marks = append(marks, float64(i)*step)
	}
	return marks
}

// roundUp returns the smallest 1, 2 or 5 times a power of ten that is not
// under v; 1 for 0 or less.
func roundUp(v float64) float64 {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= v*0.9999 {
			return m * power
		}
	}
	return 10 * power
}

// Number writes a value as French does: "1 000", "0,5"; "non mesuré" for none.
func Number(p probe.Maybe[float64]) string {
	if !p.Known {
		return "non mesuré"
	}
	s := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", p.Value), "0"), ".")
	whole, part, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + text.NBSP + whole[i:]
	}
	if part != "" {
		whole += "," + part
	}
	return sign + whole
}

// Chart draws curves as bars, one measurement after the other, in lines of at
// most width cells.
func Chart(c *evidence.Chart, width int) []string {
	scale := NewScale(c)
	label, number := 0, 0
	for _, curve := range c.Curves {
		label = max(label, text.Width(curve.Label))
		for _, p := range curve.Points {
			number = max(number, text.Width(Number(p)))
		}
	}
	label = min(label, width/2)
	room := max(width-2-label-2-number-2, 4)
	var lines []string
	for i, tick := range c.Ticks {
		lines = append(lines, text.Truncate(TickName(c, tick), width))
		for _, curve := range c.Curves {
			p := point(curve, i)
			lines = append(lines, strings.TrimRight("  "+text.PadRight(text.Truncate(curve.Label, label), label)+"  "+
				text.PadLeft(Number(p), number)+"  "+bar(scale, p, room), " "))
		}
	}
	return append(lines, text.Wrap(text.French(scaleWords(c, scale)), width)...)
}

// TickName returns the name of a measurement: "goroutines lancées : 10".
func TickName(c *evidence.Chart, tick string) string {
	if c.X == "" {
		return text.French(tick)
	}
	return text.French(c.X + " : " + tick)
}

func point(c evidence.Curve, i int) probe.Maybe[float64] {
	if i >= len(c.Points) {
		return probe.Maybe[float64]{}
	}
	return c.Points[i]
}

func bar(s Scale, p probe.Maybe[float64], room int) string {
	if !p.Known {
		return ""
	}
	n := int(math.Round(min(s.Place(p.Value), 1) * float64(room)))
	if n == 0 && p.Value > 0 {
		return "▏"
	}
	return strings.Repeat("█", n)
}

func scaleWords(c *evidence.Chart, s Scale) string {
	words := c.Y + ", de 0 à " + Number(probe.Known(s.Top)) + "."
	if s.Log {
		words = c.Y + ", de 1 à " + Number(probe.Known(s.Top)) + " : chaque pas de l'échelle multiplie par dix."
	}
	return words
}
