package etape1

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// browserPatience is how long the scene waits for a browser. The reader can go
// on sooner; nobody waits without a way out.
const browserPatience = 3 * time.Minute

// visit is what came to the server of the browser scene.
type visit struct {
	conn    net.Conn
	request []byte
	empty   int // connections that closed without a byte, before this one
	err     error
}

// votreNavigateur: a browser calls the sheet's server.
func votreNavigateur(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction")
	r := receive(ctx, b)
	defer r.stop()
	real := !b.Alone() && invite(b, r)
	var own *ownRequest
	if !real {
		if b.Alone() {
			b.Say("seul")
		} else {
			b.Say("sans-navigateur")
		}
		own = request(ctx, b)
		defer own.stop()
		act.Await(b, "la demande", r.arrived)
		for len(r.events) > 0 {
			b.Event(<-r.events)
		}
	}
	v, err := r.visit()
	b.Must(err, "recevoir la demande")
	if own != nil && act.AddrPort(v.conn.RemoteAddr()) != act.AddrPort(own.conn.LocalAddr()) {
		b.Fail("la demande reçue vient de " + v.conn.RemoteAddr().String() + ", qui n'est pas le client de labo")
	}
	showRequest(b, v, real)
	if option, measured := stillBlank(b, v, own); option != "" {
		p.Settle(option, measured)
	} else {
		p.Leave(measured)
	}
	if real {
		b.Explain("explication", "avec-navigateur")
		return
	}
	b.Explain("explication-labo")
}

// invite asks the reader to open a browser, and reports whether a request came.
func invite(b *bench.Bench, r *receiving) bool {
	b.Say("a-vous")
	b.Welcome()
	return b.Watch("La table du port, en direct", "Sans navigateur, tapez p : labo jouera son rôle.", r.came, r.events, browserPatience)
}

// showRequest shows what the server has received, and the table at that moment.
func showRequest(b *bench.Bench, v visit, real bool) {
	if real {
		b.Sleep(300 * time.Millisecond) // a browser opens its second connection a little later
	}
	snap := b.Sockets()
	notes := []string{`\r\n marque la fin d'une ligne.`}
	if len(v.request) == chat.ReadSize {
		notes = append(notes, "La demande est plus longue que recv(1024) : la suite attend dans le noyau.")
	}
	b.Show(evidence.Evidence{
		Title: "La demande reçue", Source: "valeur rendue par recv()",
		Values: requestLines(v.request), Notes: notes,
	})
	b.Kernel(snap)
	if v.empty > 0 {
		b.Say("connexion-vide")
	}
	if real && waitingInQueue(snap) > 0 {
		b.Say("seconde-connexion")
	}
}

// stillBlank settles what the browser's window shows: labo's own request says
// so itself; of a real browser, the kernel knows that it got no byte and still
// waits.
func stillBlank(b *bench.Bench, v visit, own *ownRequest) (option, measured string) {
	if own != nil {
		answer := own.wait(b)
		b.Event(evidence.Event{From: evidence.Client, What: "recv", Outcome: evidence.Waiting, Detail: answer.words(), Source: "délai de labo"})
		if answer.silent {
			return "blanc", answer.words()
		}
		return "", "le client de labo n'a pas attendu jusqu'au bout (" + answer.words() + ")"
	}
	client := act.AddrPort(v.conn.RemoteAddr())
	for _, s := range act.InState(b.Sockets(), probe.Established) {
		if s.Remote == client {
			return "blanc", "0 octet envoyé par le serveur, et la connexion reste ouverte"
		}
	}
	return "", "la connexion du navigateur n'est plus ouverte, et labo n'a pas vu ce que montrait sa fenêtre"
}

// waitingInQueue returns the number of connections in the accept queue, 0
// where this system does not tell.
func waitingInQueue(s *probe.Snapshot) uint32 {
	var n uint32
	for _, l := range act.InState(s, probe.Listen) {
		n += l.RecvQueue.Or(0)
	}
	return n
}

// requestLines returns the lines of a request as figures, made visible, their ends
// as Python writes them: few fonts have the signs for them.
func requestLines(request []byte) []evidence.Value {
	var values []evidence.Value
	for line := range strings.Lines(string(request)) {
		bare := strings.TrimSuffix(line, "\r\n")
		shown := text.Visible(bare)
		if bare != line {
			shown += `\r\n`
		}
		values = append(values, evidence.Value{Text: shown})
	}
	return values
}

// receiving is the server of the browser scene, at work.
type receiving struct {
	listener *net.TCPListener
	events   chan evidence.Event
	came     chan struct{} // closed when a request has come
	ended    chan struct{}
	result   visit // after ended
	cancel   context.CancelFunc
}

// receive listens as the sheet's server does and waits for a request. It
// accepts again where a client closes without a byte. Stop it.
func receive(ctx context.Context, b *bench.Bench) *receiving {
	l, err := chat.Listen(ctx, b.Server)
	b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
	ctx, cancel := context.WithCancel(ctx)
	r := &receiving{listener: l, events: make(chan evidence.Event, 64), came: make(chan struct{}), ended: make(chan struct{}), cancel: cancel}
	go func() {
		r.result = r.run(ctx)
		close(r.ended) // first: whoever sees came asks for the visit
		if r.result.err == nil {
			close(r.came)
		}
	}()
	return r
}

// arrived reports whether a request has come.
func (r *receiving) arrived() bool {
	select {
	case <-r.came:
		return true
	default:
		return false
	}
}

// visit returns what came, or why nothing did.
func (r *receiving) visit() (visit, error) {
	select {
	case <-r.ended:
		return r.result, r.result.err
	default:
		return visit{}, fault.Failed("aucune demande n'est arrivée", "", nil)
	}
}

// stop closes everything.
func (r *receiving) stop() {
	r.cancel()
	r.listener.Close()
	<-r.ended
	demo.Abort(r.result.conn)
}

func (r *receiving) run(ctx context.Context) visit {
	var v visit
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			v.err = err
			return v
		}
		r.tell("accept()", evidence.Worked, fmt.Sprintf("rend la connexion du port %d", act.AddrPort(conn.RemoteAddr()).Port()))
		unblock := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Now()) })
		buf := make([]byte, chat.ReadSize)
		n, err := conn.Read(buf)
		unblock()
		if n > 0 {
			r.tell("recv", evidence.Worked, "rend "+text.Plural(n, "octet")+" : "+firstLine(buf[:n]))
			v.conn, v.request = conn, buf[:n]
			return v
		}
		demo.Abort(conn)
		if ctx.Err() != nil {
			v.err = ctx.Err()
			return v
		}
		v.empty++
		r.tell("recv", evidence.Failed, act.Farewell(n, err))
	}
}

// tell reports what the kernel gave the server; events that nobody takes in
// time are dropped rather than waited for.
func (r *receiving) tell(what string, outcome evidence.Outcome, detail string) {
	e := evidence.Event{At: time.Now(), From: evidence.Kernel, To: evidence.Server, What: what, Outcome: outcome, Detail: detail}
	select {
	case r.events <- e:
	default:
	}
}
