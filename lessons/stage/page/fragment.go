package page

import (
	"encoding/json"

	"labo/lessons/evidence"
	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/figure"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
)

// message is what a browser receives of a record: the record itself, for what
// is drawn, and what is read of it, as HTML that [markup.F] has escaped.
type message struct {
	N      int             `json:"n"`
	Record json.RawMessage `json:"record"`
	HTML   string          `json:"html,omitempty"`
}

// renderer makes messages.
type renderer struct {
	figures markup.Figures
}

var actorClasses = map[evidence.Actor]string{
	evidence.Reader: "reader", evidence.Client: "client", evidence.Server: "server", evidence.Kernel: "kernel", evidence.Server2: "server",
}

// outcome is the sign of how an act ended, with its class.
type outcome struct{ Sign, Class string }

var outcomes = map[evidence.Outcome]outcome{
	evidence.Did: {"·", "plain"}, evidence.Worked: {"✓", "good"}, evidence.Failed: {"✗", "bad"}, evidence.Waiting: {"…", "plain"},
}

// message makes one of a record that was decoded.
func (r *renderer) message(n int, rec film.Record) message {
	line, err := json.Marshal(rec) // as it was made visible, not as it was read
	if err != nil {
		line = []byte("null")
	}
	return message{N: n, Record: line, HTML: r.html(&rec).String()}
}

func (r *renderer) farewell(n int, words string) message {
	rec, _ := json.Marshal(film.Record{Kind: film.Over})
	return message{N: n, Record: rec, HTML: markup.F(`<p class="ending"><strong>{}</strong></p>`, text.French(words)).String()}
}

// html returns what is read of a record, nothing for some.
func (r *renderer) html(rec *film.Record) (none markup.HTML) {
	switch rec.Kind {
	case film.Prose:
		return proseOf(rec.Blocks)
	case film.Event:
		return event(rec.Event.Shown())
	case film.Traced:
		return proseOf(rec.Program.Blocks())
	case film.Called:
		if e, ok := rec.Happened(); ok {
			return event(e)
		}
	case film.Evidence:
		e := rec.Evidence.Shown()
		return markup.F(`<div class="measured-now">{}{}</div>`, r.figures.Evidence(0, &e), markup.Each(e.Checks, func(check string) markup.HTML {
			return markup.F("<p class=\"check\">{}<code>{}</code></p>\n", text.French("Vérifiez vous-même : "), check)
		}))
	case film.Ask:
		return ask(rec.Question())
	case film.Answer:
		return answer(rec)
	case film.Watch:
		if rec.Title != "" {
			return markup.F(`<h2 class="watch">{}</h2>`, text.French(rec.Title))
		}
	case film.Limit:
		return markup.F(`<p class="note"><strong>{}</strong></p>`, text.French(rec.Title))
	case film.Outline:
		return markup.F("<nav class=\"outline\" aria-label=\"Scènes\"><h2>Quelle scène{}</h2><ol>\n{}</ol></nav>", text.French(" ?"), markup.Each(rec.Scenes, outlined))
	case film.End:
		if rec.Title != "" {
			none = markup.F(`<h2 class="ending">{}</h2>`, text.French(rec.Title))
		}
		return markup.F("{}{}", none, markup.If(len(rec.Blocks) > 0, proseOf(rec.Blocks)))
	case film.Replied:
		return replied(rec)
	case film.Port:
		return port(rec.Port)
	case film.Facing:
		return markup.F(`<section class="facing"><h3>{}</h3>{}</section>`, markup.Say("Chez %s", rec.Title), port(rec.Port))
	}
	return none
}

func proseOf(blocks []prose.Block) markup.HTML {
	return markup.F(`<div class="prose">{}</div>`, markup.Blocks(blocks))
}

func event(e evidence.Event) markup.HTML {
	var b markup.Builder
	b.F(`<div class="event">`)
	if e.What != "" {
		b.F(`<p class="what">`)
		if from := figure.ActorWords(e.From); from != "" {
			b.F(`<b class="{}">{}</b>`, actorClasses[e.From], from)
			if to := figure.ActorWords(e.To); to != "" {
				b.F(` → <b class="{}">{}</b>`, actorClasses[e.To], to)
			}
			b.F("{}", text.French(" : "))
		}
		b.F("{}</p>\n", text.French(e.What))
	}
	if e.Detail != "" {
		sign := outcomes[e.Outcome]
		b.F(`<p class="detail"><span class="{}">{}</span> {}`, sign.Class, sign.Sign, text.French(e.Detail))
		if e.Source != "" {
			b.F(` <span class="source">[{}]</span>`, evidence.Means(e.Source))
		}
		b.F("</p>\n")
	}
	b.F("</div>")
	return b.HTML()
}

func ask(q scene.Question) markup.HTML {
	var b markup.Builder
	b.F("<section class=\"prediction open\" aria-label=\"Prédiction\"><h2>Prédiction</h2>\n{}\n<form class=\"ask\"><fieldset disabled><legend class=\"unseen\">Votre prédiction</legend>\n", markup.Blocks(q.Blocks))
	for i, o := range q.Options {
		b.F("<label class=\"option\"><input type=\"radio\" name=\"option\" value=\"{}\"> <b>{}</b> <span>{}</span></label>\n", i, i+1, markup.Pieces(o.Spans))
	}
	b.F("</fieldset></form></section>")
	return b.HTML()
}

// answer tells what the measurement says, to a reader or to a class.
func answer(r *film.Record) markup.HTML {
	a := r.Outcome()
	class, words := "open", a.Verdict()
	if said, voted := r.Verdict(); voted {
		words = said
	} else if a.Right >= 0 && a.Chosen >= 0 {
		class = map[bool]string{true: "good", false: "other"}[a.Right == a.Chosen]
	}
	return markup.F(`<p class="answer {}"><strong>{}</strong></p>`, class, text.French(words))
}

func outlined(s film.Scene) markup.HTML {
	done := markup.HTML{}
	if s.Done != "" {
		done = markup.F(` <span class="done">✓ {}</span>`, text.French(s.Done))
	}
	return markup.F("<li><button type=\"button\" data-scene=\"{}\" disabled>{}</button>{}</li>\n", s.ID, text.French(s.Title), done)
}

// replied shows what the reader answered.
func replied(rec *film.Record) (none markup.HTML) {
	if line := rec.Reply.Line; line != nil && *line != "" {
		return markup.F(`<p class="typed"><b>vous</b> › <span class="line">{}</span></p>`, text.Spaced(text.Visible(*line)))
	}
	if n, option := rec.Chose(); option != nil {
		return markup.F(`<p class="typed"><b>vous</b> › {} <span>({})</span></p>`, n, markup.Pieces(option.Spans))
	}
	return none
}

// port is the table of the port, or why there is none.
func port(p *film.Snapshot) markup.HTML {
	if p.Error != "" {
		return markup.F(`<p class="empty">La table n'a pas pu être lue{}{}.</p>`, text.French(" : "), text.French(p.Error))
	}
	table := evidence.Table{Empty: "aucune ligne"}
	for i := range p.Sockets {
		table.Rows = append(table.Rows, p.Sockets[i].Probe())
	}
	var b markup.Builder
	b.F("{}", markup.Sockets(&table))
	if p.Lost > 0 {
		b.F(`<p class="note">{} autres lignes ne sont pas montrées.</p>`, p.Lost)
	}
	b.F("{}\n<p class=\"source\">{}</p>", markup.Each(p.Notes, func(note string) markup.HTML { return markup.F(`<p class="note">{}</p>`, text.French(note)) }), p.Source)
	return b.HTML()
}

// notesOf are an instructor's of a scene, and what comes next.
func notesOf(notes []prose.Block, next string) markup.HTML {
	shown := proseOf(notes)
	if len(notes) == 0 {
		shown = markup.F(`<p class="empty">Pas de notes pour cette scène.</p>`)
	}
	if next == "" {
		return markup.F("{}\n", shown)
	}
	return markup.F("{}\n<p class=\"next\">Ensuite{}{}</p>", shown, text.French(" : "), text.French(next))
}
