package hall

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe/probetest"
)

const sampleAddress, sampleRoom = "http://192.168.100.200:18080", "ACEFHJ"

// The poster fits a terminal of 80 by 24, and without what a QR code needs it is
// its words.
func TestThePosterFits(t *testing.T) {
	beside := []string{"un", strings.Repeat("x", 40)}
	lines, ok := Poster(sampleAddress, sampleRoom, beside, 80, paint.New(true), text.Unicode)
	if !ok || len(lines) > 20 || len(lines) < 12 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if w := text.Width(text.Bare(l)); w > 80 {
			t.Errorf("%d cells: %q", w, text.Bare(l))
		}
	}
	for name, where := range map[string]struct {
		width   int
		palette paint.Palette
		glyphs  text.Glyphs
	}{
		"narrow": {60, paint.New(true), text.Unicode}, "no colour": {80, paint.New(false), text.Unicode}, "ASCII": {80, paint.New(true), text.ASCII},
	} {
		if got, ok := Poster(sampleAddress, sampleRoom, beside, where.width, where.palette, where.glyphs); ok {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A reader of its own (zbar) reads in the blocks what they are to say.
func TestTheCodeIsRead(t *testing.T) {
	program := probetest.Need(t, "zbarimg")
	c, err := encode(scanned(sampleAddress, sampleRoom))
	if err != nil {
		t.Fatal(err)
	}
	const scale = 6
	m := image.NewGray(image.Rect(0, 0, c.size*scale, (c.size+1)/2*2*scale))
	for y, line := range c.blocks() {
		for x, r := range []rune(line) {
			for half, dark := range []bool{r == '█' || r == '▀', r == '█' || r == '▄'} {
				for i := range scale * scale {
					shade := color.Gray{Y: 255}
					if dark {
						shade.Y = 0
					}
					m.SetGray(x*scale+i%scale, (2*y+half)*scale+i/scale, shade)
				}
			}
		}
	}
	file := filepath.Join(t.TempDir(), "qr.png")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
	f.Close()
	said, err := exec.CommandContext(t.Context(), program, "-q", "--raw", file).Output()
	if want := "HTTP://192.168.100.200:18080/ACEFHJ"; strings.TrimSpace(string(said)) != want {
		t.Errorf("read %q, %v; want %q", said, err, want)
	}
}
