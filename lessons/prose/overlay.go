package prose

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// portName is the value that every text may cite: {port}, the port of the lesson.
const portName = "port"

// Overlay lays a teacher's text of a step over labo's own. A section of a known
// name replaces the parts that it has, and its title. One of another name is a
// scene more, after the section before it: with {comme=autre} it plays the
// demonstration of that scene, with its own words where it has any; without, it
// is read. find returns labo's own section of a scene, in any step.
//
// Refused, as a [*Fault] with its line, is what could not be played: a part that
// no scene says, a value that it does not know, a prediction whose options are
// not those that the measurement chooses among.
func Overlay(own, theirs *Step, find func(id string) (*Section, bool)) (*Step, error) {
	out := &Step{Title: theirs.Title, Summary: theirs.Summary, Sections: slices.Clone(own.Sections)}
	at := 0 // where a scene more goes
	for _, sec := range theirs.Sections {
		i := slices.IndexFunc(out.Sections, func(s *Section) bool { return s.ID == sec.ID })
		switch known, elsewhere := find(sec.ID); {
		case i >= 0:
			merged, err := merge(out.Sections[i], sec)
			if err != nil {
				return nil, err
			}
			if sec.Like != "" {
				return nil, Faultf(sec.Line, "« %s » est une scène de labo : elle a déjà sa démonstration", sec.ID)
			}
			out.Sections[i], at = merged, i+1
		case elsewhere:
			return nil, Faultf(sec.Line, "la scène %s (« %s ») est d'une autre étape", sec.ID, known.Title)
		default:
			added, err := addition(sec, find)
			if err != nil {
				return nil, err
			}
			out.Sections = slices.Insert(out.Sections, at, added)
			at++
		}
	}
	return out, nil
}

// merge returns a section with the parts that a teacher's replaces.
func merge(own, theirs *Section) (*Section, error) {
	out := *own
	out.Title, out.Parts = theirs.Title, slices.Clone(own.Parts)
	values := names(own.Parts)
	for _, p := range theirs.Parts {
		i := slices.IndexFunc(out.Parts, func(x *Part) bool { return x.Name == p.Name })
		if i < 0 {
			return nil, Faultf(p.Line, "la scène %s n'a pas de partie « %s » ; elle a %s", own.ID, p.Name, quotedNames(own.Parts))
		}
		if err := sameOptions(own.ID, out.Parts[i], p); err != nil {
			return nil, err
		}
		if err := knownValues(p, values); err != nil {
			return nil, err
		}
		out.Parts[i] = p
	}
	return &out, nil
}

// addition returns a scene more.
func addition(sec *Section, find func(string) (*Section, bool)) (*Section, error) {
	if sec.Like == "" {
		for _, p := range sec.Parts {
			if len(p.Options) > 0 {
				return nil, Faultf(p.Options[0].Line, "une prédiction demande une démonstration qui la mesure : ## %s {#%s comme=ecouter}, par exemple", sec.Title, sec.ID)
			}
			if err := knownValues(p, map[string]bool{portName: true}); err != nil {
				return nil, err
			}
		}
		if len(sec.Parts) == 0 {
			return nil, Faultf(sec.Line, "la scène %s n'a pas de texte", sec.ID)
		}
		return sec, nil
	}
	like, ok := find(sec.Like)
	if !ok {
		return nil, Faultf(sec.Line, "comme=%s : labo n'a pas de scène de ce nom", sec.Like)
	}
	merged, err := merge(like, sec)
	if err != nil {
		return nil, err
	}
	merged.ID, merged.Like, merged.Line = sec.ID, sec.Like, sec.Line
	return merged, nil
}

// notAnAnswer is what is wrong with an item of a list of answers.
const notAnAnswer = "ce n'est pas une réponse : d'abord son nom entre accents graves, puis ses mots"

// sameOptions holds that a question keeps its options, by their names and in any
// order: the measurement chooses among them.
func sameOptions(scene string, own, theirs *Part) error {
	if len(own.Options) == 0 && len(theirs.Options) > 0 {
		return Faultf(theirs.Options[0].Line, "scène %s : « %s » n'est pas une prédiction", scene, theirs.Name)
	}
	for i, o := range theirs.Options {
		if slices.IndexFunc(theirs.Options, func(x Option) bool { return x.ID == o.ID }) < i {
			return Faultf(o.Line, "la réponse `%s` est écrite deux fois", o.ID)
		}
		if !slices.ContainsFunc(own.Options, func(x Option) bool { return x.ID == o.ID }) {
			return Faultf(o.Line, "la mesure ne connaît pas la réponse `%s` ; elle choisit parmi %s", o.ID, optionNames(own.Options))
		}
	}
	if len(theirs.Options) < len(own.Options) {
		if theirs.Unnamed > 0 {
			return Faultf(theirs.Unnamed, notAnAnswer+" ; la mesure choisit parmi %s", optionNames(own.Options))
		}
		return Faultf(theirs.Line, "scène %s, « %s » : il manque des réponses ; la mesure choisit parmi %s", scene, theirs.Name, optionNames(own.Options))
	}
	return nil
}

func optionNames(options []Option) string {
	var all []string
	for _, o := range options {
		all = append(all, "`"+o.ID+"`")
	}
	return strings.Join(all, ", ")
}

func quotedNames(parts []*Part) string {
	var all []string
	for _, p := range parts {
		if p.Name != "" {
			all = append(all, "« "+p.Name+" »")
		}
	}
	return strings.Join(all, ", ")
}

// names are the values that the parts of a scene cite.
func names(parts []*Part) map[string]bool {
	all := map[string]bool{portName: true}
	for _, p := range parts {
		f := filler{strict: true}
		f.part(p)
		for _, name := range f.missing {
			all[name] = true
		}
	}
	return all
}

// knownValues refuses a part that cites a value which its scene never knows.
func knownValues(p *Part, known map[string]bool) error {
	for _, name := range slices.Sorted(maps.Keys(names([]*Part{p}))) {
		if !known[name] {
			return Faultf(p.Cited[name], "{%s} : cette scène ne connaît pas cette valeur (pour écrire des accolades, doublez-les)", name)
		}
	}
	return nil
}

// laid are the texts that stand in place of labo's own, by their place in read.
var laid struct {
	sync.Mutex
	texts map[int]*Step
}

// Lay has [Load] and [LoadNotes] return these texts in place of labo's own, by
// step. It is for the start of a program, before anything is loaded.
func Lay(steps, notes map[int]*Step) {
	laid.Lock()
	defer laid.Unlock()
	laid.texts = map[int]*Step{}
	for n, s := range steps {
		laid.texts[n] = s
	}
	for n, s := range notes {
		laid.texts[recaps+n] = s
	}
}

// Laid reports whether a teacher's text stands in place of labo's own, of that step.
func Laid(n int) bool {
	laid.Lock()
	defer laid.Unlock()
	return laid.texts[n] != nil
}

// text returns what stands in that place.
func text(place int) (*Step, error) {
	laid.Lock()
	step := laid.texts[place]
	laid.Unlock()
	if step != nil {
		return step, nil
	}
	return read[place]()
}

// Own returns labo's own text of step n, and its notes, whatever was laid over them.
func Own(n int) (step, notes *Step, err error) {
	if n < 1 || n > Steps {
		return nil, nil, fmt.Errorf("no step %d, only 1 to %d", n, Steps)
	}
	if step, err = read[n](); err != nil {
		return nil, nil, err
	}
	notes, err = read[recaps+n]()
	return step, notes, err
}
