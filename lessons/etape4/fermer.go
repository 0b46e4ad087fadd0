package etape4

import (
	"context"
	"errors"
	"fmt"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// fermerProprement: question 3, why connections are closed properly; and what
// the order of the two close() changes.
func fermerProprement(ctx context.Context, b *bench.Bench) {
	b.Write("question")
	p := b.Predict("prediction").Apart()
	b.Measuring("le client ferme d'abord", 1, 2)
	clientFirst, one := closeIn(ctx, b, false)
	b.Measuring("le serveur ferme d'abord", 2, 2)
	serverFirst, two := closeIn(ctx, b, true)
	b.Show(evidence.Evidence{Title: "Fermer, dans les deux ordres", At: two.Snapshot.TakenAt, Source: two.Snapshot.Source.String(), Values: append(clientFirst, serverFirst...)})
	b.Beside(two.Port)
	measured := "TIME-WAIT " + remembers(one) + ", puis " + remembers(two)
	tw := probe.TimeWait
	switch {
	case probe.Survey(b.Server, one.Snapshot).MemoryUnseen:
		p.Leave("ce système ne montre pas les souvenirs (TIME-WAIT)")
	case one.Client == tw && one.Server != tw && two.Server == tw && two.Client != tw:
		p.Settle("premier", measured)
		b.Explain("ordre")
		return
	case one.Server == tw && two.Server == tw && one.Client != tw && two.Client != tw:
		p.Settle("serveur", measured)
	case one.Client == tw && one.Server == tw:
		p.Settle("deux", measured)
	default:
		p.Settle("", measured)
	}
	b.Explain("ordre-autrement")
}

// closeIn closes a connection in one order. It returns the states as they
// passed, in words, and the last.
func closeIn(ctx context.Context, b *bench.Bench, serverFirst bool) (values []evidence.Value, last demo.Passing) {
	passed, err := demo.CloseOrderly(ctx, serverFirst)
	b.Must(err, "fermer une connexion")
	acts := []string{"le client ferme", "puis le serveur"}
	if serverFirst {
		acts = []string{"le serveur ferme", "puis le client"}
	}
	for i, p := range passed[1:] { // before, both were ESTABLISHED
		values = append(values, evidence.Value{Label: acts[i], Text: fmt.Sprintf("client %s, serveur %s", stateOr(p.Client), stateOr(p.Server))})
	}
	last = passed[len(passed)-1]
	return values, last
}

// remembers says which side has the memory of a connection.
func remembers(p demo.Passing) string {
	switch client, server := p.Client == probe.TimeWait, p.Server == probe.TimeWait; {
	case client && server:
		return "des deux côtés"
	case client:
		return "chez le client"
	case server:
		return "chez le serveur"
	}
	return "nulle part"
}

// stateOr names a state, or says that no row is there.
func stateOr(s probe.State) string {
	if s == probe.StateUnknown {
		return "sans ligne"
	}
	return s.String()
}

// unSeulSens: one way closed, the other still open.
func unSeulSens(ctx context.Context, b *bench.Bench) {
	const word = "encore un mot"
	b.Say("")
	asked := b.Predict("prediction").Apart()
	p, got, err := demo.HalfClose(ctx, word)
	b.Must(err, "fermer un seul sens")
	b.Event(evidence.Event{
		From: evidence.Client, To: evidence.Server, What: "shutdown(SHUT_WR)", Outcome: evidence.Did,
		Detail: fmt.Sprintf("client %s, serveur %s", stateOr(p.Client), stateOr(p.Server)), Source: p.Snapshot.Source.String(),
	})
	kernelOf(b, p.Port, p.Snapshot)
	b.Event(evidence.Event{
		From: evidence.Server, To: evidence.Client, What: "sendall, après le FIN du client", Outcome: evidence.Worked,
		Detail: "le client reçoit « " + text.Visible(got) + " »", Source: "valeur rendue par recv()",
	})
	if got != word {
		asked.Settle("perdu", "le client n'a pas reçu « "+word+" »")
		b.ExplainUsual(false, "explication")
		return
	}
	asked.Settle("recoit", "le client a reçu « "+text.Visible(got)+" »")
	b.Explain("explication")
}

// fermerSansLire: a server that closes without having read all; and question 3
// again.
func fermerSansLire(ctx context.Context, b *bench.Bench) {
	const message = "merci de me lire"
	b.Say("")
	p := b.Predict("prediction").Apart()
	u, err := demo.CloseUnread(ctx, message)
	b.Must(err, "fermer sans lire")
	b.Event(evidence.Returned(evidence.Client, "sendall « "+message+" »", "send", act.Handed(u.Sent)))
	kernelOf(b, u.Before.Port, u.Before.Snapshot)
	b.Event(evidence.Event{From: evidence.Server, To: evidence.Kernel, What: "close(), sans recv()", Outcome: evidence.Did})
	e := evidence.Read(evidence.Client, "rend 0 octet : une fin ordinaire (FIN)", evidence.Did)
	if u.Err != nil {
		e.Outcome, e.Detail, e.Source = evidence.Failed, act.Said(u.Err), "errno de recv()"
	}
	b.Event(e)
	b.Set("erreur", fault.Errno(u.Err))
	if u.Err == nil {
		p.Settle("fin", "recv() rend 0 octet")
		b.Say("autrement")
	} else {
		p.Settle("erreur", "recv() "+act.Said(u.Err))
		b.Say("explication")
	}
	b.Pause()
	b.Compare("fermer-proprement", "question", "reponse")
	b.Explain("suite")
}

// oubliDeFermer: a server that forgets to close, until it can accept no more.
func oubliDeFermer(ctx context.Context, b *bench.Bench) {
	limit := bench.Anew(b, 32, 24, 40)
	b.Set("limite", limit)
	b.Say("")
	p := b.Predict("prediction").Apart()
	k, err := demo.StartLeak(ctx, b.Self, limit)
	if errors.Is(err, errors.ErrUnsupported) {
		p.Leave("ce système ne limite pas les descripteurs d'un processus")
		b.Explain("impossible")
		return
	}
	b.Must(err, "jouer la fuite")
	defer k.Close()
	b.Show(evidence.Evidence{
		Title: "Un serveur qui oublie close()", Source: act.DescriptorSource(), Chart: leakChart(k), Checks: act.DescriptorCheck(k.PID),
	})
	b.Event(evidence.Refused(evidence.Server, "accept()", "accept", "échoue avec "+k.Refusal))
	late, gone := lateOnly(k)
	kernelOf(b, k.At.Port(), late, gone...)
	served := len(k.Samples)
	b.Set("servis", text.Plural(served, "client"))
	b.Set("erreur", k.Refusal)
	b.Set("tardifs", text.Plural(k.Queued, "client"))
	measured := text.Plural(k.Queued, "connexion") + " de plus, que personne ne sert"
	if k.Waits {
		measured += " ; puis un client sans réponse"
	}
	switch {
	case k.Queued > 0 && k.Waits:
		p.Settle("connecte", measured)
		b.Explain("explication")
		return
	case k.Queued > 0:
		p.Settle("connecte", measured)
	case k.Waits:
		p.Settle("attend", measured)
	default:
		p.Settle("", measured)
	}
	b.Explain("autrement")
}

// leakChart draws the descriptors and the CLOSE-WAIT of a leaking server.
func leakChart(k *demo.Leak) *evidence.Chart {
	c := &evidence.Chart{X: "clients passés", Y: "nombre"}
	fds := evidence.Curve{Label: "descripteurs du serveur"}
	waits := evidence.Curve{Label: "sockets en CLOSE-WAIT", Source: k.Snapshot.Source.String()}
	const points = 6
	step := max((len(k.Samples)-1)/(points-1), 1)
	for i := 0; i < len(k.Samples); i += step {
		if i+step >= len(k.Samples) {
			i = len(k.Samples) - 1
		}
		s := k.Samples[i]
		c.Ticks = append(c.Ticks, fmt.Sprint(s.Clients))
		fds.Points = append(fds.Points, probe.Maybe[float64]{Value: float64(s.FDs.Value), Known: s.FDs.Known})
		waits.Points = append(waits.Points, probe.Known(float64(s.CloseWait)))
	}
	c.Curves = []evidence.Curve{fds, waits}
	return c
}

// lateOnly leaves out of the table the clients that are gone, which the chart
// has counted, and says so.
func lateOnly(k *demo.Leak) (late *probe.Snapshot, notes []string) {
	s := *k.Snapshot
	s.Sockets = act.InState(k.Snapshot, probe.Listen, probe.Established, probe.SynSent)
	if gone := len(k.Snapshot.Sockets) - len(s.Sockets); gone > 0 {
		notes = []string{"labo laisse de côté " + text.Plural(gone, "ligne") + " des clients déjà partis (CLOSE-WAIT et FIN-WAIT-2)."}
	}
	return &s, notes
}
