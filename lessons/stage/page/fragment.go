package page

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/figure"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
	"labo/probe"
)

//go:embed fragments.html
var fragments string

// message is what a browser receives of a record: the record itself, for what
// is drawn, and what is read of it, as HTML that html/template has escaped.
type message struct {
	N      int             `json:"n"`
	Record json.RawMessage `json:"record"`
	HTML   string          `json:"html,omitempty"`
}

// renderer makes messages. It knows the last question.
type renderer struct {
	pages *template.Template
	asked scene.Question
	hands []int // of a class, nil for one reader
}

func newRenderer() *renderer {
	all := template.Must(markup.New("fragments", template.FuncMap{
		"actor":   figure.ActorName,
		"who":     func(a evidence.Actor) string { return actorClasses[a] },
		"sign":    func(o evidence.Outcome) outcome { return outcomes[o] },
		"visible": text.Visible,
		"spaced":  func(s string) string { return text.Spaced(text.Visible(s)) },
		"upper":   strings.ToUpper,
		"options": func(q scene.Question) []prose.Option { return q.Options },
		"add":     func(i, j int) int { return i + j },
		"measure": func(e evidence.Evidence) markup.Measure { return markup.Measure{Evidence: e} },
	}).Parse(fragments))
	return &renderer{pages: all}
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
	return message{N: n, Record: line, HTML: r.html(&rec)}
}

func (r *renderer) farewell(n int, words string) message {
	rec, _ := json.Marshal(film.Record{Kind: film.Over})
	return message{N: n, Record: rec, HTML: r.fragment("over", words)}
}

// html returns what is read of a record, "" for nothing.
func (r *renderer) html(rec *film.Record) string {
	switch rec.Kind {
	case film.Prose:
		return r.fragment("prose", rec.Blocks)
	case film.Event:
		return r.fragment("event", rec.Event.Shown())
	case film.Traced:
		return r.fragment("prose", rec.Program.Blocks())
	case film.Called:
		if e, ok := rec.Happened(); ok {
			return r.fragment("event", e)
		}
	case film.Evidence:
		return r.fragment("measured", rec.Evidence.Shown())
	case film.Ask:
		r.asked, r.hands = rec.Question(), nil
		return r.fragment("ask", r.asked)
	case film.Answer:
		return r.answer(rec.Outcome())
	case film.Vote:
		r.hands = rec.Hands
	case film.Watch:
		return r.fragment("watch", rec.Title)
	case film.Outline:
		return r.fragment("outline", rec.Scenes)
	case film.End:
		return r.fragment("end", rec)
	case film.Replied:
		return r.replied(rec.Reply)
	case film.Port:
		var rows []probe.Socket
		for i := range rec.Port.Sockets {
			rows = append(rows, rec.Port.Sockets[i].Probe())
		}
		return r.fragment("port", struct {
			*film.Snapshot
			Table *evidence.Table
		}{rec.Port, &evidence.Table{Rows: rows, Empty: "aucune ligne"}})
	}
	return ""
}

// answer tells what the measurement says, to a reader or to a class.
func (r *renderer) answer(a scene.Answer) string {
	total := 0
	for _, n := range r.hands {
		total += n
	}
	if total == 0 {
		return r.fragment("answer", a)
	}
	said := a
	said.Chosen = -1 // a class has no choice of its own
	words := said.Verdict()
	if a.Right >= 0 && a.Right < len(r.hands) {
		words += " " + text.Plural(r.hands[a.Right], "voix") + " sur " + text.Number(total) + " pour cette réponse."
	}
	return r.fragment("settled", words)
}

// replied shows what the reader answered.
func (r *renderer) replied(reply *film.Reply) string {
	switch {
	case reply.Line != nil && *reply.Line != "":
		return r.fragment("typed", *reply.Line)
	case reply.Chosen != nil && *reply.Chosen < len(r.asked.Options):
		return r.fragment("chosen", struct {
			Number int
			Option prose.Option
		}{*reply.Chosen + 1, r.asked.Options[*reply.Chosen]})
	}
	return ""
}

func (r *renderer) fragment(name string, data any) string {
	var b strings.Builder
	if err := r.pages.ExecuteTemplate(&b, name, data); err != nil {
		panic(err) // a mistake in fragments.html
	}
	return b.String()
}
