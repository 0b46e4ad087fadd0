package check

import (
	"strings"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/check/peer"
	"labo/lessons/text"
)

// Steps about what is said on each side.

// printed returns the line that the program has printed since mark and that
// shows what, "" when there is none. A quote after it is how Python shows
// bytes that were not decoded. Another thread's prompt may follow: print
// writes the end of its line apart.
func (t *trial) printed(mark int64, what string) string {
	for line := range strings.Lines(t.proc.Transcript(mark)) {
		line = strings.TrimRight(line, " \t\r\n")
		_, after, found := strings.Cut(line, what)
		if found && !strings.HasPrefix(after, "'") && !strings.HasPrefix(after, `"`) {
			return line
		}
	}
	return ""
}

// shows sends a message and waits until the program prints it. It returns the
// line that shows it.
func (t *trial) shows(p *peer.Peer, message string) (line string, f *Finding) {
	mark := t.proc.Out.Total()
	_ = p.Send(message) // a program that has left is seen below
	s := t.until(func() bool { line = t.printed(mark, message); return line != "" })
	if s == met {
		return line, nil
	}
	seen := t.nearest(mark, message)
	f = failing("le programme affiche le message reçu : « "+message+" »", "")
	switch {
	case seen == "":
		f.Actual = "il n'affiche rien de tel : le programme " + t.how(s)
		f.variant(t.kind(s))
	default:
		f.Actual = "il affiche « " + text.Visible(text.Truncate(seen, 100)) + " »"
		f.Diff = newDiff(t.j.Role.tag()+" "+message, seen)
		if strings.Contains(seen, "b'") || strings.Contains(seen, `b"`) {
			f.variant("octets")
		} else {
			f.variant(t.kind(s))
		}
	}
	return "", f
}

// nearest returns the line printed since mark that looks most like a message:
// one that holds it or its first word, "" when there is none.
func (t *trial) nearest(mark int64, message string) string {
	first, _, _ := strings.Cut(message, " ")
	for _, part := range []string{message, first} {
		for line := range strings.Lines(t.proc.Transcript(mark)) {
			if strings.Contains(line, part) {
				return strings.TrimRight(line, "\r\n")
			}
		}
	}
	return ""
}

// tagged judges a printed line: the tag stands before the message.
func (t *trial) tagged(line, message string) *Finding {
	want := t.j.Role.tag() + " " + message
	if strings.Contains(line, want) {
		return nil
	}
	f := failing("la ligne affichée est « "+want+" »", "elle est « "+text.Visible(text.Truncate(line, 100))+" »")
	f.Diff = newDiff(want, line)
	return f
}

// showsSeveral sends further messages, each after the one before was printed.
func (t *trial) showsSeveral(p *peer.Peer) *Finding {
	for range 2 {
		if _, f := t.shows(p, t.word()); f != nil {
			f.Expected = "le programme affiche chaque message, l'un après l'autre, sans que personne ne tape"
			return f
		}
	}
	return nil
}

// sends types a line and waits until exactly that arrives. A line end after it
// is allowed: it is a way of marking where a message stops.
func (t *trial) sends(p *peer.Peer, message string) *Finding {
	mark := len(p.Got())
	t.proc.Type(message)
	got := func() string { return p.Got()[mark:] }
	s := t.until(func() bool { return strings.TrimRight(got(), "\r\n") == message })
	if s == met {
		return nil
	}
	f := failing("la ligne tapée arrive telle quelle : « "+message+" »", "")
	if got() == "" {
		f.Actual = "rien n'arrive : le programme " + t.how(s)
		return f.variant(t.kind(s))
	}
	f.Actual = "il arrive autre chose : « " + text.Visible(text.Truncate(got(), 100)) + " »"
	f.Diff = newDiff(message, got())
	if strings.HasPrefix(got(), "b'") {
		f.variant("octets")
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
		mark, got := t.proc.Out.Total(), len(p.Got())
		_ = p.Send(sent)
		t.proc.Type(typed)
		s := t.until(func() bool {
			return t.printed(mark, sent) != "" && strings.TrimRight(p.Got()[got:], "\r\n") == typed
		})
		if s == met {
			continue
		}
		missing := "la ligne tapée n'est pas partie"
		if t.printed(mark, sent) == "" {
			missing = "le message reçu n'est pas affiché"
		}
		return failing("les deux sens marchent en même temps", missing+" : le programme "+t.how(s)).variant(t.kind(s))
	}
	return nil
}

// ends says goodbye and waits for the end of the program. In two-way programs
// both sides say it: typedFirst tells which begins.
func (t *trial) ends(p *peer.Peer, goodbye string, typedFirst bool) *Finding {
	say := []func(){func() { _ = p.Send(goodbye) }}
	typed := func() { t.proc.Type(goodbye) }
	switch {
	case !t.j.Role.receives():
		say = []func(){typed}
	case t.j.Role.TwoWay() && typedFirst:
		say = []func(){typed, say[0]}
	case t.j.Role.TwoWay():
		say = append(say, typed)
	}
	before := len(p.Got())
	for _, f := range say {
		f()
	}
	s := t.until(func() bool { _, over := t.proc.Ended(); return over })
	if s == met || s == ended {
		return t.saidGoodbye(p, before, goodbye)
	}
	who := "un client envoie « " + goodbye + " »"
	switch {
	case t.j.Role == Client:
		who = "on tape « " + goodbye + " »"
	case t.j.Role.TwoWay():
		who = "chaque côté a dit « " + goodbye + " »"
	}
	return failing("le programme se termine quand "+who, "il tourne encore : le programme "+t.how(s)).variant(t.kind(s))
}

// saidGoodbye judges whether the goodbye that was typed has reached the other
// side: without it, the other side would wait for ever.
func (t *trial) saidGoodbye(p *peer.Peer, mark int, goodbye string) *Finding {
	if !t.j.Role.sends() {
		return nil
	}
	t.leftBy(p)
	got := p.Got()[mark:]
	if strings.Contains(got, goodbye) {
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
	return failing("le code de sortie est 0", "le programme "+t.howEnded()).variant(t.kind(ended))
}
