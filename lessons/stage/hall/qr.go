package hall

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"labo/lessons/stage/markup"
	"labo/lessons/text"
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
	return markup.F(`<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}"><rect width="{}" height="{}" fill="#ffffff"></rect><path d="{}" fill="#000000"></path></svg>`,
		c.size, c.size, title, c.size, c.size, path.String())
}

// Join tells a class how to come in, on the wall of another lesson: what phones
// open ("" where none can), the address that `labo rejoindre` takes, the code.
func Join(phones, labo, room string) markup.HTML {
	var b markup.Builder
	b.F("<h2 id=\"entree-titre\" class=\"unseen\">Rejoindre la classe</h2>\n")
	if c, err := encode(scanned(phones, room)); phones != "" && err == nil {
		b.F("{}\n<p>{}<br><strong>{}</strong></p>\n", c.svg("QR de "+phones+"/"+room), text.French("Téléphone : visez ce carré, ou ouvrez"), phones)
	}
	b.F("<p>{}<strong class=\"code\">{}</strong></p>\n", text.French("Code : "), Spell(room))
	b.F("<p>{}<br><strong>labo rejoindre {} {}</strong></p>", text.French("Ordinateur, dans un terminal :"), labo, room)
	return b.HTML()
}
