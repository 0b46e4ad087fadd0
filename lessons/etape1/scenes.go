// Package etape1 is the server of the sheet, one system call at a time.
package etape1

import (
	"context"
	"fmt"
	"os"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// Step returns the scenes, in their order.
func Step() bench.Step {
	return bench.Step{Number: 1, Scenes: []bench.Scene{
		{ID: "port-libre", Run: portLibre},
		{ID: "creer-un-socket", Run: creerUnSocket},
		{ID: "ecrire-socket", Run: act.Fill("serveur.py", 1, 1)},
		{ID: "reserver-le-port", Run: reserverLePort},
		{ID: "ecrire-bind", Run: act.Fill("serveur.py", 2, 2)},
		{ID: "ecouter", Run: ecouter},
		{ID: "ecrire-listen", Run: act.Fill("serveur.py", 3, 3)},
		{ID: "attendre-un-client", Run: attendreUnClient},
		{ID: "un-client-arrive", Run: unClientArrive},
		{ID: "ecrire-accept", Run: act.Fill("serveur.py", 4, 4)},
		{ID: "octets-en-attente", Run: octetsEnAttente},
		{ID: "ecrire-recv", Run: act.Fill("serveur.py", 5, 5)},
		{ID: "ecrire-boucle", Run: act.Fill("serveur.py", 6, 6)},
		{ID: "ecrire-exit", Run: act.Fill("serveur.py", 7, 8)},
		{ID: "ordonner-les-lignes", Run: ordonnerLesLignes},
		{ID: "votre-navigateur", Run: votreNavigateur},
		{ID: "votre-serveur", Run: votreServeur},
		{ID: "ctrl-c", Run: ctrlC},
	}}
}

// portLibre: a free port has no row, and the kernel answers for it.
func portLibre(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction")
	b.ShowMemories() // here, a memory of the port is part of the answer
	s := b.Sockets()
	b.Kernel(s)
	a := act.Connect(ctx, b)
	defer demo.Abort(a.Conn)
	n, kept := len(s.Sockets), onlyMemories(s)
	switch {
	case act.Holds(s, os.Getpid()):
		p.Settle("labo", text.Plural(n, "ligne"))
	case a.Refused() && n == 0:
		p.Settle("personne", "aucune ligne")
	case a.Refused() && kept:
		p.Settle("personne", text.Plural(n, "ligne")+", sans programme : des connexions finies, dont le noyau se souvient")
	default:
		p.Leave("labo n'a pas pu établir à qui est le port")
	}
	if a.Refused() && n > 0 && kept {
		b.Explain("souvenir", "compteurs")
		return
	}
	explainRefusal(ctx, b, a, "explication", "compteurs")
}

// onlyMemories reports whether all rows are of connections that are over and
// that no process holds: there is at least one.
func onlyMemories(s *probe.Snapshot) bool {
	for _, sock := range s.Sockets {
		if sock.State == probe.Listen || sock.State == probe.Established || sock.Owner.Kind != probe.OwnerKernel {
			return false
		}
	}
	return len(s.Sockets) > 0
}

// explainRefusal says the explanation of a refusal, or what came in its place.
func explainRefusal(ctx context.Context, b *bench.Bench, a demo.Attempt, parts ...string) {
	if a.Refused() {
		b.Explain(parts...)
		return
	}
	b.Undisturbed()
	b.Set("constat", act.Unrefused(ctx, b, a))
	b.Explain("sans-refus")
}

// creerUnSocket: socket() gives a descriptor and no port.
func creerUnSocket(_ context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction")
	before := b.Examine(os.Getpid(), "labo")
	r, err := demo.NewRaw()
	b.Must(err, "créer un socket")
	made := time.Now()
	defer r.Close()
	after := b.Examine(os.Getpid(), "labo")
	b.Event(evidence.Event{
		At: made, From: evidence.Server, To: evidence.Kernel, What: "socket(AF_INET, SOCK_STREAM)",
		Outcome: evidence.Worked, Detail: fmt.Sprintf("rend le descripteur %d", r.Descriptor()), Source: "valeur rendue par socket()",
	})
	s := b.Sockets()
	b.Show(evidence.Evidence{
		Title: "Les descripteurs de labo", At: after.TakenAt, Source: act.DescriptorSource(),
		Values: []evidence.Value{
			{Label: "avant socket()", Text: act.Count(before.FDs, "descripteur ouvert")},
			{Label: "après socket()", Text: act.Count(after.FDs, "descripteur ouvert")},
		},
		Checks: act.DescriptorCheck(os.Getpid()),
	})
	b.Kernel(s)
	switch {
	case !before.FDs.Known || !after.FDs.Known:
		p.Leave("le nombre de descripteurs est inconnu ici")
		b.Explain("sans-compte")
		return
	case act.Holds(s, os.Getpid()):
		p.Settle("port", "labo tient le port")
	case after.FDs.Value > before.FDs.Value:
		p.Settle("descripteur", fmt.Sprintf("%d descripteurs, puis %d ; aucune ligne pour le port", before.FDs.Value, after.FDs.Value))
	default: // and yet socket() has returned one
		p.Settle("", fmt.Sprintf("%d descripteurs, puis %d", before.FDs.Value, after.FDs.Value))
	}
	b.ExplainUsual(after.FDs.Value > before.FDs.Value && !act.Holds(s, os.Getpid()), "explication")
}

// reserverLePort: a bound port is taken, and still refuses clients.
func reserverLePort(ctx context.Context, b *bench.Bench) {
	b.Say("")
	r := act.Bound(b)
	defer r.Close()
	p := b.Predict("prediction")
	a := act.Connect(ctx, b)
	defer demo.Abort(a.Conn)
	b.Kernel(b.Sockets())
	p.Settle(verdict(a), act.Outcome(a))
	explainRefusal(ctx, b, a, "explication")
}

// ecouter: after listen() the kernel accepts for the program.
func ecouter(ctx context.Context, b *bench.Bench) {
	b.Say("")
	r := act.Bound(b)
	defer r.Close()
	b.Must(r.Listen(1), fmt.Sprintf("écouter sur le port %d", b.Port))
	b.Event(evidence.Returned(evidence.Server, "listen(1)", "listen", "le port est ouvert"))
	p := b.Predict("prediction")
	a := act.Connect(ctx, b)
	defer demo.Abort(a.Conn)
	s := b.Sockets()
	if a.Conn != nil {
		s = b.Until("la connexion établie", func(s *probe.Snapshot) bool { return len(act.InState(s, probe.Established)) == 2 })
	}
	b.Kernel(s)
	p.Settle(verdict(a), act.Outcome(a))
	if a.Conn == nil {
		b.Undisturbed()
	}
	b.ExplainUsual(a.Err == nil, "explication")
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
