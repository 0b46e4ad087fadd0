package holes

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"labo/lessons/check"
	"labo/lessons/check/pace"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// The partners. Each goes as far as the program follows.

func (r *run) has(id string) func() bool {
	return func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		_, ok := r.facts[id]
		return ok
	}
}

// server plays the client of serveur.py.
func (r *run) server() {
	if !r.served() || !r.shows("recv", "[Client] ", false) || !r.shows("boucle", "[Client] ", false) {
		return
	}
	r.says("Exit", func(word string) { fmt.Fprint(r.conn, word) }, "[Client] ")
	r.closes(2)
}

// client plays the server of client.py.
func (r *run) client() {
	if !r.called() || !r.sends("envoi", false) || !r.sends("boucle", false) {
		return
	}
	r.says("Exit", func(word string) { fmt.Fprintln(r.keys, word) }, "")
	r.closes(1)
}

// duplex plays the other side of serveur2.py or client2.py.
func (r *run) duplex(listens bool) {
	met, label, sockets := r.called, "[Serveur] ", 1
	if listens {
		met, label, sockets = r.served, "[Client] ", 2
	}
	if !met() || !r.until(r.has("thread")) || !r.shows("recv", label, true) || !r.bears("recv", r.shows("boucle", label, true), "un premier message passe, et pas le suivant") {
		return
	}
	if !r.until(r.has("second")) {
		if r.errs.Total() == 0 && r.over() { // the thread that reads is all that runs
			r.says("Exit", func(word string) { fmt.Fprint(r.conn, word) }, label)
			r.bears("recv", r.has("exit")(), "« Exit » ne fait pas sortir de la boucle")
		}
		return
	}
	if !r.sends("envoi", true) {
		if !r.twice() {
			r.leaves()
		}
		return
	}
	if !r.bears("envoi", r.sends("boucle", true), "une première ligne tapée part, et pas la suivante") || !r.until(r.joins) {
		return
	}
	fmt.Fprint(r.conn, "exit")
	fmt.Fprintln(r.keys, "exit")
	r.bears("close", r.until(r.ended), "chaque côté a dit « exit », et le programme n'a pas fini")
	r.closes(sockets)
}

// bears takes back a fact that what came after it does not bear out, and says what
// was seen, and what the program does now.
func (r *run) bears(id string, borne bool, seen string) bool {
	if borne {
		return true
	}
	now, at := r.doing()
	r.mu.Lock()
	defer r.mu.Unlock()
	if what := map[string]string{"recv": "des octets", "envoi": "le clavier"}[id]; what != "" && !r.ended() && !strings.Contains(now, what) {
		now = "plus aucun thread n'attend " + what
	}
	if r.errs.Total() == 0 {
		r.doubts(seen+" : "+now, cmp.Or(r.facts[id].Line, at))
	}
	delete(r.facts, id)
	return false
}

// over reports whether the first thread has done all its lines: it waits for the
// others, in Python's own.
func (r *run) over() bool {
	return !slices.ContainsFunc(r.running.Record.Waiting(), func(e *syscalls.Event) bool { return e.TID == r.root && e.Place.Known() })
}

// twice notes that both threads read, and none the keyboard.
func (r *run) twice() bool {
	var at []int
	for _, e := range r.running.Record.Waiting() {
		switch trace.WordKey(e.Call.Name) {
		case "recv", "recvfrom":
			at = append(at, e.Place.Line)
		case "read", "input":
			return false
		}
	}
	if len(at) < 2 {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doubts(fmt.Sprintf("les deux threads attendent des octets, ligne %d, et aucun le clavier : le second est pour envoyer()", at[0]), r.facts["second"].Line)
	return true
}

// leaves has the partner leave without a word, and notes a program that reads on.
func (r *run) leaves() {
	if r.readsAt() == nil || r.errs.Total() > 0 {
		return
	}
	conn := r.conn.(*net.TCPConn)
	conn.CloseWrite()
	r.until(func() bool { return r.count(&r.empty) > unread })
	conn.SetLinger(0) // by RST: the kernel is to remember nothing
	conn.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.empty > unread || r.empty > 0 && r.out.Total() > flood {
		r.doubts("l'autre côté est parti, et la boucle continue, sans fin : recv() rend 0 octet à chaque tour. C'est ce message vide qui doit en faire sortir", r.last.Place.Line)
	}
}

// unread is how often a program asks for more, after the end, that does not see it.
const unread = 100

// served has labo call a server, and reports whether the call was taken.
func (r *run) served() bool {
	return r.until(r.has("listen")) && r.dial() && r.until(r.has("accept"))
}

// reading reports whether the program waits for bytes, and all it printed before
// was read.
func (r *run) reading() bool { return !pace.Unread(r.pipes[0]) && r.readsAt() != nil }

// readsAt returns the call in which the program waits for bytes, nil for none.
func (r *run) readsAt() *syscalls.Event {
	for _, e := range r.running.Record.Waiting() {
		switch trace.WordKey(e.Call.Name) {
		case "recv", "recvfrom", "recvmsg", "poll", "select":
			return e
		case "read":
			r.mu.Lock()
			socket := r.fds[e.Call.FD] != ""
			r.mu.Unlock()
			if socket {
				return e
			}
		}
	}
	return nil
}

// called has labo listen for a client, and reports whether it came.
func (r *run) called() bool {
	if !r.until(r.has("connect")) {
		return false
	}
	r.listener.SetDeadline(time.Now().Add(3 * time.Second))
	conn, err := r.listener.Accept()
	if err != nil {
		return false
	}
	r.take(conn)
	return true
}

// word is a message that no program shows by chance.
func word() string { return fmt.Sprintf("Bonjour %d", 1000+rand.IntN(9000)) }

// shows sends a message, and reports whether the program received and showed it.
func (r *run) shows(id, label string, thread bool) bool {
	if !r.until(r.reading) {
		return false
	}
	message, mark, before := word(), r.out.Total(), r.count(&r.recvs)
	fmt.Fprint(r.conn, message)
	shown := r.until(func() bool {
		return slices.Contains(printed(r.out.Since(mark)), label+message) && r.count(&r.recvs) > before // the call was told
	})
	left, from := r.leftBy()
	next := r.readsAt()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch last := printed(r.out.Since(mark)); {
	case shown && thread && r.recv.TID == r.root:
		r.doubts("le message est lu par le thread principal : c'est au thread « ecoute » de le faire", r.recv.Place.Line)
		return false
	case shown && id == "boucle":
		r.note(id, &r.recv, "recv()", fmt.Sprintf("rappelée : %d messages lus et affichés", r.recvs))
	case shown:
		r.note(id, &r.recv, "recv()", fmt.Sprintf("rend %s, affichés : « %s »", text.Plural(len(message), "octet"), label+message))
	case r.recvs == 0 || id == "boucle" && r.recvs < 2:
	case len(last) == 0 && r.status == nil && next != nil && next.Place.Known() && r.recv.Place.Known() && next.Place.Line != r.recv.Place.Line:
		r.doubts(fmt.Sprintf("recv() a pris les %s de « %s », sans que rien les garde ni les affiche ; un autre recv(), ligne %d, en attend d'autres", text.Plural(len(message), "octet"), message, next.Place.Line), r.recv.Place.Line)
	case len(last) == 0 && r.status == nil:
		r.doubts(fmt.Sprintf("recv() a bien rendu les %s de « %s », et le programme en attend déjà d'autres : dans la boucle, rien ne les affiche", text.Plural(len(message), "octet"), message), r.recv.Place.Line)
	case len(last) == 0 && from > 0:
		r.doubts(fmt.Sprintf("recv() a bien rendu les %s de « %s » ; puis %s, avant de les afficher", text.Plural(len(message), "octet"), message, left), from)
	case len(last) == 0:
		r.doubts(fmt.Sprintf("recv() a bien rendu les %s de « %s », mais rien ne les affiche derrière « %s »", text.Plural(len(message), "octet"), message, strings.TrimSpace(label)), r.recv.Place.Line)
	default:
		r.differs(last, label, message)
	}
	return shown
}

// sends types a line, and reports whether it arrived.
func (r *run) sends(id string, thread bool) bool {
	message, mark, before := word(), r.got.Total(), r.count(&r.parts)
	fmt.Fprintln(r.keys, message)
	arrived := r.until(func() bool {
		return strings.TrimRight(r.got.Since(mark), "\r\n") == message && r.count(&r.parts) > before // the call has returned
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	switch got := r.got.Since(mark); {
	case arrived && thread && r.sent.TID == r.root:
		r.doubts("la ligne est envoyée par le thread principal : c'est au thread « ecriture » de le faire", r.sent.Place.Line)
		return false
	case arrived && id == "boucle":
		r.note(id, &r.sent, "sendall()", "rappelée : chaque ligne tapée part et arrive")
	case arrived:
		r.note(id, &r.sent, "sendall()", fmt.Sprintf("%s confiés au noyau, et arrivés de l'autre côté", text.Plural(len(message), "octet")))
	case r.parts > 20+before:
		r.doubts(fmt.Sprintf("une ligne a été tapée, et sendall() a été appelé %d fois : la lecture du clavier n'est pas dans la boucle", r.parts-before), r.sent.Place.Line)
	case got != "":
		r.doubts(fmt.Sprintf("labo a tapé « %s », et c'est « %s » qui est arrivé", message, text.Visible(text.Truncate(got, 60))), r.sent.Place.Line)
	}
	return arrived
}

// says says goodbye, and notes whether that ends the program.
func (r *run) says(goodbye string, say func(string), label string) {
	before, mark, sent := r.count(&r.recvs), r.out.Total(), r.got.Total()
	say(goodbye)
	left := func() bool { return r.ended() }
	taken := func() bool { return label != "" && slices.Contains(printed(r.out.Since(mark)), label+goodbye) }
	over := r.until(func() bool { return left() || taken() }) && !taken()
	r.mu.Lock()
	line := r.recv.Place.Line
	if label == "" {
		line = r.sent.Place.Line
	}
	code := 0
	if r.status != nil {
		code = r.status.Exit()
	}
	r.mu.Unlock()
	switch {
	case over && code != 0:
		return // its error says why
	case over && label == "" && strings.TrimRight(r.got.Since(sent), "\r\n") != goodbye:
		r.doubts("« "+goodbye+" » n'est pas parti : sendall() vient avant le test, sinon le serveur ne sait pas que vous partez", line)
	case over && label != "" && r.count(&r.recvs) == before:
		return
	case over:
		r.facts["exit"] = Fact{At: time.Now(), Line: line, Call: "« " + goodbye + " »", Words: "la boucle est finie, et le programme aussi"}
	default:
		lower := strings.ToLower(goodbye)
		if n, slip := check.SlipOf(r.lines()); n > 0 {
			r.doubts(slip, n)
		} else if !slices.ContainsFunc(r.lines(), leaving().MatchString) && slices.ContainsFunc(r.lines(), exitTested().MatchString) {
			r.doubts("« "+goodbye+" » ne fait pas sortir de la boucle, et aucune ligne ne le peut : il faut « break », seul, sous la condition", line)
		}
		say(lower)
		if r.until(left) {
			r.doubts("« "+lower+" » termine le programme, « "+goodbye+" » non : comparez en minuscules, avec lower()", line)
		}
	}
}

// leaving is a line that may end a loop.
var leaving = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[^#]*\b(?:break|return|(?:exit|quit)\(|while\s+[^T1])`)
})

// exitTested is a line that looks for the word of the sheet.
var exitTested = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^[^#]*["']exit["']`) })

// count returns a count of what the program has done.
func (r *run) count(n *int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *n
}

// joins reports whether the first thread waits for the end of another, at a line
// that calls join().
func (r *run) joins() bool {
	for _, e := range r.running.Record.Waiting() {
		if name := trace.WordKey(e.Call.Name); e.TID == r.root && (name == "futex" || name == "join") && strings.Contains(r.code(e.Place.Line), "join(") {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.note("join", e, "join()", "le thread principal dort jusqu'à la fin de l'autre")
			return true
		}
	}
	return false
}

// closes notes that the program gave back all its sockets.
func (r *run) closes(n int) {
	if !r.ended() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	fds := map[int]bool{}
	var last syscalls.Event
	for _, e := range r.closed {
		fds[e.Call.FD] = true
		last = e
	}
	if len(fds) >= n {
		words := fmt.Sprintf("le descripteur %d est rendu au noyau", last.Call.FD)
		if n > 1 {
			words = "les deux descripteurs sont rendus au noyau"
		}
		r.note("close", &last, "close()", words)
		return
	}
	if len(fds) > 0 {
		r.doubts(fmt.Sprintf("un seul socket est rendu au noyau (descripteur %d) : le programme en a deux", last.Call.FD), last.Place.Line)
	}
}
