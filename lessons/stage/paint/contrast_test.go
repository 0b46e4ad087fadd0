package paint

import (
	"math"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/fatih/color"
)

// xterm are the first sixteen colours of xterm, as XTerm-col.ad has them.
var xterm = [16][3]float64{
	{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
	{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
}

// luminance and ratio are those of WCAG 2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
func luminance(c [3]float64) float64 {
	var l float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := c[i] / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		l += weight * v
	}
	return l
}

func ratio(a, b [3]float64) float64 {
	l, m := luminance(a), luminance(b)
	return (max(l, m) + 0.05) / (min(l, m) + 0.05)
}

// drawn returns the ink and the paper of a look on an xterm of that paper, its
// ink being the other of black and white.
func drawn(look []color.Attribute, paper [3]float64) (ink, under [3]float64) {
	ink, under = xterm[15], paper
	if luminance(paper) > 0.5 {
		ink = xterm[0]
	}
	for _, a := range look {
		switch {
		case a >= color.FgBlack && a <= color.FgWhite:
			ink = xterm[a-color.FgBlack]
		case a >= color.FgHiBlack && a <= color.FgHiWhite:
			ink = xterm[8+a-color.FgHiBlack]
		case a >= color.BgHiBlack && a <= color.BgHiWhite:
			under = xterm[8+a-color.BgHiBlack]
		case a >= color.BgBlack && a <= color.BgWhite:
			under = xterm[a-color.BgBlack]
		case a == color.ReverseVideo:
			ink, under = under, ink
		case a == color.Faint: // xterm halves the way to the paper
			for i := range ink {
				ink[i] = (ink[i] + under[i]) / 2
			}
		}
	}
	return ink, under
}

// Before a class, all that is painted can be read on white and on black: 4.5 to 1
// at least (WCAG 2, level AA). The looks for one reader would not do: that is why
// there are others.
func TestAProjectionCanBeReadOnWhiteAndOnBlack(t *testing.T) {
	const enough = 4.5
	papers := map[string][3]float64{"white": xterm[15], "black": xterm[0]}
	pale := false
	for name, paper := range papers {
		for role := range roleCount {
			if role == Dark { // nothing is written on it
				continue
			}
			if got := ratio(drawn(contrast[role], paper)); got < enough {
				t.Errorf("role %d on %s: %.1f", role, name, got)
			}
			pale = pale || ratio(drawn(looks[role], paper)) < enough
		}
	}
	if !pale {
		t.Error("every look can be read: those for a projection are of no use")
	}
	for role := range roleCount { // what is painted is what was computed
		if painted := New(true).Contrast().Paint(role, "x"); ansi.Strip(painted) != "x" || (len(contrast[role]) > 0) != (painted != "x") {
			t.Errorf("role %d is painted %q", role, painted)
		}
	}
}
