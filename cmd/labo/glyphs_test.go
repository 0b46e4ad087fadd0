package main

import (
	"bytes"
	"testing"

	"labo/lessons/text"
)

// However a text is cut into writes, each character is drawn once.
func TestGlyphWriter(t *testing.T) {
	const said, want = "▶ réussie ✓ \x1b[1m日本\x1b[0m — fin", "> reussie + \x1b[1m????\x1b[0m - fin"
	for size := 1; size <= len(said); size++ {
		var out bytes.Buffer
		w := &glyphWriter{w: &out, glyphs: text.ASCII}
		for rest := []byte(said); len(rest) > 0; {
			n := min(size, len(rest))
			if k, err := w.Write(rest[:n]); k != n || err != nil {
				t.Fatal(k, err)
			}
			rest = rest[n:]
		}
		if out.String() != want {
			t.Fatalf("in writes of %d bytes: %q", size, out.String())
		}
	}
}
