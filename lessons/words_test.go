package lessons

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"labo/lessons/prose"
	"labo/lessons/stage/lexicon"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// No word of the lexicon is in a question before it was explained: it stands out
// (**mot**) in what is said before, in this step or an earlier one; nor is a call that
// nothing spoke of.
func TestNoWordIsAskedBeforeItIsExplained(t *testing.T) {
	common := []string{"port", "octet", "TCP", "cœur"} // words of the sheet, and of every day; i explains them
	var met []string
	said := "" // so far: a call is explained by what says it for the first time
	asked := 0
	for _, step := range Steps() {
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range text.Essential() {
			for _, part := range section.Parts {
				if part.Name == "notes" {
					continue
				}
				if len(part.Options) > 0 {
					for _, m := range calls.FindAllStringSubmatch(saidBy(part), -1) {
						if _, known := trace.Explain(m[1], syscalls.SourcePython); known && !strings.Contains(said, m[1]+"(") {
							t.Errorf("step %d, %s: the question says %s(), of which nothing was said", step.Number, section.ID, m[1])
						}
					}
					for _, name := range lexicon.Names(saidBy(part)) {
						asked++
						if !slices.Contains(met, name) && !slices.Contains(common, name) {
							t.Errorf("step %d, %s: the question says %q, which was not explained", step.Number, section.ID, name)
						}
					}
				}
				met = append(met, lexicon.Names(standsOut(part))...)
				said += saidBy(part)
				for _, b := range part.Blocks {
					said += strings.Join(b.Lines, "\n")
				}
			}
		}
	}
	if asked == 0 {
		t.Error("no question has a word of the lexicon")
	}
}

// calls are those that a question names: "bind(".
var calls = regexp.MustCompile(`(\w+)\(`)

// saidBy is all that a part says, its programs aside.
func saidBy(p *prose.Part) string {
	var all []string
	for _, spans := range spansOf(p) {
		all = append(all, prose.Text(spans))
	}
	return strings.Join(all, "\n")
}

// standsOut is what is written in bold: a word that is explained there.
func standsOut(p *prose.Part) string {
	var all []string
	for _, spans := range spansOf(p) {
		for _, s := range spans {
			if s.Style == prose.Strong {
				all = append(all, s.Text)
			}
		}
	}
	return strings.Join(all, "\n")
}

func spansOf(p *prose.Part) (all [][]prose.Span) {
	for _, b := range p.Blocks {
		all = append(append(all, b.Spans), b.Items...)
	}
	for _, o := range p.Options {
		all = append(all, o.Spans)
	}
	return all
}
