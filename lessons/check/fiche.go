package check

import "labo/lessons/check/peer"

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
	if t.decide("accepte", f) {
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
	t.converse(t.caller())
}

// converse makes the two sides talk, then part.
func (t *trial) converse(p *peer.Peer) {
	if t.may("message") {
		word := t.word()
		line, f := t.shows(p, word)
		if t.decide("message", f) {
			t.decide("etiquette", t.tagged(line, word))
			t.decide("plusieurs", t.showsSeveral(p))
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
	t.decide("fermeture", t.closes(p))
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
