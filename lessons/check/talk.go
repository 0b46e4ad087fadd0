package check

import (
	"slices"
	"strings"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/check/peer"
	"labo/lessons/text"
	"labo/probe"
)

// Steps about what is said on each side.

// printed returns the line that the program has shown since mark and that is
// what, whole: "" when there is none. A label may stand before, and another
// thread's prompt after; not another message, nor the quote that ends bytes that
// were not decoded.
func (t *trial) printed(mark int64, what string) string {
	for line := range strings.Lines(t.proc.Transcript(mark)) {
		line = strings.TrimRight(line, " \t\r\n")
		before, after, found := strings.Cut(line, what)
		if found && !strings.HasPrefix(after, "'") && !strings.HasPrefix(after, `"`) && !t.holdsOther(before, what) && !t.holdsOther(after, what) {
			return line
		}
	}
	return ""
}

// holdsOther reports whether a part of a line holds another message of this run.
func (t *trial) holdsOther(part, message string) bool {
	return slices.ContainsFunc(t.said, func(said string) bool { return said != message && strings.Contains(part, said) })
}

// send sends a message as the sheet's programs do, with a line end after it where
// the program is known to wait for one.
func (t *trial) send(p *peer.Peer, message string) {
	t.speaks()
	message = t.ended(message)
	if len(message) <= longMessage {
		t.tell("envoie %q", message)
	} else {
		t.tell("envoie %d octets, dont %q à la fin", len(message), message[len(message)-8:])
	}
	t.said = append(t.said, strings.TrimRight(message, "\n"))
	_ = p.Send(message) // a program that has left is seen by what follows
}

// longMessage is the longest message that the tale quotes, in bytes.
const longMessage = 200

// ended returns a message with the line end that the program needs.
func (t *trial) ended(message string) string {
	if t.j.lines {
		return message + "\n"
	}
	return message
}

// typed types a line.
func (t *trial) typed(line string) {
	t.speaks()
	t.tell("tape %q", line+"\n")
	t.proc.Type(line)
}

// shows sends a message and waits until the program prints it. It returns the
// line that shows it.
func (t *trial) shows(p *peer.Peer, message string) (line string, f *Finding) {
	mark := t.proc.Shown.Total()
	t.send(p, message)
	shown := func() bool { line = t.printed(mark, message); return line != "" }
	s := t.until(shown)
	if s == quiet && t.byLine(p, shown) {
		s = met
	}
	if s == met {
		t.tell("vu : %q", line)
		return line, nil
	}
	seen := t.nearest(mark, message)
	f = failing("le programme affiche le message reçu : « "+message+" »", "")
	if seen == "" {
		f.Actual = "il n'affiche rien de tel : le programme " + t.how(s)
		if n := len(t.said); s == flooding && n > 1 && strings.Count(t.proc.Transcript(0), t.said[n-2]) > 2 {
			f.Cause = "le message d'avant s'affiche à chaque tour : rien, dans cette boucle, n'attend le suivant (recv)"
		}
		return "", f.variant(t.kind(s, kindBytes))
	}
	f.Actual = "il affiche « " + text.Visible(text.Truncate(seen, 100)) + " »"
	f.Diff = newDiff(t.j.Role.tag()+" "+message, seen)
	switch {
	case strings.Contains(seen, "b'") || strings.Contains(seen, `b"`):
		f.variant("octets")
	case t.holdsOther(seen, message):
		f.variant("accumule")
	case !strings.Contains(seen, message) && strings.Contains(strings.ToLower(seen), strings.ToLower(message)):
		f.variant("casse")
	default:
		f.variant(t.kind(s, kindBytes))
	}
	return "", f
}

// byLine tries whether a program that has read a message, and shows nothing,
// waits for the end of its line: from then on it is sent lines.
func (t *trial) byLine(p *peer.Peer, shown func() bool) bool {
	reads := func(w Wait) bool {
		return w.Kind == kindBytes || slices.ContainsFunc(w.On, func(d probe.Descriptor) bool {
			return d.Socket != nil && same(d.Socket.Remote, p.Local())
		})
	}
	if t.j.lines || !slices.ContainsFunc(t.waits(), reads) {
		return false
	}
	t.tell("envoie %q : le programme attend peut-être la fin d'une ligne", "\n")
	_ = p.Send("\n")
	if t.until(shown) != met {
		return false
	}
	t.j.lines = true
	return true
}

// nearest returns the line shown since mark that looks most like a message:
// one that holds it or its first word, "" when there is none.
func (t *trial) nearest(mark int64, message string) string {
	first, _, _ := strings.Cut(message, " ")
	for _, part := range []string{message, first} {
		for line := range strings.Lines(t.proc.Transcript(mark)) {
			if strings.Contains(strings.ToLower(line), strings.ToLower(part)) {
				return strings.TrimRight(line, "\r\n")
			}
		}
	}
	return ""
}

// labelled reports whether a line says before a message who has said it: with
// the tag of the sheet, or else with its word, which a remark then tells.
func (t *trial) labelled(line, message string) (ok bool, remark string) {
	tag := t.j.Role.tag()
	if strings.Contains(line, tag+" "+message) {
		return true, ""
	}
	before, _, _ := strings.Cut(prompts.Replace(line), message)
	if !strings.Contains(text.Fold(before), text.Fold(strings.Trim(tag, "[]"))) {
		return false, ""
	}
	return true, "l'étiquette est « " + text.Visible(strings.TrimSpace(text.Truncate(before, 40))) + " » ; celle de la fiche, « " + tag + " »"
}

// tagged judges a line that was shown: the label stands before the message.
func (t *trial) tagged(line, message string) *Finding {
	ok, remark := t.labelled(line, message)
	if ok {
		t.note = remark
		return nil
	}
	want := t.j.Role.tag() + " " + message
	f := failing("la ligne affichée est « "+want+" »", "elle est « "+text.Visible(text.Truncate(line, 100))+" »")
	f.Diff = newDiff(want, line)
	return f
}

// showsSeveral sends further messages, each after the one before was printed,
// the last after a pause that a timeout would not survive.
func (t *trial) showsSeveral(p *peer.Peer) *Finding {
	for _, pause := range []bool{false, true} {
		silent := time.Duration(0)
		if pause {
			silent = t.pause()
		}
		_, over := t.proc.Ended()
		_, f := t.shows(p, t.word())
		if f == nil {
			continue
		}
		f.Expected = "le programme affiche chaque message, l'un après l'autre, sans que personne ne tape"
		if silent > 0 {
			f.Expected += ", même après " + text.Duration(silent.Round(time.Second)) + " de silence"
			if over {
				f.variant("silence")
			}
		}
		return f
	}
	return nil
}

const (
	shortestPause = 3200 * time.Millisecond
	longestPause  = 10500 * time.Millisecond
)

// pause says nothing for a while, as people do, where the program would mind:
// where one of its threads waits for a limited time, or that cannot be seen. It
// returns how long.
func (t *trial) pause() time.Duration {
	t.asleep()
	within, timed, known := t.timed()
	if known && !timed {
		return 0
	}
	d := shortestPause
	if within < longestPause {
		d = max(d, within+shortestPause/8)
	}
	t.tell("se tait %s", text.Duration(d.Round(time.Second)))
	t.silent = true
	over, stop := pace.After(d)
	defer stop()
	select {
	case <-over:
	case <-t.proc.Done():
	case <-t.ctx.Done():
	}
	t.looked = time.Now()
	return d
}

// sends types a line and waits until exactly that arrives. A line end after it
// is allowed: it is a way of marking where a message stops.
func (t *trial) sends(p *peer.Peer, message string) *Finding {
	mark := len(p.Got())
	t.typed(message)
	got := ""
	s := t.until(func() bool {
		got = p.Got()[mark:]
		return strings.TrimRight(got, "\r\n") == message
	})
	if s == met { // one that sends in a loop may be between two lines
		time.Sleep(2 * pace.Step)
		got = p.Got()[mark:]
	}
	if strings.TrimRight(got, "\r\n") == message {
		t.tell("reçu : %q", got)
		return nil
	}
	f := failing("la ligne tapée arrive telle quelle : « "+message+" »", "")
	if got == "" {
		f.Actual = "rien n'arrive : le programme " + t.how(s)
		return f.variant(t.kind(s, kindKeyboard))
	}
	f.Actual = "il arrive autre chose : « " + text.Visible(text.Truncate(got, 100)) + " »"
	f.Diff = newDiff(message, got)
	if strings.Count(got, message) > 2 {
		f.Actual = "elle arrive sans fin, à chaque tour de la boucle"
		f.Cause = "rien, dans la boucle qui envoie, n'attend une nouvelle ligne (input)"
	}
	switch {
	case strings.HasPrefix(got, "b'"):
		f.variant("octets")
	case strings.EqualFold(strings.TrimSpace(got), message):
		f.variant("casse")
	}
	return f
}

// sendsSeveral types further lines while the other side says nothing.
func (t *trial) sendsSeveral(p *peer.Peer) *Finding {
	for range 3 {
		if f := t.sends(p, t.word()); f != nil {
			f.Expected = "chaque ligne tapée part aussitôt, même si l'autre côté ne dit rien"
			return f
		}
	}
	return nil
}

// together types and sends at the same moment.
func (t *trial) together(p *peer.Peer) *Finding {
	for range 2 {
		typed, sent := t.word(), t.word()
		mark, got := t.proc.Shown.Total(), len(p.Got())
		t.send(p, sent)
		t.typed(typed)
		s := t.until(func() bool {
			return t.printed(mark, sent) != "" && strings.TrimRight(p.Got()[got:], "\r\n") == typed
		})
		if s == met {
			continue
		}
		missing, wait := "la ligne tapée n'est pas partie", kindKeyboard
		if t.printed(mark, sent) == "" {
			missing, wait = "le message reçu n'est pas affiché", kindBytes
		}
		return failing("les deux sens marchent en même temps", missing+" : le programme "+t.how(s)).variant(t.kind(s, wait))
	}
	return nil
}
