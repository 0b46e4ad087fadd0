package check

import "slices"

// The checks, by their IDs. The words shown for each stand in mots.md.

// catalog returns the checks of a role, in the order they are made and shown.
func catalog(r Role) []Check {
	met := "connecte" // the check that says the two sides have met
	if r.listens() {
		met = "accepte"
	}
	all := []Check{{ID: "demarre"}}
	add := func(id string, needs ...string) { all = append(all, Check{ID: id, Needs: needs}) }
	if r.listens() {
		add("ecoute", "demarre")
		add("port", "ecoute")
		add("annonce", "ecoute")
		add("accepte", "ecoute")
	} else {
		add("connecte", "demarre")
		add("annonce", "connecte")
	}
	if r.receives() {
		add("message", met)
		add("etiquette", "message")
		add("plusieurs", "message")
	}
	if r.sends() {
		add("envoie", met)
		add("envoie-plusieurs", "envoie")
	}
	if r.twoWay() {
		add("ensemble", "plusieurs", "envoie-plusieurs")
	}
	add("exit", met)
	add("fermeture", "exit")
	add("code", "exit")
	if r.receives() {
		add("accents", "message")
	}
	if r.sends() {
		add("accents-envoi", "envoie")
	}
	add("exit-casse", "exit")
	return append(all, challenges(r)...)
}

// IDs returns the IDs of the checks of a role, in their order.
func IDs(r Role) []string {
	var ids []string
	for _, c := range catalog(r) {
		ids = append(ids, c.ID)
	}
	return ids
}

// Challenges returns the IDs of the challenges of a role, in their order.
func Challenges(r Role) []string {
	var ids []string
	for _, c := range challenges(r) {
		ids = append(ids, c.ID)
	}
	return ids
}

// LevelOf returns the level of a check of a role.
func LevelOf(r Role, id string) Level {
	for _, c := range catalog(r) {
		if c.ID == id {
			return c.Level
		}
	}
	return Sheet
}

// OfForm reports whether a check is about the words that a program shows, and not
// about what it does.
func OfForm(id string) bool { return id == "annonce" || id == "etiquette" }

// isChallenge reports whether a check is one, of any role.
func isChallenge(id string) bool {
	return slices.ContainsFunc(Roles, func(r Role) bool {
		return slices.ContainsFunc(challenges(r), func(c Check) bool { return c.ID == id })
	})
}

// challenges returns what the sheet's own programs fail.
func challenges(r Role) []Check {
	var all []Check
	add := func(id string, needs ...string) {
		all = append(all, Check{ID: id, Level: Challenge, Needs: needs})
	}
	talks := "envoie"
	if r.receives() {
		talks = "message"
	}
	if r.listens() {
		add("depart", talks)
	} else {
		add("personne", "connecte")
		add("serveur-meurt", talks)
	}
	add("reset", talks)
	if r.receives() {
		add("coupe", talks)
		add("invalides", talks)
		add("colles", talks, "exit")
		add("octets", talks, "exit")
	}
	if r.sends() {
		add("frontiere", "envoie")
	}
	if r.listens() {
		add("relance", "exit")
		add("second", talks)
		add("navigateur", "accepte")
	} else {
		add("fin-entree", "envoie")
	}
	return all
}

// scenario is one run of the program, from nothing to nothing, and the checks
// it decides.
type scenario struct {
	checks []string
	run    func(*trial)
}

// scenarios returns the runs that decide the checks of a role, in order.
func scenarios(r Role) []scenario {
	talk := scenario{run: clientTalk}
	again := scenario{run: clientTalkAgain}
	if r.listens() {
		talk.run, again.run = serverTalk, serverTalkAgain
	}
	var all []scenario
	alone := map[string]func(*trial){
		"depart": leaves(false), "reset": leaves(true), "coupe": cut, "invalides": invalid,
		"colles": glued, "octets": byteByByte, "frontiere": boundary, "relance": restart,
		"second": second, "navigateur": browser, "personne": nobody,
		"serveur-meurt": serverDies(false), "fin-entree": inputEnds,
	}
	if !r.listens() {
		alone["reset"] = serverDies(true)
	}
	for _, c := range catalog(r) {
		switch run, ok := alone[c.ID]; {
		case ok:
			all = append(all, scenario{checks: []string{c.ID}, run: run})
		case c.ID == "accents" || c.ID == "accents-envoi" || c.ID == "exit-casse":
			again.checks = append(again.checks, c.ID)
		default:
			talk.checks = append(talk.checks, c.ID)
		}
	}
	return append([]scenario{talk, again}, all...)
}

// later leaves a challenge for later, where one comes at a time and an earlier
// check was failed.
func (j *judge) later(s scenario) bool {
	r := j.result(s.checks[0])
	if !j.Step || r.Level != Challenge || !slices.ContainsFunc(j.results, func(r Result) bool { return r.Verdict == Failed }) {
		return false
	}
	r.Later, r.Cause = true, "un défi à la fois : celui-ci vient plus tard"
	return true
}
