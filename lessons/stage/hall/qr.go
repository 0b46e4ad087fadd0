package hall

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"labo/lessons/stage/markup"
)

// code is a square of modules with its quiet zone.
type code struct {
	dark func(x, y int) bool
	size int // modules on a side, quiet zone included
}

// quiet is how many light modules a reader needs around (ISO/IEC 18004, 9.1).
const quiet = 4

// encode returns the QR code of an address. Written in capitals, which mean the
// same in http, [ and a host, an address takes the fewest modules: those of a
// phone are far from the wall.
func encode(address string) (code, error) {
	c, err := qr.Encode(address, qr.M)
	if err != nil {
		return code{}, err
	}
	return code{
		dark: func(x, y int) bool { return c.Black(x-quiet, y-quiet) },
		size: c.Size + 2*quiet,
	}, nil
}

// blocks draws it for a terminal, two modules a cell: to be painted black on white.
func (c code) blocks() []string {
	lines := make([]string, 0, (c.size+1)/2)
	for y := 0; y < c.size; y += 2 {
		var b strings.Builder
		for x := range c.size {
			switch top, bottom := c.dark(x, y), c.dark(x, y+1); {
			case top && bottom:
				b.WriteRune('█')
			case top:
				b.WriteRune('▀')
			case bottom:
				b.WriteRune('▄')
			default:
				b.WriteRune(' ')
			}
		}
		lines = append(lines, b.String())
	}
	return lines
}

// svg draws it for a page: black on white in every theme.
func (c code) svg(title string) markup.HTML {
	var path strings.Builder
	for y := range c.size {
		for x := 0; x < c.size; x++ {
			from := x
			for c.dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return markup.F(`<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}"><rect width="{}" height="{}" fill="#ffffff"/><path d="{}" fill="#000000"/></svg>`,
		c.size, c.size, title, c.size, c.size, path.String())
}
