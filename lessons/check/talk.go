package check

import (
	"slices"
	"strings"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/check/peer"
	"labo/lessons/text"
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
	if t.j.lines || !slices.ContainsFunc(t.waits(), func(w Wait) bool { return w.Kind == kindBytes }) {
		return false
	}
	t.tell("envoie %q : le programme attend peut-être la fin d'une ligne", "\n")
	_ = p.Send("\n")
	if t.until(shown) != met {
		return false
	}
	t.j.lines = true
	t.note = "il attend la fin de la ligne pour afficher un message : labo lui en envoie une, ce que ne fait pas le client de la fiche"
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
	over, stop := pace.After(d)
	defer stop()
	select {
	case <-over:
	case <-t.proc.Done():
	case <-t.ctx.Done():
	}
	return d
}

// sends types a line and waits until exactly that arrives. A line end after it
// is allowed: it is a way of marking where a message stops.
func (t *trial) sends(p *peer.Peer, message string) *Finding {
	mark := len(p.Got())
	t.typed(message)
	got := func() string { return p.Got()[mark:] }
	s := t.until(func() bool { return strings.TrimRight(got(), "\r\n") == message })
	if s == met {
		t.tell("reçu : %q", got())
		return nil
	}
	f := failing("la ligne tapée arrive telle quelle : « "+message+" »", "")
	if got() == "" {
		f.Actual = "rien n'arrive : le programme " + t.how(s)
		return f.variant(t.kind(s, kindKeyboard))
	}
	f.Actual = "il arrive autre chose : « " + text.Visible(text.Truncate(got(), 100)) + " »"
	f.Diff = newDiff(message, got())
	switch {
	case strings.HasPrefix(got(), "b'"):
		f.variant("octets")
	case strings.EqualFold(strings.TrimSpace(got()), message):
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

// ends says goodbye and waits for the end of the program. In two-way programs
// both sides say it: typedFirst tells which begins. Our side then closes, as the
// sheet's programs do: a client once it has said it, the others once they were
// told; not where the partner stays. A program that has not ended by then is given
// the time to see it.
func (t *trial) ends(p *peer.Peer, goodbye string, typedFirst bool) *Finding {
	t.asleep()
	t.j.serving = t.j.serving || t.servesOthers()
	say := []func(){func() { t.send(p, goodbye) }}
	typed := func() { t.typed(goodbye) }
	switch {
	case !t.j.Role.receives():
		say = []func(){typed}
	case t.j.Role.TwoWay() && typedFirst:
		say = []func(){typed, say[0]}
	case t.j.Role.TwoWay():
		say = append(say, typed)
	}
	before, mark := len(p.Got()), t.proc.Shown.Total()
	for _, f := range say {
		f()
	}
	over := func() bool { _, over := t.proc.Ended(); return over }
	s := t.untilFor(t.patience()/2, over)
	shown, _ := t.labelled(t.printed(mark, goodbye), goodbye) // as a message: it was not understood
	if s == quiet && !t.stays && !shown && !t.parted() {
		t.closesToo(p, before, goodbye)
	}
	if _, timed, _ := t.timed(); s == quiet && (timed || !t.parted()) {
		s = t.until(over)
	}
	if s == met || s == ended {
		t.delayed()
		return t.saidGoodbye(p, before, goodbye)
	}
	if s == quiet && t.parted() {
		t.note = "« " + goodbye + " » a fini la conversation ; le programme, qui sert d'autres clients en même temps, continue"
		return t.saidGoodbye(p, before, goodbye)
	}
	who := "un client envoie « " + goodbye + " »"
	switch {
	case t.j.Role == Client:
		who = "on tape « " + goodbye + " »"
	case t.j.Role.TwoWay():
		who = "chaque côté a dit « " + goodbye + " »"
	}
	return failing("le programme se termine quand "+who, t.goesOn(p)+" : le programme "+t.how(s)).variant(t.kind(s, kindBytes))
}

// closesToo closes our side, if it was told goodbye or has said it: some
// programs wait for that before they close theirs.
func (t *trial) closesToo(p *peer.Peer, mark int, goodbye string) {
	if t.j.Role.sends() && !strings.Contains(strings.ToLower(p.Got()[mark:]), strings.ToLower(goodbye)) {
		return
	}
	t.tell("ferme son côté (FIN)")
	_ = p.Finish()
}

// delayed notes that a program sees its end only when a timed accept() does: how
// late that is goes by chance.
func (t *trial) delayed() {
	if t.ticks >= sheetPatience {
		t.note = "accept() attend " + text.Duration(t.ticks) + " à la fois (settimeout) : le programme ne voit la fin qu'ensuite, avec ce retard"
	}
}

// goesOn says how a program that has not ended has taken our goodbye.
func (t *trial) goesOn(p *peer.Peer) string {
	if p.End() == peer.Finished {
		return "il a bien fermé la connexion, mais tourne encore"
	}
	return "il tourne encore"
}

// servesOthers reports whether a thread waits for other clients while the
// partner is served.
func (t *trial) servesOthers() bool {
	if !t.j.Role.Listens() {
		return false
	}
	client, bytes := false, false
	for _, w := range t.waits() {
		if w.Kind == kindClient && w.Timed {
			t.ticks = w.Within
		}
		client = client || w.Kind == kindClient
		bytes = bytes || w.Kind == kindBytes
	}
	return client && bytes
}

// parted reports whether the conversation is over: the program has ended or,
// where it serves others at the same time, closed this connection.
func (t *trial) parted() bool {
	_, over := t.proc.Ended()
	return over || t.j.serving && t.partner != nil && t.partner.End() == peer.Finished
}

// saidGoodbye judges whether the goodbye that was typed has reached the other
// side: without it, the other side would wait for ever.
func (t *trial) saidGoodbye(p *peer.Peer, mark int, goodbye string) *Finding {
	if !t.j.Role.sends() {
		return nil
	}
	t.leftBy(p)
	got := p.Got()[mark:]
	if strings.Contains(strings.ToLower(got), strings.ToLower(goodbye)) {
		return nil
	}
	f := failing("« "+goodbye+" » est envoyé à l'autre côté avant la fin", "le programme s'est terminé sans l'envoyer")
	f.Diff = newDiff(goodbye, got)
	return f.variant("pas-envoye")
}

// over reports whether the program ended before it was told to, and leaves a
// check without verdict if so.
func (t *trial) over(id string) bool {
	if _, over := t.proc.Ended(); !over {
		return false
	}
	t.skip(id, "le programme s'est terminé avant")
	return true
}

// closes judges how the program has left its connections and sockets.
func (t *trial) closes(p *peer.Peer) *Finding {
	want := "le programme ferme ses sockets avant de se terminer (close)"
	t.leftBy(p)
	switch {
	case p.End() == peer.Aborted:
		return failing(want, "la connexion a été coupée net (RST) : il restait des octets non lus").variant("rst")
	case p.End() == peer.Open:
		return failing(want, "la connexion est encore ouverte alors que le programme est fini").variant("enfant")
	}
	if n := unclosed(t.proc.Err.String()); n > 0 {
		return failing(want, text.Plural(n, "socket")+" que le programme n'a pas fermé lui-même (ResourceWarning de Python)")
	}
	return nil
}

// leftBy waits until the end of a connection is known, for a program that has
// ended.
func (t *trial) leftBy(p *peer.Peer) {
	over, stop := pace.After(time.Second)
	defer stop()
	for p.End() == peer.Open {
		select {
		case <-t.wake:
		case <-over:
			return
		case <-t.ctx.Done():
			return
		}
	}
}

// unclosed counts the sockets that Python had to close itself.
func unclosed(stderr string) int {
	return strings.Count(stderr, "ResourceWarning: unclosed <socket.socket")
}

// exits judges the exit code.
func (t *trial) exits() *Finding {
	exit, over := t.proc.Ended()
	if over && exit.Code == 0 && exit.Signal == 0 {
		return nil
	}
	return failing("le code de sortie est 0", "le programme "+t.howEnded()).variant(t.kind(ended, ""))
}
