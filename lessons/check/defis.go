package check

import (
	"strings"
	"time"

	"labo/lessons/check/peer"
	"labo/lessons/text"
)

// Challenges that programs of several roles meet. Each is one run and decides
// one check: the only one of its scenario.

// challenge decides the check of the run.
func (t *trial) challenge(f *Finding) { t.decide(t.s.checks[0], f) }

// hello meets the program and exchanges one message, so that the two are known
// to be in conversation. It returns nil when they are not.
func (t *trial) hello() *peer.Peer {
	if !t.may(t.s.checks[0]) {
		return nil
	}
	p := t.meets()
	if p == nil {
		return nil
	}
	var f *Finding
	if t.j.Role.receives() {
		_, f = t.shows(p, t.word())
	} else {
		f = t.sends(p, t.word())
	}
	if f != nil {
		t.unlike("la conversation n'a pas commencé : " + f.Actual)
		return nil
	}
	return p
}

// flat returns what was printed since mark without tags, prompts and line
// ends: what is left is the text that was received, however it was cut.
func (t *trial) flat(mark int64) string {
	tags := strings.NewReplacer("[Client] ", "", "[Serveur] ", "", "\n", "")
	return tags.Replace(prompts.Replace(t.proc.Transcript(mark)))
}

// bufferEdge is the size of the sheet's recv, in bytes.
const bufferEdge = 1024

// cut sends a character of two bytes astride the edge of the sheet's buffer,
// then one whose bytes come one after the other.
func cut(t *trial) {
	p := t.hello()
	if p == nil {
		return
	}
	long := strings.Repeat("a", bufferEdge-1) + "é"
	want := "le « é » dont les deux octets n'arrivent pas ensemble est affiché"
	mark := t.proc.Shown.Total()
	t.send(p, long)
	s := t.until(func() bool { return strings.Contains(t.flat(mark), long) })
	if s == met {
		word := t.word()
		mark, long = t.proc.Shown.Total(), word+"é!"
		t.tell("envoie %q, puis %q", word+"\xc3", "\xa9!")
		_ = p.Send(word + "\xc3")
		t.asleep() // it has read the first half
		_ = p.Send(t.ended("\xa9!"))
		s = t.until(func() bool { return strings.Contains(t.flat(mark), long) })
	}
	if s == met {
		t.challenge(nil)
		return
	}
	f := failing(want, "il manque : le programme "+t.how(s)).variant(t.kind(s, kindBytes))
	if seen := t.flat(mark); seen != "" && s != flooding {
		f.Diff = newDiff(long, seen)
	}
	t.challenge(f)
}

// invalid sends bytes that are no UTF-8, then an ordinary message.
func invalid(t *trial) {
	p := t.hello()
	if p == nil {
		return
	}
	t.send(p, "caf\xe9 \xff\xfe")
	t.asleep() // it has read them
	mark, word := t.proc.Shown.Total(), t.word()
	t.send(p, word)
	s := t.until(func() bool { return t.printed(mark, word) != "" })
	if s == met {
		t.challenge(nil)
		return
	}
	t.challenge(failing("après des octets qui ne sont pas de l'UTF-8, le message suivant est affiché",
		"il ne l'est pas : le programme "+t.how(s)).variant(t.kind(s, kindBytes)))
}

// glued sends three messages in one write, each with its line end.
func glued(t *trial) {
	p := t.hello()
	if p == nil {
		return
	}
	one, two := t.word(), t.word()
	mark := t.proc.Shown.Total()
	t.tell("envoie d'un coup %q", one+"\n"+two+"\nexit\n")
	_ = p.Send(one + "\n" + two + "\nexit\n")
	t.said = append(t.said, one, two)
	t.challenge(t.separated(mark, one, two))
}

// byteByByte sends a message and a goodbye, one byte at a time.
func byteByByte(t *trial) {
	p := t.hello()
	if p == nil {
		return
	}
	word := t.word()
	mark := t.proc.Shown.Total()
	t.said = append(t.said, word)
	t.tell("envoie, octet par octet, %q", word+"\nexit\n")
	tick := time.NewTicker(byteEvery) // faster, the kernel may glue them again
	defer tick.Stop()
	gaps, last := 0, time.Now()
	for _, b := range []byte(word + "\nexit\n") {
		_ = p.Send(string([]byte{b}))
		select {
		case <-tick.C:
		case <-t.ctx.Done():
			return
		}
		if time.Since(last) > maxByteGap {
			gaps++
		}
		last = time.Now()
	}
	f := t.separated(mark, word)
	if f != nil && gaps > 0 && inPieces(t.proc.Transcript(mark), t.j.Role.tag(), word, gaps) {
		t.fault = ErrHeldUp
		return
	}
	t.challenge(f)
}

// inPieces reports whether the messages shown are word and what it makes of the
// exit after it, cut no more often than the machine held labo up while sending:
// a program may rightly take such a silence for an end.
func inPieces(transcript, tag, word string, gaps int) bool {
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	shown, whole, messages := "", false, 0
	for line := range strings.Lines(prompts.Replace(transcript)) {
		if _, message, found := strings.Cut(line, tag+" "); found {
			shown += squeeze(message)
			whole = whole || shown == squeeze(word)
			messages++
		}
	}
	return whole && messages <= 2+gaps // two lines were sent
}

// prompts are taken out of what a program prints.
var prompts = strings.NewReplacer("[Serveur >>>] ", "", "[Client >>>] ", "", ">>> ", "")

const (
	byteEvery  = 8 * time.Millisecond
	maxByteGap = 120 * time.Millisecond
)

// separated judges whether messages that came glued or in pieces were told
// apart: each stands on a tagged line of its own, and the exit that followed
// was understood.
func (t *trial) separated(mark int64, messages ...string) *Finding {
	if t.j.Role.twoWay() {
		t.typed("exit")
	}
	s := t.until(t.parted)
	if _, over := t.proc.Ended(); s == met && !over {
		t.asleep() // what it has shown is read
	}
	want := "chaque ligne reçue est un message, et le « exit » qui suit termine le programme"
	for _, m := range messages {
		line := t.printed(mark, m)
		if labelled, _ := t.labelled(line, m); !labelled {
			f := failing(want, "« "+m+" » n'est pas affiché comme un message")
			if seen := t.proc.Transcript(mark); s != flooding {
				f.Diff = newDiff(t.j.Role.tag()+" "+strings.Join(messages, "\n"+t.j.Role.tag()+" ")+"\n", seen)
			}
			return f.variant(t.kind(s, kindBytes))
		}
	}
	switch {
	case s != met && s != ended:
		return failing(want, "le « exit » est passé inaperçu : le programme "+t.how(s)).variant(t.kind(s, kindBytes))
	case t.crashed():
		return failing(want, "le programme "+t.howEnded()).variant("erreur")
	}
	return nil
}

// boundary types three lines at once: the receiver must be able to tell where
// each stops.
func boundary(t *trial) {
	p := t.hello()
	if p == nil {
		return
	}
	mark := len(p.Got())
	lines := []string{t.word(), t.word(), t.word()}
	for _, line := range lines {
		t.typed(line)
	}
	got := func() string { return p.Got()[mark:] }
	s := t.until(func() bool {
		for _, line := range lines {
			if !strings.Contains(got(), line) {
				return false
			}
		}
		return true
	})
	switch glue := strings.Join(lines, ""); {
	case s != met:
		t.challenge(failing("les trois lignes tapées arrivent", "il n'est arrivé que « "+
			text.Visible(text.Truncate(got(), 100))+" » : le programme "+t.how(s)).variant(t.kind(s, kindKeyboard)))
	case strings.Contains(got(), glue):
		f := failing("entre deux messages, quelque chose dit où l'un s'arrête (par exemple un saut de ligne)",
			"les octets se suivent sans rien entre eux")
		f.Diff = newDiff(strings.Join(lines, "\n")+"\n", got())
		t.challenge(f)
	default:
		t.challenge(nil)
	}
}
