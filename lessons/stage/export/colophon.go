package export

import (
	"strings"

	"labo/lessons/text"
	"labo/probe"
)

// colophon says where the report comes from.
func colophon(r *Report) []string {
	made := "Fait par labo le " + text.Date(r.Made)
	if r.Program != "" {
		made += " (cahier tenu par " + r.Program + ")"
	}
	out := []string{made + ". Les mesures sont celles de l'ordinateur où les scènes ont été jouées ; les heures sont les siennes."}
	if len(r.Machines) > 0 {
		out = append(out, "Mesuré sur : "+strings.Join(r.Machines, " ; ")+".")
	}
	return out
}

// statesMet returns the states of every socket in a report, in the order of a
// connection's life.
func statesMet(r *Report) []probe.State {
	var set probe.StateSet
	for _, s := range r.Steps {
		for _, sc := range s.Scenes {
			set |= sc.states
		}
	}
	var met []probe.State
	for _, st := range probe.States {
		if set.Has(st) {
			met = append(met, st)
		}
	}
	return met
}
