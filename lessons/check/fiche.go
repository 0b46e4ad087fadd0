package check

import (
	"labo/lessons/check/peer"
	"labo/lessons/text"
)

// What the sheet asks, in two runs.

// serverTalk is a conversation with a program that listens.
func serverTalk(t *trial) {
	t.env = []string{"PYTHONWARNINGS=default::ResourceWarning"}
	started, listening := t.listens()
	if !t.decide("demarre", started) || !t.decide("ecoute", listening) {
		return
	}
	t.decide("port", t.onPort())
	t.decide("annonce", t.announces())
	p, f := t.calls()
	t.partner = p
	if t.decide("accepte", f) {
		t.asleep() // a program about to end is not in conversation
		t.converse(p)
	}
}

// clientTalk is a conversation with a program that calls.
func clientTalk(t *trial) {
	t.env = []string{"PYTHONWARNINGS=default::ResourceWarning"}
	started, connected := t.called()
	if !t.decide("demarre", started) || !t.decide("connecte", connected) {
		return
	}
	t.decide("annonce", t.announces())
	t.asleep()
	t.partner = t.caller()
	t.converse(t.partner)
}

// converse makes the two sides talk, then part.
func (t *trial) converse(p *peer.Peer) {
	if t.may("message") {
		word := t.word()
		line, f := t.shows(p, word)
		if t.j.lines { // found in this run, or in one that is made anew
			t.note = "il attend la fin de la ligne pour afficher un message : labo lui en envoie une, ce que ne fait pas le client de la fiche"
		}
		if t.decide("message", f) {
			t.decide("etiquette", t.tagged(line, word))
			f = t.showsSeveral(p)
			if !t.decide("plusieurs", f) && f != nil && f.Variant == "accumule" {
				t.skip("exit", "les messages s'accumulent, et « exit » avec eux : voir `plusieurs`")
			}
		}
	}
	if t.may("envoie") && !t.over("envoie") && t.decide("envoie", t.sends(p, t.word())) {
		t.decide("envoie-plusieurs", t.sendsSeveral(p))
	}
	if t.may("ensemble") {
		t.decide("ensemble", t.together(p))
	}
	if !t.may("exit") || t.over("exit") || !t.decide("exit", t.ends(p, "exit", false)) {
		return
	}
	if _, over := t.proc.Ended(); !over {
		t.skip("fermeture", "le programme sert d'autres clients, et n'a pas fini")
		t.skip("code", "le programme sert d'autres clients, et n'a pas fini")
		return
	}
	f := t.closes(p)
	switch { // one failure has one cause
	case f == nil:
		t.decide("fermeture", nil)
	case t.traceback() != nil:
		t.skip("fermeture", "une erreur Python l'a arrêté avant : "+text.Visible(text.Truncate(t.traceback().Error, 100)))
	case f.Variant == "rst" && t.j.result("message") != nil && t.j.result("message").Verdict == Failed:
		t.skip("fermeture", "il reste des messages non lus : voir `message`")
	default:
		t.decide("fermeture", f)
	}
	t.decide("code", t.exits())
}

func serverTalkAgain(t *trial) { t.talkAgain() }
func clientTalkAgain(t *trial) { t.talkAgain() }

// accented is a message of two, three and four bytes per character.
const accented = "été, cœur, 5 €, 日本, 🙂"

// talkAgain tries accents, and goodbyes in other letters and in other order.
func (t *trial) talkAgain() {
	p := t.meets()
	if p == nil {
		return
	}
	if t.may("accents") {
		_, f := t.shows(p, t.word()+" "+accented)
		t.decide("accents", f)
	}
	if t.may("accents-envoi") && !t.over("accents-envoi") {
		t.decide("accents-envoi", t.sends(p, t.word()+" "+accented))
	}
	if t.may("exit-casse") && !t.over("exit-casse") {
		t.decide("exit-casse", t.ends(p, "ExIt", true))
	}
}
