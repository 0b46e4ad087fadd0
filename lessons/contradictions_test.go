package lessons

import (
	"fmt"
	"regexp"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/scene"
	"labo/probe"
)

// contradictions holds what a scene says against the rows then on screen.
type contradictions struct {
	rows  []probe.Socket // of the last table, nil before any
	table bool
	words string // all that was shown since the last answer
	found []string
}

func (c *contradictions) shown(e evidence.Evidence) {
	for _, v := range e.Values {
		c.words += v.Label + " " + v.Text + "\n"
	}
	if e.Sockets == nil {
		return
	}
	c.rows, c.table = e.Sockets.Rows, true
	for i := range c.rows {
		c.words += c.rows[i].State.String() + "\n"
	}
}

// count returns how many rows are in a state.
func (c *contradictions) count(state probe.State) (n int) {
	for i := range c.rows {
		if c.rows[i].State == state {
			n++
		}
	}
	return n
}

// said judges a sentence about who listens, or about an empty table.
func (c *contradictions) said(paragraph string) {
	if !c.table {
		return
	}
	words := strings.ToLower(paragraph)
	nobody := nobodyListens.MatchString(words)
	switch {
	case nobody && c.count(probe.Listen) > 0:
		c.tell(paragraph, "a row is in LISTEN")
	case strings.Contains(words, "pas de ligne, donc") && len(c.rows) > 0:
		c.tell(paragraph, "there are rows")
	case strings.Contains(words, "un programme écoute sur ce port") && c.count(probe.Listen) == 0:
		c.tell(paragraph, "no row is in LISTEN")
	}
}

var (
	nobodyListens = regexp.MustCompile(`(plus )?personne n'(y )?écoute|aucun programme n'écoute`)
	stateNames    = regexp.MustCompile(`LISTEN|ESTABLISHED|SYN-SENT|SYN-RECEIVED|FIN-WAIT-[12]|CLOSE-WAIT|CLOSING|LAST-ACK|TIME-WAIT`)
)

// settled judges what is said to have been measured: each state that it names was
// shown since the last question, and none that it denies is there.
func (c *contradictions) settled(a scene.Answer) {
	denied := strings.Contains(a.Measured, "aucune ligne TIME-WAIT")
	if denied && c.count(probe.TimeWait) > 0 {
		c.tell(a.Measured, "a row is in TIME-WAIT")
	}
	if strings.Contains(a.Measured, "deux moitiés ESTABLISHED") && c.count(probe.Established) != 2 {
		c.tell(a.Measured, fmt.Sprint(c.count(probe.Established), " rows are ESTABLISHED"))
	}
	for _, state := range stateNames.FindAllString(a.Measured, -1) {
		if !denied && !strings.Contains(a.Measured, "sans compter") && !strings.Contains(c.words, state) {
			c.tell(a.Measured, "nothing that was shown is in "+state)
		}
	}
	c.words = ""
}

func (c *contradictions) tell(said, but string) {
	c.found = append(c.found, fmt.Sprintf("« %s », and %s", said, but))
}
