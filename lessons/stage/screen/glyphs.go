package screen

import "labo/lessons/text"

// Glyphs is what a terminal can draw.
type Glyphs = text.Glyphs
