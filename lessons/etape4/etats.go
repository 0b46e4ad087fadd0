package etape4

import (
	"context"
	"errors"
	"fmt"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// onzeEtats: each state of TCP, made for real, as `labo etats` does.
func onzeEtats(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction").Apart()
	var reached []probe.State
	var values []evidence.Value
	begun := time.Now()
	source := probe.Auto
	for i, state := range demo.Eleven {
		b.Measuring(state.String(), i+1, len(demo.Eleven))
		v := evidence.Value{Label: state.String()}
		m, err := demo.MakeState(ctx, state)
		missing, notHereErr := errors.AsType[*demo.NotHereError](err)
		switch {
		case err == nil:
			reached = append(reached, state)
			source = m.Snapshot.Source
			v.Text = stateRow(m)
			m.Close()
		case ctx.Err() != nil:
			b.Stop(ctx.Err())
		case notHereErr:
			v.Text = act.NotHere(missing)
		default:
			v.Text = "n'a pas pu être fabriqué : " + act.Said(err)
		}
		values = append(values, v)
	}
	b.Show(evidence.Evidence{
		Title: "Onze états, fabriqués l'un après l'autre", At: begun, Source: source.String(), Values: values,
	})
	b.Set("vus", text.Plural(len(reached), "état"))
	measured := fmt.Sprintf("%s sur %d, en %s", text.Plural(len(reached), "état"), len(demo.Eleven), text.Duration(time.Since(begun)))
	switch n := len(reached); {
	case n == len(demo.Eleven):
		p.Settle("tous", measured)
	case n <= 3:
		p.Settle("trois", measured)
	default:
		p.Settle("partie", measured)
	}
	if len(reached) < len(demo.Eleven) {
		b.Say("autrement")
	}
	b.Say("dessin")
	b.Pause()
	b.Diagram(reached)
	b.Explain()
}

// stateRow says which socket was seen in a state.
func stateRow(m *demo.Made) string {
	if m.State == probe.Closed {
		return fmt.Sprintf("inode %d : absent de la table (lignes lues : %d)", m.Inode, len(m.Snapshot.Sockets))
	}
	s := m.Socket
	if !s.Remote.IsValid() {
		return s.Local.String()
	}
	return s.Local.String() + " ↔ " + s.Remote.String()
}
