// Package reel plays a film in the terminal: on the whole screen, at its own
// pace or the reader's, or as lines. It draws with the stages that play lessons,
// and says at every moment that what is shown was recorded.
package reel

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"labo/lessons/dialogue"
	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// Show tells a stage on which nobody answers what a record says. It never
// waits.
func Show(ctx context.Context, s dialogue.Stage, r *film.Record) {
	switch r.Kind {
	case film.Begin:
		s.Begin(r.Scene.Head())
	case film.Prose:
		s.Prose(r.Blocks)
	case film.Event:
		s.Event(r.Event.Shown())
	case film.Traced:
		s.Prose(r.Program.Blocks())
	case film.Called:
		if e, ok := r.Happened(); ok {
			s.Event(e)
		}
	case film.Evidence:
		s.Evidence(r.Evidence.Shown())
	case film.Ask:
		s.Ask(ctx, r.Question())
	case film.Answer:
		if words, class := r.Verdict(); class {
			s.Prose(paragraph(prose.Span{Style: prose.Strong, Text: words}))
		} else {
			s.Answer(r.Outcome())
		}
	case film.Watch:
		if r.Title != "" {
			s.Prose(paragraph(prose.Span{Style: prose.Strong, Text: r.Title}))
		}
	case film.Limit:
		s.Prose(paragraph(prose.Span{Style: prose.Strong, Text: r.Title}))
	case film.Replied:
		if words := replied(r); len(words) > 0 {
			s.Prose(paragraph(append([]prose.Span{{Style: prose.Strong, Text: "vous"}, {Text: " › "}}, words...)...))
		}
	case film.End:
		if len(r.Blocks) > 0 {
			s.Prose(append(paragraph(prose.Span{Style: prose.Strong, Text: r.Title}), r.Blocks...))
		}
	}
}

func paragraph(spans ...prose.Span) []prose.Block {
	return []prose.Block{{Kind: prose.Paragraph, Spans: spans}}
}

// replied is what the reader answered, nil for what says nothing.
func replied(r *film.Record) []prose.Span {
	if r.Reply.Line != nil && *r.Reply.Line != "" {
		return []prose.Span{{Text: *r.Reply.Line}}
	}
	n, option := r.Chose()
	if option == nil {
		return nil
	}
	said := append([]prose.Span{{Text: fmt.Sprint(n) + " ("}}, option.Spans...)
	return append(said, prose.Span{Text: ")"})
}

// Text writes a film as lines, all at once. Each scene says that it was
// recorded.
func Text(ctx context.Context, out io.Writer, p paint.Palette, columns func() int, f *film.Film) {
	s := linear.New(out, p, columns, nil, nil)
	for i := range f.Records {
		Show(ctx, s, &f.Records[i])
		if f.Records[i].Kind == film.Begin {
			s.Event(note(f))
		}
	}
	for _, l := range text.Wrap(text.French(last(f)), max(columns()-3, 20)) {
		fmt.Fprintln(out, "  "+l)
	}
}

// last says how the film ends.
func last(f *film.Film) string {
	said := "Fin du film (" + f.Recorded() + ", " + text.Duration(f.Took()) + ")."
	if f.Cut {
		said = "Le film s'arrête là : ce qui l'enregistrait a été interrompu, ou l'enregistre encore (" + f.Recorded() + ")."
	}
	if f.Lost == 1 {
		said += " Une ligne du fichier n'a pas été comprise."
	} else if f.Lost > 1 {
		said += " " + text.Plural(f.Lost, "ligne") + " du fichier n'ont pas été comprises."
	}
	return said
}

// scene is one scene of a film, drawn as lines for a width.
type scene struct {
	first, next int      // its records
	lines       []string // all of them
	until       []int    // lines once each record was shown
}

// draw draws a scene whose first record is at an index.
func draw(f *film.Film, p paint.Palette, first, width int) *scene {
	sc := &scene{first: first, next: len(f.Records)}
	for i := first + 1; i < len(f.Records); i++ {
		if f.Records[i].Kind == film.Begin {
			sc.next = i
			break
		}
	}
	var b strings.Builder
	s := linear.New(&b, p, func() int { return width }, nil, nil)
	for i := first; i < sc.next; i++ {
		if f.Records[i].Kind != film.Begin { // the header tells it
			Show(context.Background(), s, &f.Records[i])
		} else {
			s.Prose(paragraph(prose.Span{Style: prose.Strong, Text: f.Records[i].Scene.Title}))
		}
		sc.until = append(sc.until, strings.Count(b.String(), "\n"))
	}
	sc.lines = strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	return sc
}

// state is what a film says of a moment.
type state struct {
	tables []table // this machine's, then the other's
	wait   *film.Record
}

// table is the sockets of a machine, as they were measured or told last.
type table struct {
	whose, when string
	*probe.Snapshot
}

// at returns the state after the record at an index, in the scene that begins
// at first.
func at(f *film.Film, first, index int) (s state) {
	var here, there *film.Record
	for i := index; i >= first && (here == nil || there == nil) && f.Records[i].Kind != film.Follow; i-- {
		switch r := &f.Records[i]; {
		case r.Kind == film.Port && r.Port.Error == "":
			here = cmp.Or(here, r)
		case r.Kind == film.Facing && r.Port.Error == "":
			there = cmp.Or(there, r)
		}
	}
	if here != nil {
		when := f.Time(here)
		s.tables = []table{{"CE QUE VOYAIT LE NOYAU", when.Format("15:04:05"), here.Port.Update(when, nil).Snapshot}}
	}
	if there != nil {
		s.tables = append(s.tables, table{"CHEZ " + strings.ToUpper(text.Visible(there.Title)), "[" + text.Visible(there.Port.Source) + "]", there.Port.Update(f.Time(there), nil).Snapshot})
	}
	for i := index; i >= first; i-- {
		r := &f.Records[i]
		if r.Kind.Waits() {
			s.wait = r
		}
		if r.Kind.Waits() || r.Kind == film.Replied {
			break
		}
	}
	return s
}
