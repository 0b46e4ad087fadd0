package measured

import (
	"slices"
	"strings"

	"labo/lessons/text"
	"labo/probe"
)

// octets says a number of bytes, "?" for one that is unknown.
func octets(n probe.Maybe[uint64]) string {
	if !n.Known {
		return "? octet"
	}
	return text.Plural(int(n.Value), "octet")
}

// OctetsOf is [octets] with what was done with them, which agrees: "1 octet
// reçu", "12 octets reçus".
func OctetsOf(n probe.Maybe[uint64], done string) string {
	if n.Known && n.Value > 1 {
		done += "s"
	}
	return octets(n) + " " + done
}

// MostFlows is how many processes are told the bytes of.
const MostFlows = 4

// Flows says what processes sent and received: "serveur (4242) : 12 octets
// reçus, 3 envoyés", at most so many of them; "" where nothing is known.
func Flows(all []probe.Flow, most int) string {
	if !slices.ContainsFunc(all, func(f probe.Flow) bool { return f.Sent.Known || f.Received.Known }) {
		return ""
	}
	var parts []string
	for i, f := range all {
		if i == most {
			parts = append(parts, "et "+text.Plural(len(all)-most, "autre"))
			break
		}
		who := Owner(probe.Owner{Kind: probe.OwnerProcess, Holders: f.Holders}, probe.Auto)
		if !f.Received.Known && !f.Sent.Known {
			parts = append(parts, who+" : octets inconnus")
			continue
		}
		words := who + " : "
		if f.AtLeast {
			words += "au moins "
		}
		sent := "? envoyé"
		if f.Sent.Known {
			sent = text.Plural(int(f.Sent.Value), "envoyé")
		}
		parts = append(parts, words+OctetsOf(f.Received, "reçu")+", "+sent)
	}
	return text.French(strings.Join(parts, " ; "))
}
