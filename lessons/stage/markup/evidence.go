package markup

import (
	"fmt"

	"labo/lessons/evidence"
	"labo/lessons/text"
)

// Figures numbers the drawings of one page, which are named for those who do not
// see them.
type Figures int

func (f *Figures) next() string {
	*f++
	return fmt.Sprintf("figure-%d", *f)
}

// Sequence draws what happened in a scene of that title.
func (f *Figures) Sequence(title string, events []evidence.Event) HTML {
	return sequence(f.next(), title, events).html()
}

// Evidence is a measurement, with its number in its scene; 0 where it has none.
func (f *Figures) Evidence(number int, e *evidence.Evidence) HTML {
	var b Builder
	b.F("<section class=\"evidence\">\n")
	source, then := e.Source, HTML{}
	if number > 0 {
		b.F(`<h4><span class="number">Mesure {} ·</span> {}</h4>`, number, text.French(e.Title))
	} else {
		b.F("<h2>{}</h2>", text.French(e.Title))
		source = evidence.Means(source)
		if len(e.Checks) == 0 {
			then = F("c'était vrai à ")
		}
	}
	b.F("\n<p class=\"source\">{}, {}<time datetime=\"{}\">{}</time></p>\n", source, then, e.At.Format("2006-01-02T15:04:05.000Z07:00"), text.Clock(e.At))
	if len(e.Values) > 0 {
		b.F("<table class=\"values\"><thead class=\"unseen\"><tr><th scope=\"col\">mesure</th><th scope=\"col\">valeur</th></tr></thead><tbody>\n{}</tbody></table>\n", Each(e.Values, value))
	}
	if e.Chart != nil {
		head, rows := ChartTable(e.Chart)
		b.F("<figure><div class=\"wide\" tabindex=\"0\">{}</div>\n<table class=\"numbers\"><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></figure>\n",
			chart(f.next(), e).html(), Each(head, column), Each(rows, func(cells []string) HTML { return row("", cells) }))
	}
	if e.Sockets != nil {
		b.F("{}", Sockets(e.Sockets))
	}
	for _, note := range e.Notes {
		b.F("<p class=\"note\">Note{}{}</p>\n", text.French(" : "), text.French(note))
	}
	b.F("\n</section>\n")
	return b.HTML()
}

func value(v evidence.Value) HTML {
	source := HTML{}
	if v.Source != "" {
		source = F(` <span class="source">({})</span>`, v.Source)
	}
	if v.Label == "" {
		return F("<tr><td colspan=\"2\">{}{}</td></tr>\n", text.French(v.Text), source)
	}
	return F("<tr><th scope=\"row\">{}</th><td>{}{}</td></tr>\n", text.French(v.Label), text.French(v.Text), source)
}

// Sockets is a table of sockets, or why it has none.
func Sockets(t *evidence.Table) HTML {
	if len(t.Rows) == 0 {
		return F("<p class=\"empty\">{}.</p>\n", Capital(text.French(t.Empty)))
	}
	head, rows := SocketTable(t)
	return F("<div class=\"wide\" tabindex=\"0\"><table class=\"sockets\"><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></div>\n",
		Each(head, column), Each(rows, func(r SocketRow) HTML { return row("state "+StateClass(r.State), r.Cells) }))
}

func column(name string) HTML { return F(`<th scope="col">{}</th>`, name) }

// row is one of a table, whose first cell names it and may have a class.
func row(class string, cells []string) HTML {
	var b Builder
	b.F("<tr>")
	for i, c := range cells {
		switch {
		case i > 0:
			b.F("<td>{}</td>", c)
		case class != "":
			b.F(`<th scope="row" class="{}">{}</th>`, class, c)
		default:
			b.F(`<th scope="row">{}</th>`, c)
		}
	}
	b.F("</tr>\n")
	return b.HTML()
}
