// Package etape3 is the conversation in both directions, and its threads.
package etape3

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

// Step returns the scenes, in their order.
func Step() bench.Step {
	return bench.Step{Number: 3, Scenes: []bench.Scene{
		{ID: "une-seule-ligne", Run: uneSeuleLigne},
		{ID: "deux-fils", Run: deuxFils},
		{ID: "ecrire-un-thread", Run: act.Fill("serveur2.py", 1, 2)},
		{ID: "ecrire-deux-threads", Run: act.Fill("serveur2.py", 3, 6)},
		{ID: "ecrire-client2", Run: act.Fill("client2.py", 1, 6)},
		{ID: "conversation", Run: conversation},
		{ID: "un-seul-exit", Run: unSeulExit},
		{ID: "lautre-meurt", Run: lautreMeurt},
		{ID: "a-vous-deux", Run: aVousDeux},
	}}
}

// uneSeuleLigne: a program with one line of execution reads the keyboard or
// the network, never both.
func uneSeuleLigne(ctx context.Context, b *bench.Bench) {
	question := bench.Anew(b, "tu es là ?", "ça avance ?", "quelle heure est-il ?")
	b.Set("message", question)
	b.Say("")
	p := b.Predict("prediction").Apart()
	k := act.NewPair(ctx, b)
	defer k.Cut()
	keyboard := make(chan string)
	one := takeTurns(ctx, k, keyboard)
	b.Event(evidence.Event{From: evidence.Server, What: "input(\">>> \")", Outcome: evidence.Waiting, Detail: "le programme attend le clavier"})
	k.Send(question)
	b.Kernel(k.Arrived(len(question)))
	arrived := time.Now()
	b.Sleep(b.ReadingTime(time.Second, 200*time.Millisecond))
	select {
	case <-one: // read before anything was typed
		p.Settle("aussitot", "recv() a rendu la main avant le clavier")
		b.Set("attente", text.Duration(time.Since(arrived)))
		b.ExplainUsual(false, "explication")
		return
	default:
	}
	script := []string{"oui, me voilà"}
	line, _ := b.Input("Votre réponse, au clavier du serveur", &script)
	select {
	case keyboard <- line:
	case <-ctx.Done():
		b.Stop(ctx.Err())
	}
	b.Event(evidence.Event{From: evidence.Reader, To: evidence.Server, What: "Entrée", Detail: "input() rend la main, le programme passe à recv()"})
	select {
	case got := <-one:
		b.Must(got.err, "lire le message")
		waited := got.at.Sub(arrived)
		b.Event(act.Received(len(got.data), got.data))
		b.Set("attente", text.Duration(waited))
		p.Settle("apres", "lu après l'appui sur Entrée ; il attendait depuis "+text.Duration(waited))
	case <-time.After(2 * time.Second):
		b.Set("attente", "plus de "+text.Duration(time.Since(arrived)))
		p.Settle("", "recv() n'a rien rendu 2 s après Entrée")
		b.ExplainUsual(false, "explication")
		return
	case <-ctx.Done():
		b.Stop(ctx.Err())
	}
	b.Explain("explication")
}

// turn is what one recv() of a program that takes turns returned.
type turn struct {
	at   time.Time
	data []byte
	err  error
}

// takeTurns is a server with one line of execution: it waits for the
// keyboard, sends what was typed, then receives. It ends with ctx or when its
// connection is cut.
func takeTurns(ctx context.Context, k *act.Pair, keyboard <-chan string) <-chan turn {
	done := make(chan turn, 1)
	go func() {
		select {
		case line := <-keyboard:
			if _, err := k.Server.Write([]byte(line)); err != nil {
				done <- turn{err: err}
				return
			}
		case <-ctx.Done():
			return
		}
		buf := make([]byte, chat.ReadSize)
		n, err := k.Server.Read(buf)
		done <- turn{at: time.Now(), data: buf[:n], err: err}
	}()
	return done
}

// lautreMeurt: the first message to a dead peer is taken, the second fails.
func lautreMeurt(ctx context.Context, b *bench.Bench) {
	b.Say("")
	l, err := chat.Listen(ctx, b.Server)
	b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
	defer l.Close()
	child, err := demo.StartChild(ctx, b.Self, "client", fmt.Sprint(b.Port))
	b.Must(err, "lancer un client dans un autre processus")
	defer child.Kill()
	conn := act.Accept(b, l, act.EndOf(b, child.PID))
	defer demo.Abort(conn)
	b.Event(evidence.Event{From: evidence.Client, To: evidence.Server, What: fmt.Sprintf("connecté, processus %d", child.PID)})
	b.Kernel(b.Until("la connexion", func(s *probe.Snapshot) bool { return len(act.InState(s, probe.Established)) == 2 }))
	p := b.Predict("prediction").Apart()
	child.Kill()
	b.Event(evidence.Event{From: evidence.Reader, To: evidence.Client, What: "fin brutale du client", Detail: "le processus a fini : " + child.End(), Source: "wait()"})
	b.Kernel(b.Until("le FIN de son noyau", act.HalfClosed))
	first := sendToTheDead(b, conn, "allô ?")
	s := b.Until("la réponse de l'autre noyau", func(s *probe.Snapshot) bool {
		return len(act.InState(s, probe.CloseWait)) == 0
	})
	b.Kernel(s)
	second := sendToTheDead(b, conn, "il y a quelqu'un ?")
	b.Set("erreur", fault.Errno(second))
	measured := fmt.Sprintf("premier envoi : %s ; second envoi : %s", act.Said(first), act.Said(second))
	switch {
	case first == nil && second != nil:
		p.Settle("premier-passe", measured)
		b.Explain("explication")
		return
	case first == nil:
		p.Settle("reussissent", measured)
	case second != nil:
		p.Settle("echouent", measured)
	default:
		p.Settle("", measured)
	}
	b.Explain("autrement")
}

// sendToTheDead sends a message and tells how that ended.
func sendToTheDead(b *bench.Bench, conn interface{ Write([]byte) (int, error) }, message string) error {
	n, err := conn.Write([]byte(message))
	e := evidence.Returned(evidence.Server, "sendall « "+message+" »", "send", act.Handed(n))
	if err != nil {
		e.Outcome, e.Detail, e.Source = evidence.Failed, act.Said(err), "errno de send()"
	}
	b.Event(e)
	return err
}
