package lessons

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// etape1 is the server of the sheet, one system call at a time.
func etape1() Step {
	return Step{Number: 1, Scenes: []Scene{
		{ID: "port-libre", Run: portLibre},
		{ID: "creer-un-socket", Run: creerUnSocket},
		{ID: "reserver-le-port", Run: reserverLePort},
		{ID: "ecouter", Run: ecouter},
		{ID: "attendre-un-client", Run: attendreUnClient},
		{ID: "un-client-arrive", Run: unClientArrive},
		{ID: "octets-en-attente", Run: octetsEnAttente},
		{ID: "votre-navigateur", Run: votreNavigateur},
		{ID: "ctrl-c", Run: ctrlC},
	}}
}

// portLibre: a free port has no row, and the kernel answers for it.
func portLibre(ctx context.Context, b *Bench) {
	b.Say("")
	p := b.Predict("prediction")
	b.ShowMemories() // here, a memory of the port is part of the answer
	s := b.Sockets()
	b.Kernel(s)
	a := b.connect(ctx)
	defer demo.Abort(a.Conn)
	switch n := len(s.Sockets); {
	case n == 0:
		p.Settle("personne", "aucune ligne")
	case holds(s, b.pid()):
		p.Settle("labo", text.Plural(n, "ligne"))
	default: // rows of an earlier program that the kernel still holds
		p.Settle("", text.Plural(n, "ligne")+", sans processus de labo")
		b.Say("souvenir")
	}
	b.explain(a)
}

// explain says the explanation of a refusal, or that there was none: a
// firewall may swallow what the kernel would have refused.
func (b *Bench) explain(a demo.Attempt) {
	if a.Refused() {
		b.Explain("explication")
		return
	}
	b.Explain("sans-refus")
}

// creerUnSocket: socket() gives a descriptor and no port.
func creerUnSocket(_ context.Context, b *Bench) {
	b.Say("")
	p := b.Predict("prediction")
	before := b.Me()
	r, err := demo.NewRaw()
	b.Must(err, "créer un socket")
	made := time.Now()
	defer r.Close()
	after := b.Me()
	b.Event(evidence.Event{
		At: made, From: evidence.Server, To: evidence.Kernel, What: "socket(AF_INET, SOCK_STREAM)",
		Outcome: evidence.Worked, Detail: fmt.Sprintf("rend le descripteur %d", r.Descriptor()), Source: "valeur rendue par socket()",
	})
	s := b.Sockets()
	b.Show(evidence.Evidence{
		Title: "Les descripteurs de labo", At: after.TakenAt, Source: descriptorSource(),
		Values: []evidence.Value{
			{Label: "avant socket()", Text: count(before.FDs, "descripteur ouvert")},
			{Label: "après socket()", Text: count(after.FDs, "descripteur ouvert")},
		},
		Checks: descriptorCheck(b.pid()),
	})
	b.Kernel(s)
	switch {
	case !before.FDs.Known || !after.FDs.Known:
		p.Settle("", "le nombre de descripteurs est inconnu ici")
		b.Explain("sans-compte")
		return
	case holds(s, b.pid()):
		p.Settle("port", "labo tient le port")
	case after.FDs.Value > before.FDs.Value:
		p.Settle("descripteur", fmt.Sprintf("%d descripteurs, puis %d ; aucune ligne pour le port", before.FDs.Value, after.FDs.Value))
	default:
		p.Settle("rien", "aucun descripteur de plus")
	}
	b.Explain("explication")
}

// reserverLePort: a bound port is taken, and still refuses clients.
func reserverLePort(ctx context.Context, b *Bench) {
	b.Say("")
	r := b.bound()
	defer r.Close()
	p := b.Predict("prediction")
	a := b.connect(ctx)
	defer demo.Abort(a.Conn)
	s := b.Sockets()
	b.Kernel(s, b.boundCheck(s)...)
	p.Settle(verdict(a), outcome(a))
	b.explain(a)
}

// ecouter: after listen() the kernel accepts for the program.
func ecouter(ctx context.Context, b *Bench) {
	b.Say("")
	r := b.bound()
	defer r.Close()
	b.Must(r.Listen(1), "écouter sur le port "+strconv.Itoa(b.Port))
	b.Event(evidence.Event{From: evidence.Server, To: evidence.Kernel, What: "listen(1)", Outcome: evidence.Worked, Detail: "le port est ouvert", Source: "valeur rendue par listen()"})
	b.Kernel(b.Sockets())
	p := b.Predict("prediction")
	a := b.connect(ctx)
	defer demo.Abort(a.Conn)
	s := b.Sockets()
	if a.Conn != nil {
		s = b.Until("la connexion établie", func(s *probe.Snapshot) bool { return len(inState(s, probe.Established)) == 2 })
	}
	b.Kernel(s)
	p.Settle(verdict(a), outcome(a))
	b.Explain("explication")
}

// bound returns a socket that has reserved the lesson's port.
func (b *Bench) bound() *demo.Raw {
	r, err := demo.NewRaw()
	b.Must(err, "créer un socket")
	if err = r.Reuse(); err == nil {
		err = r.Bind(b.Server)
	}
	if err != nil {
		r.Close()
		b.Must(CheckPort(b.Context(), uint16(b.Port)), fmt.Sprintf("réserver le port %d", b.Port)) // says who has it
		b.Must(err, fmt.Sprintf("réserver le port %d", b.Port))
	}
	b.Event(evidence.Event{
		From: evidence.Server, To: evidence.Kernel, What: "bind " + b.Server.String(), Outcome: evidence.Worked,
		Detail: fmt.Sprintf("le port %d est réservé", b.Port), Source: "valeur rendue par bind()",
	})
	return r
}

// connect has a client connect to the lesson's port and tells how it ended.
func (b *Bench) connect(ctx context.Context) demo.Attempt {
	a := demo.Connect(ctx, b.Server, 2*time.Second)
	if a.Err != nil {
		b.Stop(ctx.Err())
	}
	e := evidence.Event{From: evidence.Client, To: evidence.Kernel, What: "connect " + b.Server.String(), Detail: outcome(a), Source: "valeur rendue par connect()"}
	if a.Err == nil {
		e.Outcome = evidence.Worked
	} else {
		e.Outcome, e.Source = evidence.Failed, "errno de connect()"
	}
	b.Event(e)
	return a
}

// outcome says how a connect() ended.
func outcome(a demo.Attempt) string {
	in := " en " + text.Duration(a.Elapsed)
	switch {
	case a.Err == nil:
		return "réussie" + in
	case a.Refused():
		return "refusée" + in + " : " + demo.Errno(a.Err)
	case a.TimedOut():
		return "sans réponse après " + text.Duration(a.Elapsed)
	}
	return "échouée" + in + " : " + a.Err.Error()
}

// verdict is the option that an attempt makes right, among those of the
// questions "a client connects now, what happens?".
func verdict(a demo.Attempt) string {
	switch {
	case a.Err == nil:
		return "reussit"
	case a.Refused():
		return "refusee"
	case a.TimedOut():
		return "attend"
	}
	return ""
}

// holds reports whether pid owns a socket of the snapshot.
func holds(s *probe.Snapshot, pid int) bool {
	for i := range s.Sockets {
		if s.Sockets[i].HeldBy(pid) {
			return true
		}
	}
	return false
}

// inState returns the sockets of a snapshot that are in one of the states.
func inState(s *probe.Snapshot, states ...probe.State) []probe.Socket {
	set := probe.NewStateSet(states...)
	var found []probe.Socket
	for _, sock := range s.Sockets {
		if set.Has(sock.State) {
			found = append(found, sock)
		}
	}
	return found
}
