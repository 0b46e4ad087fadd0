// Package etape1 is the server of the sheet, one system call at a time.
package etape1

import (
	"context"
	"fmt"
	"os"
	"runtime"
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
func portLibre(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction")
	b.ShowMemories() // here, a memory of the port is part of the answer
	s := b.Sockets()
	b.Kernel(s)
	a := act.Connect(ctx, b)
	defer demo.Abort(a.Conn)
	switch n := len(s.Sockets); {
	case n == 0:
		p.Settle("personne", "aucune ligne")
	case act.Holds(s, os.Getpid()):
		p.Settle("labo", text.Plural(n, "ligne"))
	default: // rows of an earlier program that the kernel still holds
		p.Settle("", text.Plural(n, "ligne")+", sans processus de labo")
		b.Say("souvenir")
	}
	explainRefusal(b, a)
}

// explainRefusal says the explanation of a refusal, or that there was none: a
// firewall may swallow what the kernel would have refused.
func explainRefusal(b *bench.Bench, a demo.Attempt) {
	if a.Refused() {
		b.Explain("explication")
		return
	}
	b.Undisturbed()
	b.Explain("sans-refus")
}

// creerUnSocket: socket() gives a descriptor and no port.
func creerUnSocket(_ context.Context, b *bench.Bench) {
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
		p.Settle("", "le nombre de descripteurs est inconnu ici")
		b.Explain("sans-compte")
		return
	case act.Holds(s, os.Getpid()):
		p.Settle("port", "labo tient le port")
	case after.FDs.Value > before.FDs.Value:
		p.Settle("descripteur", fmt.Sprintf("%d descripteurs, puis %d ; aucune ligne pour le port", before.FDs.Value, after.FDs.Value))
	default:
		p.Settle("rien", "aucun descripteur de plus")
	}
	b.Explain("explication")
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
	explainRefusal(b, a)
}

// ecouter: after listen() the kernel accepts for the program.
func ecouter(ctx context.Context, b *bench.Bench) {
	b.Say("")
	r := act.Bound(b)
	defer r.Close()
	b.Must(r.Listen(1), fmt.Sprintf("écouter sur le port %d", b.Port))
	b.Event(evidence.Returned(evidence.Server, "listen(1)", "listen", "le port est ouvert"))
	b.Kernel(b.Sockets())
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
	b.Explain("explication")
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

// cpuSource is where the probe reads the CPU time of this process.
func cpuSource() string {
	if runtime.GOOS == "windows" {
		return "GetProcessTimes"
	}
	return "getrusage"
}
