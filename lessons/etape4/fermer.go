package etape4

import (
	"context"
	"errors"
	"fmt"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// fermerProprement: question 3, why connections are closed properly.
func fermerProprement(ctx context.Context, b *bench.Bench) {
	b.Say("")
	answer := b.Write("question")
	orderly(ctx, b)
	halfClose(ctx, b)
	b.Pause()
	unread(ctx, b)
	killed(ctx, b)
	b.Pause()
	leak(ctx, b)
	answer.Compare("reponse")
	b.Explain("suite")
}

// orderly closes two connections, in both orders.
func orderly(ctx context.Context, b *bench.Bench) {
	p := b.Predict("prediction").Apart()
	clientFirst := closeIn(ctx, b, false)
	serverFirst := closeIn(ctx, b, true)
	one, two := clientFirst[len(clientFirst)-1], serverFirst[len(serverFirst)-1]
	measured := fmt.Sprintf("client d'abord : client %s, serveur %s ; serveur d'abord : client %s, serveur %s",
		stateOr(one.Client), stateOr(one.Server), stateOr(two.Client), stateOr(two.Server))
	tw := probe.TimeWait
	switch {
	case probe.Survey(b.Server, one.Snapshot).MemoryUnseen:
		p.Leave("ce système ne montre pas les souvenirs (TIME-WAIT)")
	case one.Client == tw && one.Server != tw && two.Server == tw && two.Client != tw:
		p.Settle("premier", measured)
		b.Say("ordre")
		return
	case one.Server == tw && two.Server == tw && one.Client != tw && two.Client != tw:
		p.Settle("serveur", measured)
	case one.Client == tw && one.Server == tw:
		p.Settle("deux", measured)
	default:
		p.Settle("", measured)
	}
	b.Say("ordre-autrement")
}

// closeIn closes a connection in one order and shows the states as they pass.
func closeIn(ctx context.Context, b *bench.Bench, serverFirst bool) []demo.Passing {
	passed, port, err := demo.CloseOrderly(ctx, serverFirst)
	b.Must(err, "fermer une connexion")
	who, other := "le client", "le serveur"
	if serverFirst {
		who, other = other, who
	}
	acts := []string{"connexion ouverte", who + " ferme", other + " ferme"}
	values := make([]evidence.Value, len(passed))
	for i, p := range passed {
		values[i] = evidence.Value{Label: acts[i], Text: fmt.Sprintf("client %s, serveur %s", stateOr(p.Client), stateOr(p.Server))}
	}
	last := passed[len(passed)-1].Snapshot
	b.Show(evidence.Evidence{
		Title: "Fermeture : " + who + " d'abord", At: last.TakenAt, Source: last.Source.String(), Values: values,
	})
	kernelOf(b, port, last)
	return passed
}

// stateOr names a state, or says that no row is there.
func stateOr(s probe.State) string {
	if s == probe.StateUnknown {
		return "sans ligne"
	}
	return s.String()
}

// halfClose: one way closed, the other still open.
func halfClose(ctx context.Context, b *bench.Bench) {
	const word = "encore un mot"
	p, got, err := demo.HalfClose(ctx, word)
	b.Must(err, "fermer un seul sens")
	b.Event(evidence.Event{
		From: evidence.Client, To: evidence.Server, What: "shutdown(SHUT_WR)", Outcome: evidence.Did,
		Detail: fmt.Sprintf("client %s, serveur %s", stateOr(p.Client), stateOr(p.Server)), Source: p.Snapshot.Source.String(),
	})
	b.Event(evidence.Event{
		From: evidence.Server, To: evidence.Client, What: "sendall, après le FIN du client", Outcome: evidence.Worked,
		Detail: "le client reçoit « " + text.Visible(got) + " »", Source: "valeur rendue par recv()",
	})
	b.Say("demi")
}

// unread: a server that closes without having read all.
func unread(ctx context.Context, b *bench.Bench) {
	const message = "merci de me lire"
	p := b.Predict("prediction-non-lu").Apart()
	u, err := demo.CloseUnread(ctx, message)
	b.Must(err, "fermer sans lire")
	b.Event(evidence.Returned(evidence.Client, "sendall « "+message+" »", "send", act.Handed(u.Sent)))
	b.Event(evidence.Event{From: evidence.Server, To: evidence.Kernel, What: "close(), sans recv()", Outcome: evidence.Did})
	e := evidence.Read(evidence.Client, "rend 0 octet : une fin ordinaire (FIN)", evidence.Did)
	if u.Err != nil {
		e.Outcome, e.Detail, e.Source = evidence.Failed, act.Said(u.Err), "errno de recv()"
	}
	b.Event(e)
	b.Set("erreur", fault.Errno(u.Err))
	if u.Err == nil {
		p.Settle("fin", "recv() rend 0 octet")
		b.Say("non-lu-autrement")
		return
	}
	p.Settle("erreur", "recv() "+act.Said(u.Err))
	b.Say("non-lu")
}

// killed: the kernel closes for a process that cannot.
func killed(ctx context.Context, b *bench.Bench) {
	l, err := chat.Listen(ctx, b.Server)
	b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
	defer l.Close()
	child, err := demo.StartChild(ctx, b.Self, "client", fmt.Sprint(b.Port))
	b.Must(err, "lancer un client dans un autre processus")
	defer child.Kill()
	conn := act.Accept(b, l, act.EndOf(b, child.PID))
	defer demo.Abort(conn)
	child.Kill()
	b.Event(evidence.Event{From: evidence.Reader, To: evidence.Client, What: fmt.Sprintf("fin brutale du client, processus %d", child.PID), Detail: "le processus a fini : " + child.End(), Source: "wait()"})
	conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	n, err := conn.Read(make([]byte, 1))
	how := act.Farewell(n, err)
	b.Event(evidence.Read(evidence.Server, how, evidence.Did))
	b.Kernel(b.Until("la confirmation du FIN", func(s *probe.Snapshot) bool { return len(act.InState(s, probe.FinWait1)) == 0 }))
	b.Set("adieu", how)
	b.Say("tue")
}

// leak: a server that forgets to close, until it can accept no more.
func leak(ctx context.Context, b *bench.Bench) {
	const limit = 32
	b.Set("limite", limit)
	p := b.Predict("prediction-fuite").Apart()
	k, err := demo.StartLeak(ctx, b.Self, limit)
	if errors.Is(err, errors.ErrUnsupported) {
		p.Leave("ce système ne limite pas les descripteurs d'un processus")
		b.Say("fuite-impossible")
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
		b.Say("fuite")
	case k.Queued > 0:
		p.Settle("connecte", measured)
		b.Say("fuite-large")
	case k.Waits:
		p.Settle("attend", measured)
		b.Say("fuite-large")
	default:
		p.Settle("", measured)
		b.Say("fuite-large")
	}
	b.Pause() // while the leaking server is there to be looked at
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
