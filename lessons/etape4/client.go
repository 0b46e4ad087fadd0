package etape4

import (
	"context"
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

// clientAvantServeur: question 5, the client before the server.
func clientAvantServeur(ctx context.Context, b *bench.Bench) {
	b.Write("question")
	refusals(ctx, b)
	b.Pause()
	retries(ctx, b)
	b.Pause()
	b.Compare("client-avant-serveur", "question", "reponse")
	b.Explain("suite")
}

// refusals measures how the system answers a client that comes too early.
func refusals(ctx context.Context, b *bench.Bench) {
	const wanted, budget = 1000, 3 * time.Second
	p := b.Predict("prediction")
	r, err := demo.Refuse(ctx, b.Server, wanted, budget)
	b.Must(err, "essayer de se connecter")
	values := []evidence.Value{
		{Label: "essais", Text: text.Plural(r.Tries, "essai")},
		{Label: "refusés", Text: text.Plural(r.Refused, "essai")},
	}
	if r.Refused > 0 {
		values = append(values,
			evidence.Value{Label: "durée médiane", Text: text.Duration(r.Median)},
			evidence.Value{Label: "la plus courte", Text: text.Duration(r.Fastest)},
			evidence.Value{Label: "la plus longue", Text: text.Duration(r.Slowest)},
			evidence.Value{Label: "erreur", Text: fault.Errno(r.Err)})
	}
	b.Show(evidence.Evidence{
		Title: "Des clients sans serveur", Source: "valeur rendue par connect()", Values: values,
	})
	b.Set("essais", r.Tries)
	b.Set("mediane", text.Duration(r.Median))
	b.Set("erreur", fault.Errno(r.Err))
	measured := fmt.Sprintf("%s sur %d", text.Plural(r.Refused, "refus"), r.Tries)
	if r.Refused == 0 || r.Refused < r.Tries {
		p.Settle("", measured)
		b.Undisturbed()
		a := act.Connect(ctx, b)
		defer demo.Abort(a.Conn)
		b.Set("refuses", text.Plural(r.Refused, "refus"))
		b.Set("constat", "refusé, cette fois")
		if !a.Refused() {
			b.Set("constat", act.Unrefused(ctx, b, a))
		}
		b.Say("sans-refus")
		return
	}
	p.Settle("refus", measured+", en "+text.Duration(r.Median)+" pour la médiane")
	b.Say("refus")
}

// filePleine: a full queue is not a refusal.
func filePleine(ctx context.Context, b *bench.Bench) {
	backlog := bench.Anew(b, 1, 2, 3)
	most := backlog + 3
	b.Set("backlog", backlog)
	b.Set("juste", map[bool]string{true: "un seul", false: text.InWords(backlog)}[backlog == 1])
	b.Set("plus", text.InWords(backlog+1))
	b.Set("venus", text.InWords(most))
	b.Say("")
	p := b.Predict("prediction")
	q, err := demo.FillQueue(ctx, b.Server, backlog, most)
	b.Must(err, "remplir la file d'attente")
	defer q.Close()
	in := len(q.Clients)
	for i := range in {
		b.Event(evidence.Returned(evidence.Client, fmt.Sprintf("connect, client %d", i+1), "connect", "connecté, sans accept()"))
	}
	if in > 0 {
		spokenInQueue(b, q)
	}
	b.Set("clients", text.Plural(in, "client"))
	options := map[int]string{0: "aucun", backlog: "un", backlog + 1: "deux", most: "tous"}
	measured := text.Plural(in, "connexion") + " sans accept()"
	b.Undisturbed()
	switch {
	case q.Waits():
		queueWaits(b, q)
		p.Settle(options[in], measured+" ; le client suivant attend")
		b.Pause()
		b.Explain("explication")
	case q.Last != nil:
		b.Event(evidence.Refused(evidence.Client, fmt.Sprintf("connect, client %d", in+1), "connect", act.Outcome(*q.Last)))
		b.Kernel(b.Sockets())
		b.Set("dernier", act.Outcome(*q.Last))
		p.Settle(options[in], measured+" ; le client suivant n'est pas reçu")
		b.Explain("refuse")
	default:
		b.Kernel(b.Sockets())
		p.Settle(options[in], measured)
		b.Explain("large")
	}
}

// spokenInQueue has the first client speak: nobody has accepted it, and its
// message waits in the kernel.
func spokenInQueue(b *bench.Bench, q *demo.Queue) {
	const message = "bonjour"
	b.Set("message", message)
	n, err := q.Speak(message)
	b.Must(err, "envoyer un message")
	b.Event(evidence.Returned(evidence.Client, "send « "+message+" », client 1", "send", act.Handed(n)))
	b.Until("l'arrivée du message", func(s *probe.Snapshot) bool {
		for _, sock := range s.Sockets {
			if sock.Local == q.At && sock.State == probe.Established && (!sock.RecvQueue.Known || int(sock.RecvQueue.Value) >= n) {
				return true
			}
		}
		return false
	})
}

// queueWaits shows the client that is not let in, and that its kernel sends
// its request again.
func queueWaits(b *bench.Bench, q *demo.Queue) {
	next := fmt.Sprintf("connect, client %d", len(q.Clients)+1)
	b.Event(evidence.Event{From: evidence.Client, To: evidence.Kernel, What: next, Outcome: evidence.Waiting, Detail: "ni connecté ni refusé : l'appel attend toujours"})
	resent := b.Until("le nouvel envoi de la demande", func(s *probe.Snapshot) bool {
		sock, ok := q.Waiting(s)
		return !ok || !sock.Timer.Known || sock.Timer.Value.Retransmits > 0
	})
	b.Kernel(resent)
	sock, ok := q.Waiting(resent)
	if !ok || !sock.Timer.Known {
		b.Set("renvois", "un nombre de fois que ce système ne montre pas")
		return
	}
	b.Set("renvois", fmt.Sprintf("%d fois", sock.Timer.Value.Retransmits))
}

// retries: a client that tries again until the server is there. Where it is not
// let in then either, a few times, it gives up.
func retries(ctx context.Context, b *bench.Bench) {
	const pause, alone, most = 100 * time.Millisecond, 3, 8
	b.Say("reessayer")
	begun := time.Now()
	var a demo.Attempt
	for n := 1; n <= most; n++ {
		a = demo.Connect(ctx, b.Server, time.Second)
		b.Stop(ctx.Err())
		b.Set("essais-patient", text.Plural(n, "essai"))
		b.Set("essais-duree", text.Duration(time.Since(begun)))
		e := evidence.Refused(evidence.Client, fmt.Sprintf("connect, essai %d", n), "connect", act.Outcome(a))
		if a.Err == nil {
			defer demo.Abort(a.Conn)
			e.Outcome, e.Source = evidence.Worked, "valeur rendue par connect()"
		}
		b.Event(e)
		if a.Err == nil {
			b.Undisturbed()
			b.Say("reessaye")
			return
		}
		if n == alone {
			l, err := chat.Listen(ctx, b.Server)
			b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
			defer l.Close()
			b.Event(evidence.Event{From: evidence.Server, To: evidence.Kernel, What: "bind, listen", Outcome: evidence.Worked, Detail: "le serveur est là"})
		}
		b.Sleep(pause)
	}
	b.Undisturbed()
	b.Set("constat", act.Outcome(a))
	b.Say("reessaye-autrement")
}
