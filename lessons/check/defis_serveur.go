package check

import (
	"errors"
	"fmt"
	"net/netip"

	"labo/lessons/check/peer"
	"labo/probe"
)

// Challenges for programs that listen.

// leaves makes a client leave without a word: by FIN, or by RST.
func leaves(reset bool) func(*trial) {
	return func(t *trial) {
		p := t.hello()
		if p == nil {
			return
		}
		how := "un client part sans dire exit (FIN)"
		if reset {
			how = "un client coupe net (RST)"
			t.tell("coupe net (RST)")
			p.Reset()
		} else {
			t.tell("part sans dire exit (FIN)")
			_ = p.Finish()
		}
		t.challenge(t.survives(how))
	}
}

// survives judges what a server does once its client has left: it ends without
// an error, or serves the next client.
func (t *trial) survives(how string) *Finding {
	want := "quand " + how + ", le programme se termine sans erreur ou sert le client suivant"
	s := t.untilFor(challengePatience*2/3, func() bool { _, over := t.proc.Ended(); return over })
	switch s {
	case met, ended:
		if t.crashed() {
			return failing(want, "le programme "+t.howEnded()).variant("erreur")
		}
		return nil
	case flooding, spinning, swarming:
		return failing(want, "le programme "+t.how(s)).variant("boucle")
	}
	next, err := t.dial()
	if err != nil {
		return failing(want, unreached(err)+", et le programme "+t.how(quiet))
	}
	mark, word := t.proc.Shown.Total(), t.word()
	t.send(next, word)
	s = t.until(func() bool { return t.printed(mark, word) != "" })
	if s == met {
		return nil
	}
	return failing(want, "le client suivant n'est pas servi : le programme "+t.how(s)).variant(t.kind(s, kindBytes))
}

// restart makes the program end first, with its client still there, and starts
// it again at once: the kernel still holds the port for the old connection.
func restart(t *trial) {
	p := t.hello()
	if p == nil {
		return
	}
	t.stays = true
	if f := t.ends(p, "exit", false); f != nil {
		t.unlike(f.Actual)
		return
	}
	if _, over := t.proc.Ended(); !over {
		t.skip("relance", "le programme sert d'autres clients : il n'est pas à relancer")
		return
	}
	t.leftBy(p)
	old := t.addr
	held, _, err := holding(t.ctx, old.Port())
	if err != nil {
		t.fault = err
		return
	}
	if len(held) == 0 || p.End() != peer.Finished {
		t.skip("relance", "ici, le noyau n'a rien gardé sur le port : il n'y a pas d'obstacle à franchir")
		return
	}
	t.addr = netip.AddrPort{}
	a, b := t.listens()
	f := a
	if f == nil {
		f = b
	}
	if f == nil && t.addr.Port() != old.Port() {
		f = failing("", fmt.Sprintf("le programme écoute maintenant sur le port %d", t.addr.Port()))
	}
	if !t.addr.IsValid() {
		t.addr = old
	}
	if f != nil {
		f.Expected = fmt.Sprintf("relancé aussitôt, le programme écoute de nouveau sur le port %d, que le noyau retient encore (%s)",
			old.Port(), states(held))
	}
	t.challenge(f)
}

// states names the states of sockets, each once.
func states(all []probe.Socket) string {
	s := ""
	seen := map[probe.State]bool{}
	for _, sock := range all {
		if seen[sock.State] {
			continue
		}
		seen[sock.State] = true
		if s != "" {
			s += ", "
		}
		s += sock.State.String()
	}
	return s
}

// second calls while another client is served. A second client that is told to
// come back later, or sent away, is not left without an answer.
func second(t *trial) {
	first := t.hello()
	if first == nil {
		return
	}
	want := "un second client, pendant qu'un premier est servi, est servi aussi, ou reçoit une réponse, ou est renvoyé"
	p, err := t.dial()
	switch {
	case errors.Is(err, errNoAnswer):
		t.challenge(failing(want, unreached(err)))
		return
	case err != nil: // refused or cut at once: it knows
		t.challenge(nil)
		return
	}
	mark, word := t.proc.Shown.Total(), t.word()
	t.send(p, word)
	s := t.until(func() bool {
		return p.Total() > 0 || p.End() != peer.Open || t.printed(mark, word) != ""
	})
	t.silent = true // for the first client, as long as that took
	if s != met {
		t.challenge(failing(want, "il se croit connecté, et rien ne lui répond : le programme "+t.how(s)).variant(t.kind(s, kindBytes)))
		return
	}
	if _, f := t.shows(first, t.word()); f != nil {
		f.Expected = "le premier client est toujours servi après l'appel du second"
		t.challenge(f)
		return
	}
	t.challenge(nil)
}

// browser asks for a page, as a browser does at this address.
func browser(t *trial) {
	if !t.may("navigateur") {
		return
	}
	p := t.meets()
	if p == nil {
		return
	}
	t.tell("envoie une demande HTTP : GET / HTTP/1.1…")
	_ = p.Send(fmt.Sprintf("GET / HTTP/1.1\r\nHost: localhost:%d\r\nUser-Agent: Mozilla/5.0 (labo)\r\n"+
		"Accept: text/html,*/*;q=0.8\r\nAccept-Language: fr\r\nConnection: keep-alive\r\n\r\n", t.addr.Port()))
	s := t.until(func() bool { return p.Total() > 0 || p.End() != peer.Open })
	want := "un navigateur reçoit une réponse, ou voit la connexion se fermer"
	switch {
	case s == ended && t.crashed():
		t.challenge(failing(want, "le programme "+t.howEnded()).variant("erreur"))
	case s == met || s == ended:
		t.challenge(nil)
	default:
		t.challenge(failing(want, "la page reste blanche : le programme "+t.how(s)).variant(t.kind(s, kindBytes)))
	}
}
