package linear

import (
	"fmt"
	"io"
	"strings"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// Entry is one step in the table of contents.
type Entry struct {
	Number  int
	Title   string
	Summary string
	State   string // "3 scènes sur 9", "à venir", or ""
}

// Challenges are those of the reader's own programs.
type Challenges struct {
	Lines   []string // a sentence for each program that was judged
	Command string   // that lists them
}

// Contents writes the table of contents, the challenges, the one command to type
// next, and other sentences.
func Contents(out io.Writer, p paint.Palette, columns int, entries []Entry, c Challenges, next string, others ...string) {
	width := min(max(columns, narrowest), widestText)
	wrapped := func(margin, sentence string) {
		for _, l := range text.Paragraph(sentence, width-text.Width(margin)-1) {
			fmt.Fprintln(out, margin+l)
		}
	}
	fmt.Fprintln(out)
	fmt.Fprintln(out, "  "+p.Strong("labo")+" · client et serveur TCP, et ce qu'en sait le système")
	for _, e := range entries {
		head := fmt.Sprintf("Étape %d  %s", e.Number, text.French(e.Title))
		line := "  " + p.Strong(head)
		gap := width - 2 - text.Width(head) - text.Width(e.State) - 1
		if e.State != "" && gap >= 2 {
			line += strings.Repeat(" ", gap) + p.Faint(text.French(e.State))
		}
		fmt.Fprintln(out, "\n"+line)
		if gap < 2 { // no room beside the title
			for _, l := range text.Paragraph(e.State, width-5) {
				fmt.Fprintln(out, "    "+p.Faint(l))
			}
		}
		wrapped("    ", e.Summary)
	}
	fmt.Fprintln(out, "\n  "+p.Strong("Les défis"))
	for _, l := range c.Lines {
		wrapped("    ", l)
	}
	if len(c.Lines) == 0 {
		wrapped("    ", "Un à la fois, quand votre programme réussit la fiche.")
	}
	fmt.Fprintln(out, "    "+c.Command)
	fmt.Fprintln(out)
	fmt.Fprintln(out, text.French("  À taper maintenant : ")+p.Strong(next))
	for _, other := range others {
		fmt.Fprintln(out)
		wrapped("  ", other)
	}
}
