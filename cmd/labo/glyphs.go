package main

import (
	"io"
	"unicode/utf8"

	"labo/lessons/text"
)

// glyphWriter writes on a terminal that cannot draw every character.
type glyphWriter struct {
	w      io.Writer
	glyphs text.Glyphs
	held   []byte // a character that has begun
}

func (g *glyphWriter) Write(p []byte) (int, error) {
	all := append(g.held, p...)
	whole := len(all)
	for i := max(0, len(all)-utf8.UTFMax+1); i < len(all); i++ {
		if utf8.RuneStart(all[i]) && !utf8.FullRune(all[i:]) {
			whole = i
		}
	}
	g.held = append([]byte(nil), all[whole:]...)
	if _, err := io.WriteString(g.w, g.glyphs.Draw(string(all[:whole]))); err != nil {
		return 0, err
	}
	return len(p), nil
}
