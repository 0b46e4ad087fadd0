package check

import (
	"slices"
	"strings"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/check/peer"
	"labo/lessons/text"
)

// Steps about how the two sides part.

// ends says goodbye and waits for the end of the program. In two-way programs
// both sides say it: typedFirst tells which begins. Our side then closes, as the
// sheet's programs do: a client once it has said it, the others once they were
// told; not where the partner stays. A program that has not ended by then is given
// the time to see it.
func (t *trial) ends(p *peer.Peer, goodbye string, typedFirst bool) *Finding {
	t.asleep()
	t.j.serving = t.servesOthers() || t.j.serving
	say := []func(){func() { t.send(p, goodbye) }}
	typed := func() { t.typed(goodbye) }
	switch {
	case !t.j.Role.receives():
		say = []func(){typed}
	case t.j.Role.twoWay() && typedFirst:
		say = []func(){typed, say[0]}
	case t.j.Role.twoWay():
		say = append(say, typed)
	}
	before, mark := len(p.Got()), t.proc.Shown.Total()
	for _, f := range say {
		f()
	}
	start := time.Now()
	over := func() bool { _, over := t.proc.Ended(); return over }
	s := t.untilFor(t.patience()/2, over)
	shown, _ := t.labelled(t.printed(mark, goodbye), goodbye) // as a message: it was not understood
	if s == quiet && !t.stays && !shown && !t.parted() {
		t.closesToo(p, before, goodbye)
	}
	if _, timed, _ := t.timed(); s == quiet && (timed || t.ticks > 0 || !t.parted()) {
		s = t.untilSince(start, over)
	}
	if s == met || s == ended || over() { // it may have ended while labo asked what it waits for
		t.noteLate(start, "")
		t.endsLate()
		return t.saidGoodbye(p, before, goodbye)
	}
	if s == quiet && t.parted() {
		t.note = "« " + goodbye + " » a fini la conversation ; le programme, qui sert d'autres clients en même temps, continue"
		return t.saidGoodbye(p, before, goodbye)
	}
	who := "un client envoie « " + goodbye + " »"
	switch {
	case t.j.Role == Client:
		who = "on tape « " + goodbye + " »"
	case t.j.Role.twoWay():
		who = "chaque côté a dit « " + goodbye + " »"
	}
	return failing("le programme se termine quand "+who, t.goesOn(p)+" : le programme "+t.how(s)).variant(t.kind(s, kindBytes))
}

// closesToo closes our side, if it was told goodbye or has said it: some
// programs wait for that before they close theirs.
func (t *trial) closesToo(p *peer.Peer, mark int, goodbye string) {
	if t.j.Role.sends() && !strings.Contains(strings.ToLower(p.Got()[mark:]), strings.ToLower(goodbye)) {
		return
	}
	t.tell("ferme son côté (FIN)")
	_ = p.Finish()
}

// endsLate notes that a program sees its end only when a timed accept() does: how
// late that is goes by chance.
func (t *trial) endsLate() {
	if t.ticks >= sheetPatience {
		t.note = "accept() attend " + text.Duration(t.ticks) + " à la fois (settimeout) : le programme ne voit la fin qu'ensuite, avec ce retard"
	}
}

// goesOn says how a program that has not ended has taken our goodbye.
func (t *trial) goesOn(p *peer.Peer) string {
	if p.End() == peer.Finished {
		return "il a bien fermé la connexion, mais tourne encore"
	}
	return "il tourne encore"
}

// servesOthers reports whether a thread waits for other clients while the
// partner is served.
func (t *trial) servesOthers() bool {
	if !t.j.Role.listens() {
		return false
	}
	client, bytes := false, false
	for _, w := range t.waits() {
		if w.Kind == kindClient && w.Timed {
			t.ticks = w.Within
		}
		client = client || w.Kind == kindClient
		bytes = bytes || w.Kind == kindBytes
	}
	return client && bytes
}

// parted reports whether the conversation is over: the program has ended or,
// where it serves others at the same time, closed this connection.
func (t *trial) parted() bool {
	_, over := t.proc.Ended()
	return over || t.j.serving && t.partner != nil && t.partner.End() == peer.Finished
}

// saidGoodbye judges whether the goodbye that was typed has reached the other
// side: without it, the other side would wait for ever.
func (t *trial) saidGoodbye(p *peer.Peer, mark int, goodbye string) *Finding {
	if !t.j.Role.sends() {
		return nil
	}
	t.leftBy(p)
	got := p.Got()[mark:]
	if strings.Contains(strings.ToLower(got), strings.ToLower(goodbye)) {
		return nil
	}
	f := failing("« "+goodbye+" » est envoyé à l'autre côté avant la fin", "le programme s'est terminé sans l'envoyer")
	f.Diff = newDiff(goodbye, got)
	return f.variant("pas-envoye")
}

// over reports whether the program ended before it was told to. The check that was
// to come next fails for it, and has no verdict where another of the run has failed.
func (t *trial) over(id string) bool {
	if _, over := t.proc.Ended(); !over {
		return false
	}
	if slices.ContainsFunc(t.s.checks, func(id string) bool { return t.j.result(id).Verdict == Failed }) {
		t.skip(id, "le programme s'est terminé avant")
		return true
	}
	t.decide(id, failing("le programme continue tant que personne n'a dit « exit »", "il "+t.howEnded()).variant(t.kind(ended, "")))
	return true
}

// closes judges how the program has left its connections and sockets.
func (t *trial) closes(p *peer.Peer) *Finding {
	want := "le programme ferme ses sockets avant de se terminer (close)"
	t.leftBy(p)
	switch {
	case p.End() == peer.Aborted:
		return failing(want, "la connexion a été coupée net (RST) : il restait des octets non lus").variant("rst")
	case p.End() == peer.Open:
		return failing(want, "la connexion est encore ouverte alors que le programme est fini").variant("enfant")
	}
	if n := unclosed(t.proc.Err.String()); n > 0 {
		closed := "fermé"
		if n > 1 {
			closed = "fermés"
		}
		return failing(want, text.Plural(n, "socket")+" que le programme n'a pas "+closed+" lui-même (ResourceWarning de Python)")
	}
	return nil
}

// leftBy waits until the end of a connection is known, for a program that has
// ended.
func (t *trial) leftBy(p *peer.Peer) {
	over, stop := pace.After(time.Second)
	defer stop()
	for p.End() == peer.Open {
		select {
		case <-t.wake:
		case <-over:
			return
		case <-t.ctx.Done():
			return
		}
	}
}

// unclosed counts the sockets that Python had to close itself.
func unclosed(stderr string) int {
	return strings.Count(stderr, "ResourceWarning: unclosed <socket.socket")
}

// exits judges the exit code.
func (t *trial) exits() *Finding {
	exit, over := t.proc.Ended()
	if over && exit.Code == 0 && exit.Signal == 0 {
		return nil
	}
	return failing("le code de sortie est 0", "le programme "+t.howEnded()).variant(t.kind(ended, ""))
}
