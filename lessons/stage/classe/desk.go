// Package classe draws a class: what an instructor sees of a room, and what a
// participant sees of its wall.
package classe

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"labo/lessons/room"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// View is where it is drawn.
type View struct {
	Palette paint.Palette
	Width   int
}

// paragraph is a sentence, wrapped two cells from the edges.
func (v View) paragraph(s string) []string {
	var out []string
	for _, l := range text.Paragraph(s, max(v.Width-4, 20)) {
		out = append(out, "  "+l)
	}
	return out
}

// Addresses lists those of this machine, numbered, with who can come by each.
func (v View) Addresses(all []room.Address) []string {
	out := v.paragraph("Cette machine a " + text.Plural(len(all), "adresse") + " :")
	out = append(out, "")
	for i, a := range all {
		out = append(out, text.Truncate(fmt.Sprintf("  %2d  %s  %s  %s", i+1, text.PadRight(a.Addr.String(), 15), text.PadRight(text.Visible(a.Interface), 8), text.French(reach(a))), v.Width))
	}
	return append(out, "")
}

// reach says who can come by an address.
func reach(a room.Address) string {
	switch {
	case a.Addr.IsLoopback():
		return "cette machine seule"
	case a.Addr.IsPrivate():
		return "le réseau " + a.Network.String()
	}
	return "hors des réseaux privés : peut-être tout Internet"
}

// Secrecy says what whoever listens to the network can read of a class whose
// certificate has that fingerprint, "" for none; vouched, whether somebody that this
// machine knows vouches for it.
func (v View) Secrecy(fingerprint string, vouched bool) []string {
	if fingerprint == "" {
		return v.paragraph("Sans certificat, rien n'est chiffré : qui écoute le réseau peut lire les votes et les pseudonymes.")
	}
	out := v.paragraph("La classe est chiffrée. Empreinte de son certificat : " + fingerprint + ".")
	if !vouched {
		out = append(out, v.paragraph("Aucune autorité que cette machine connaisse ne garantit ce certificat : chaque téléphone affichera un avertissement, et `labo rejoindre` demandera si l'empreinte est celle-ci. Montrez-la à la classe.")...)
	}
	return out
}

// roll is what is known of who is here.
type roll map[string]room.Member

// Follower tells what changes among the members, line by line.
type Follower struct {
	View
	was  roll
	wall room.Wall
}

// Changes are the lines of what changed since the last call.
func (f *Follower) Changes(members []room.Member, wall room.Wall, count func(ballot string, round int) int, now time.Time) (out []string) {
	say := func(s string) { out = append(out, "  "+now.Format("15:04:05")+"  "+text.French(s)) }
	is, here := roll{}, 0
	for _, m := range members {
		is[m.ID] = m
		if m.Here {
			here++
		}
	}
	for _, m := range members {
		was, known := f.was[m.ID]
		switch {
		case m.Here && !was.Here:
			say(fmt.Sprintf("%s est là (%s).", m.Pseudonym, text.Plural(here, "présent")))
		case known && !m.Here && was.Here:
			say(m.Pseudonym + " n'est plus là.")
		}
		if m.Where != was.Where && known {
			say(m.Pseudonym + " : " + Place(m.Where) + ".")
		}
		if said := consents[m.Consent]; said != "" && known && m.Consent != was.Consent {
			say(m.Pseudonym + " " + said + ".")
		}
		if m.Verdict != nil && known && (was.Verdict == nil || !was.Verdict.At.Equal(m.Verdict.At)) {
			say(m.Pseudonym + " : " + summary(m.Verdict) + ".")
		}
	}
	f.was = is
	if w := f.wall; wall.Ballot != nil && (w.Ballot == nil || w.Ballot.ID != wall.Ballot.ID || w.Round != wall.Round || w.Phase != wall.Phase) {
		say(phase(wall, count(wall.Ballot.ID, wall.Round)))
	}
	f.wall = wall
	return out
}

// consents are the answers to « montrez-moi ».
var consents = map[room.Consent]string{room.Agreed: "accepte que son schéma soit montré", room.Refused: "préfère que son schéma ne soit pas montré",
	room.TakenOff: "retire son schéma", room.NoSketch: "n'a pas encore de schéma"}

// Place says where a member is.
func Place(w room.Where) string {
	s := fmt.Sprintf("étape %d, %s", w.Step, cmp.Or(w.Title, w.Scene))
	if w.Done {
		s += " (n'y est plus)"
	}
	return s
}

// summary says how a program was judged.
func summary(v *room.Verdict) string {
	s := fmt.Sprintf("%s, %s", v.File, text.Plural(len(v.Passed), "vérification réussie"))
	if len(v.Failed) > 0 {
		var why []string
		for _, f := range v.Failed[:min(3, len(v.Failed))] {
			why = append(why, f.Check)
		}
		s += fmt.Sprintf(", %s (%s)", text.Plural(len(v.Failed), "échouée"), strings.Join(why, ", "))
	}
	return s
}

// Address tells when that at which a class listens goes, and comes back.
type Address struct {
	View
	At   netip.Addr // not valid, or of no machine, where none is watched
	Room string
	gone bool
}

// Changes are the lines of what changed since the last call; own are the addresses
// that this machine has.
func (a *Address) Changes(own []room.Address, now time.Time) []string {
	has := room.Has(own, a.At)
	if !a.At.IsValid() || a.At.IsUnspecified() || has != a.gone {
		return nil
	}
	a.gone = !has
	words := "L'adresse " + a.At.String() + " est revenue : la classe y est de nouveau."
	if a.gone {
		words = "L'adresse " + a.At.String() + " n'est plus à cette machine : personne ne peut plus y joindre la classe. Si elle ne revient pas : Ctrl+C, puis `labo classe \"" + a.Room +
			"\"`, qui demandera une autre adresse. Le code et les votes restent."
	}
	return a.paragraph(now.Format("15:04:05") + "  " + words)
}

// Choosing says what choosing an address does.
func (v View) Choosing() []string {
	return v.paragraph("labo n'écoutera que sur l'adresse que vous choisirez, jusqu'à Ctrl+C. Toute machine qui peut l'atteindre pourra s'y connecter ; " +
		"pour entrer dans la classe, il lui faudra le code. Rien n'écoute encore.")
}
