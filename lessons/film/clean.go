package film

import (
	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/text"
)

// Bounds of the lists of a record.
const (
	maxBlocks  = 200
	maxItems   = 200
	maxOptions = 20
	maxScenes  = 200
)

func (h *Head) clean() {
	h.Title, h.Program, h.Machine = record.Clean(h.Title), record.Clean(h.Program), record.Clean(h.Machine)
}

// clean makes what was read what a view may show, and reports whether it is a
// record at all: one of a kind that is unknown here is, and tells nothing.
func (d *Decoder) clean(r *Record) bool {
	if r.Kind == "" {
		return false
	}
	d.micros = max(r.Micros, d.micros) // time does not go back
	r.Micros = d.micros
	r.Blocks, r.Options = blocks(r.Blocks), options(r.Options)
	r.Measured, r.Title, r.Prompt = record.Clean(r.Measured), record.Clean(r.Title), record.Clean(r.Prompt)
	r.Left = record.Clean(r.Left)
	r.LimitMS = max(r.LimitMS, 0)
	if r.Scene != nil {
		r.Scene.clean()
	}
	r.Scenes = r.Scenes[:min(len(r.Scenes), maxScenes)]
	for i := range r.Scenes {
		r.Scenes[i].clean()
	}
	if r.Reply != nil {
		r.Reply.clean()
	}
	if p := r.Port; p != nil {
		p.clean()
	}
	if r.Event != nil {
		*r.Event = record.OfEvent(r.Event.Shown())
	}
	if r.Evidence != nil {
		*r.Evidence = record.OfEvidence(r.Evidence.Shown())
	}
	return d.complete(r)
}

// complete reports whether a record has what its kind needs.
func (d *Decoder) complete(r *Record) bool {
	switch r.Kind {
	case Begin:
		d.asked, d.ballot = nil, nil
		return r.Scene != nil
	case Event:
		return r.Event != nil
	case Evidence:
		return r.Evidence != nil
	case Port, Facing:
		return r.Port != nil
	case Runtime:
		return r.Runtime != nil
	case Replied:
		if r.Reply == nil {
			r.Reply = &Reply{}
		}
		r.class, r.asked = d.ballot, d.asked
	case Ask:
		q := r.Question()
		d.asked, d.ballot = &q, nil
		return len(q.Options) > 0
	case Traced:
		return d.program(r.Program)
	case Called:
		return d.call(r)
	case Vote:
		if d.asked == nil || r.Ballot == nil || !r.Ballot.clean(len(d.asked.Options)) {
			return false
		}
		d.ballot = r.Ballot
	case Answer:
		if r.asked, r.class = d.asked, d.ballot; d.asked == nil {
			return false
		}
		r.Chosen, r.Right = within(r.Chosen, d.asked.Options), within(r.Right, d.asked.Options)
	}
	return true
}

func within(i *int, options []prose.Option) *int {
	if i == nil || *i < 0 || *i >= len(options) {
		return nil
	}
	return i
}

func (s *Scene) clean() {
	s.StepTitle, s.ID, s.Title, s.Done = record.Clean(s.StepTitle), record.Clean(s.ID), record.Clean(s.Title), record.Clean(s.Done)
	const most = 1000
	s.Step, s.Total = max(0, min(s.Step, most)), max(1, min(s.Total, most))
	s.Index, s.Further, s.TakesS = max(0, min(s.Index, s.Total-1)), max(0, min(s.Further, most)), max(0, min(s.TakesS, 24*3600))
}

func (r *Reply) clean() {
	if r.Line != nil {
		line := record.Clean(*r.Line)
		r.Line = &line
	}
	if r.Chosen != nil && (*r.Chosen < 0 || *r.Chosen >= maxOptions) {
		r.Chosen = nil
	}
	r.Jump, r.Scene, r.Ended = record.Clean(r.Jump), record.Clean(r.Scene), record.Clean(r.Ended)
}

func (p *Snapshot) clean() {
	p.Source, p.Error = record.Clean(p.Source), record.Clean(p.Error)
	if over := len(p.Sockets) - maxSockets; over > 0 {
		p.Sockets, p.Lost = p.Sockets[:maxSockets], p.Lost+over
	}
	for i := range p.Sockets {
		s := p.Sockets[i].Probe()
		p.Sockets[i] = record.Of(&s)
	}
	p.Notes = p.Notes[:min(len(p.Notes), maxItems)]
	for i, n := range p.Notes {
		p.Notes[i] = record.Clean(n)
	}
}

func blocks(in []prose.Block) []prose.Block {
	in = in[:min(len(in), maxBlocks)]
	for i := range in {
		b := &in[i]
		if b.Kind > prose.List {
			b.Kind = prose.Paragraph
		}
		b.Spans, b.Lang = spans(b.Spans), record.Clean(b.Lang)
		b.Items, b.Lines = b.Items[:min(len(b.Items), maxItems)], b.Lines[:min(len(b.Lines), maxItems)]
		for j := range b.Items {
			b.Items[j] = spans(b.Items[j])
		}
		for j, line := range b.Lines {
			b.Lines[j] = record.Clean(line)
		}
	}
	return in
}

func spans(in []prose.Span) []prose.Span {
	in = in[:min(len(in), maxItems)]
	for i := range in {
		in[i].Text = text.Visible(in[i].Text)
		if in[i].Style > prose.CodeSpan {
			in[i].Style = prose.Plain
		}
	}
	return in
}

func options(in []prose.Option) []prose.Option {
	in = in[:min(len(in), maxOptions)]
	for i := range in {
		in[i].ID, in[i].Spans = record.Clean(in[i].ID), spans(in[i].Spans)
	}
	return in
}
