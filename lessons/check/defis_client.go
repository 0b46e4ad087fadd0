package check

import (
	"runtime"
	"strings"
	"time"

	"labo/lessons/check/peer"
	"labo/lessons/text"
)

// Challenges for programs that call.

// nobody starts the program while no one listens.
func nobody(t *trial) {
	if !t.may("personne") || !t.start() {
		return
	}
	want := "sans serveur, le programme dit ce qui ne va pas et se termine sans erreur Python, ou réessaie"
	wait := t.patience()
	if runtime.GOOS == "windows" {
		wait = 4 * time.Second // a refusal takes about two seconds there
	}
	s := t.untilFor(wait, func() bool { _, over := t.proc.Ended(); return over })
	switch s {
	case flooding, spinning, swarming, late:
		t.challenge(failing(want, "le programme "+t.how(s)).variant("boucle"))
		return
	case quiet: // it may be about to call again
		if t.serve() {
			t.challenge(t.retries(want))
		}
		return
	case cancelled:
		return
	}
	switch said := strings.TrimSpace(t.proc.Transcript(0)); {
	case t.crashed():
		t.challenge(failing(want, "le programme "+t.howEnded()).variant("erreur"))
	case said == "":
		t.challenge(failing(want, "le programme se termine sans un mot"))
	default:
		t.challenge(nil)
	}
}

// retries judges a program that goes on without a server: it calls again.
func (t *trial) retries(want string) *Finding {
	s := t.untilFor(3*time.Second, func() bool { return t.caller() != nil })
	if s == met {
		return nil
	}
	return failing(want, "le serveur est là maintenant, mais le programme "+t.how(s)).variant(t.kind(s, kindKeyboard))
}

// serverDies makes the server end in the middle of a conversation: as a
// program that closes (FIN), or that is cut off (RST).
func serverDies(reset bool) func(*trial) {
	return func(t *trial) {
		p := t.hello()
		if p == nil {
			return
		}
		how := "le serveur s'arrête (FIN)"
		if reset {
			how = "le serveur coupe net (RST)"
			t.tell("coupe net (RST)")
			p.Reset()
		} else {
			t.tell("ferme (FIN)")
			p.Leave()
		}
		t.challenge(t.notices("quand " + how + ", le programme le dit et se termine sans erreur, au plus tard à la deuxième ligne tapée"))
	}
}

// notices judges what a client does once its server has gone: it ends without
// an error or calls again, at the latest after two typed lines.
func (t *trial) notices(want string) *Finding {
	gone := func() bool {
		_, over := t.proc.Ended()
		return over || len(t.host.Peers()) > 1
	}
	s := t.untilFor(challengePatience*2/3, gone)
	for range 2 {
		if s == quiet {
			t.typed(t.word())
			s = t.untilFor(challengePatience*2/3, gone)
		}
	}
	_, over := t.proc.Ended()
	switch {
	case over && t.crashed():
		return failing(want, "le programme "+t.howEnded()).variant("erreur")
	case over && t.proc.Err.Total() > 0 && t.traceback() != nil:
		return failing(want, "une erreur Python s'affiche : "+t.traceback().Error).variant("erreur")
	case s == met || s == ended:
		return nil
	}
	return failing(want, "le programme "+t.how(s)).variant(t.kind(s, kindKeyboard))
}

// inputEnds ends the input of the program: Ctrl+D. A server that is told
// goodbye answers.
func inputEnds(t *trial) {
	p := t.hello()
	if p == nil {
		return
	}
	mark := len(p.Got())
	t.tell("termine l'entrée (%s)", text.EndKey)
	t.proc.EndInput()
	answered := false
	s := t.until(func() bool {
		bye := strings.EqualFold(strings.TrimSpace(p.Got()[mark:]), "exit") || p.End() == peer.Finished
		if bye && !answered && t.j.Role.twoWay() {
			answered = true
			_ = p.Send("exit")
		}
		_, over := t.proc.Ended()
		return over
	})
	want := "à la fin de l'entrée (" + text.EndKey + "), le programme dit au revoir et se termine sans erreur"
	switch tb := t.traceback(); {
	case tb != nil:
		t.challenge(failing(want, "une erreur Python s'affiche : "+tb.Error).variant("erreur"))
	case s == met || s == ended:
		t.challenge(nil)
	default:
		t.challenge(failing(want, "le programme "+t.how(s)).variant(t.kind(s, kindKeyboard)))
	}
}
