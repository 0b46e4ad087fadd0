package reel

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"labo/lessons/film"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
)

// Cast writes a film as asciicast v2 (docs.asciinema.org/manual/asciicast/v2),
// the lines of the linear stage at their moments. They scroll below a first
// row that says at every moment of when it is a recording (DECSTBM, ECMA-48).
func Cast(w io.Writer, f *film.Film) error {
	const width, height = 100, 30
	e := json.NewEncoder(w)
	if err := e.Encode(map[string]any{"version": 2, "width": width, "height": height, "timestamp": f.At.Unix(), "title": f.Title + " (" + f.Recorded() + ")"}); err != nil {
		return err
	}
	palette := paint.New(true)
	page := "\x1b[r\x1b[2J\x1b[H" + palette.Paint(paint.Key, fmt.Sprintf("%-*s", width, " "+f.Recorded())) + fmt.Sprintf("\x1b[2;%dr\x1b[2;1H", height)
	var b strings.Builder
	b.WriteString(page)
	s := linear.New(&b, palette, func() int { return width }, nil, nil)
	for i := range f.Records {
		r := &f.Records[i]
		if r.Kind == film.Begin {
			b.WriteString(page)
		}
		Show(context.Background(), s, r)
		if r.Kind == film.Begin {
			s.Event(note(f))
		}
		if b.Len() == 0 {
			continue
		}
		out := strings.ReplaceAll(b.String(), "\n", "\r\n")
		b.Reset()
		if err := e.Encode([]any{json.Number(fmt.Sprintf("%.6f", float64(r.Micros)/1e6)), "o", out}); err != nil {
			return err
		}
	}
	return nil
}
