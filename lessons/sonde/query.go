// Package sonde reads the questions of `labo sonde`, and answers them for
// programs: a [probe.Filter] from words, JSON from a [probe.Snapshot].
package sonde

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// ParseStates reads state names as RFC 9293, ss, netstat, lsof or Windows
// write them, one or several to a word ("listen,time-wait"). What is wrong
// is a usage [fault.Fault] that lists the valid names.
func ParseStates(words []string) (probe.StateSet, error) {
	var set probe.StateSet
	for _, list := range words {
		for word := range strings.SplitSeq(list, ",") {
			st, ok := parseState(word)
			if !ok {
				return 0, fault.Usage("« "+text.Visible(word)+" » n'est pas un état de socket TCP",
					nearStates(word)+"Les états sont : "+strings.Join(StateNames(), ", ")+
						". Les noms de `ss` et de `netstat` conviennent aussi.")
			}
			set |= probe.NewStateSet(st)
		}
	}
	return set, nil
}

// parseState is [probe.ParseState], and understands the word of the tables.
func parseState(word string) (probe.State, bool) {
	if strings.Trim(text.Fold(strings.TrimSpace(word)), "()") == "lie" {
		return probe.Bound, true
	}
	return probe.ParseState(word)
}

// StateNames returns the names of the states a socket can be filtered by.
func StateNames() []string {
	names := make([]string, len(probe.States))
	for i, st := range probe.States {
		names[i] = st.String()
	}
	return names
}

func nearStates(word string) string {
	near := text.Nearest(word, StateNames())
	if len(near) == 0 {
		return ""
	}
	return "Vouliez-vous dire " + strings.Join(near, " ou ") + " ? "
}

// The words of --source.
const (
	SourceKernel   = "noyau"
	SourceGopsutil = "gopsutil"
)

// ParseSource reads the word of --source; "" is [probe.Auto].
func ParseSource(word string) (probe.Source, error) {
	switch text.Fold(word) {
	case "":
		return probe.Auto, nil
	case SourceKernel, "sock_diag":
		return probe.SockDiag, nil
	case SourceGopsutil:
		return probe.Gopsutil, nil
	}
	return probe.Auto, fault.Usage("« "+text.Visible(word)+" » n'est pas une source",
		"Les sources sont : noyau (sock_diag, sous Linux) et gopsutil (sur tous les systèmes).")
}

// ParsePIDs reads process numbers, one or several to a word ("4242,4243").
func ParsePIDs(words []string) ([]int, error) {
	var pids []int
	for _, list := range words {
		for word := range strings.SplitSeq(list, ",") {
			pid, err := strconv.ParseInt(strings.TrimSpace(word), 10, 32)
			if err != nil || pid <= 0 {
				return nil, fault.Usage("« "+text.Visible(word)+" » n'est pas le numéro d'un processus",
					"Un numéro de processus (pid) est un entier positif : par exemple 4242. "+
						"`labo sonde` montre ceux qui tiennent un socket.")
			}
			pids = append(pids, int(pid))
		}
	}
	return pids, nil
}

// PortChoices returns what a port can be completed with: "12345", a tab, and
// who listens there.
func PortChoices(sockets []probe.Socket, typed string) []string {
	var choices []string
	for i := range sockets {
		s := &sockets[i]
		choice := strconv.Itoa(int(s.Local.Port())) + "\t" + measured.Owner(s.Owner, probe.Auto)
		if s.State == probe.Listen && strings.HasPrefix(choice, typed) && !slices.Contains(choices, choice) {
			choices = append(choices, choice)
		}
	}
	return choices
}

// PIDChoices returns what --pid can be completed with when that much of it was
// typed: "4242", a tab, and what the process is. What stands before the last
// comma is kept, and its pids are not proposed again.
func PIDChoices(holders []*probe.Holder, typed string) []string {
	const room = 60 // of what a terminal shows beside the pid
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	var choices []string
	for _, h := range holders {
		pid := strconv.Itoa(h.PID)
		if slices.Contains(strings.Split(before, ","), pid) || !strings.HasPrefix(before+pid, typed) {
			continue
		}
		what := text.Visible(h.Name)
		if _, args, ok := strings.Cut(text.Visible(h.Command), " "); ok { // its program is the name already
			what += " " + args
		}
		choices = append(choices, before+pid+"\t"+text.Truncate(what, room))
	}
	return choices
}

// Failure says on one line why a measurement failed, while sockets are being
// followed.
func Failure(err error) string {
	if ended, ok := errors.AsType[*probe.NoSuchProcessError](err); ok {
		return "Le processus " + strconv.Itoa(ended.PID) + " s'est terminé"
	}
	if f, ok := errors.AsType[*fault.Fault](Explain(err)); ok {
		return "La mesure a échoué : " + f.What
	}
	return "La mesure a échoué : " + fault.Cause(err)
}

// Explain gives French words to the errors of [probe.Sockets]; any other error
// comes back as it is.
func Explain(err error) error {
	if gone, ok := errors.AsType[*probe.NoSuchProcessError](err); ok {
		return fault.Failed("aucun processus n'a le numéro "+strconv.Itoa(gone.PID),
			"`labo sonde` montre les processus qui tiennent un socket en ce moment.", err)
	}
	refused, ok := errors.AsType[*probe.SourceError](err)
	switch {
	case !ok:
		return err
	case errors.Is(err, probe.ErrNoSource):
		return fault.Failed("la source "+refused.Source.String()+" n'existe pas sur ce système",
			"Relancez sans --source : labo prend la meilleure source qu'il trouve.", err)
	}
	return fault.Failed("la source "+refused.Source.String()+" n'a pas répondu ("+fault.Cause(refused.Err)+")",
		"Relancez sans --source : labo prend la meilleure source qu'il trouve.", err)
}
