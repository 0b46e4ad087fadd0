package prose

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
)

// WordsAMinute is the pace of a reader who wants to understand, for every
// estimate of time.
const WordsAMinute = 180

// Play is what was said and how long labo acted when a scene was recorded: what
// an estimate of its time counts beside the text.
type Play struct {
	Parts []string // of the text, in the order they were said, those that go further aside
	Words int      // of all else that was said: acts, figures, answers
	Acts  float64  // seconds that the scene acted and measured
}

// PlaysName is the [Mark] of the plays. They are the last of what is compiled.
const PlaysName = "plays"

// plays are the recorded scenes, by "step-scene".
var plays = sync.OnceValue(func() map[string]Play {
	var all map[string]Play
	src, err := compiled(PlaysName)
	if err == nil {
		err = json.Unmarshal(src, &all)
	}
	if err != nil {
		return nil // no estimate then: a test holds that they are right
	}
	return all
})

// playOf returns how a scene was recorded; ok is false for one that was not.
func playOf(step int, scene string) (p Play, ok bool) {
	p, ok = plays()[fmt.Sprintf("%d-%s", step, scene)]
	return p, ok
}

// Takes estimates how long a reader is in a scene: its words at [WordsAMinute],
// and the time that it acted when it was recorded. Of a scene that was never
// recorded, it counts all that can be said.
func (s *Section) Takes(step int) time.Duration {
	p, ok := playOf(step, s.ID)
	words := p.Words
	for _, part := range s.Parts {
		if !ok && part.Name != "notes" {
			words += part.Words()
		}
	}
	for _, name := range p.Parts {
		if part, is := s.Part(name); is {
			words += part.Words()
		}
	}
	return time.Duration(float64(words)/WordsAMinute*float64(time.Minute)) + time.Duration(p.Acts*float64(time.Second))
}

// Words counts the words of a part, those of its options and its programs too.
func (p *Part) Words() int {
	n := 0
	for _, b := range p.Blocks {
		n += Words(Text(b.Spans))
		for _, item := range b.Items {
			n += Words(Text(item))
		}
		n += Words(strings.Join(b.Lines, " "))
	}
	for _, o := range p.Options {
		n += Words(Text(o.Spans))
	}
	return n
}

// Words counts the words of a text: what stands between spaces and has a letter
// or a digit.
func Words(s string) int {
	n := 0
	for _, w := range strings.Fields(s) {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}
