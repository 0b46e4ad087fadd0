package etape4

import (
	"context"
	"fmt"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// deuxServeurs: question 4, the server started twice on one port.
func deuxServeurs(ctx context.Context, b *bench.Bench) {
	b.Write("question")
	child, err := demo.StartChild(ctx, b.Self, "serveur", fmt.Sprint(b.Port))
	b.Must(err, "lancer un serveur dans un autre processus")
	defer child.Kill()
	b.Event(evidence.Event{From: evidence.Server, What: fmt.Sprintf("lancé, processus %d", child.PID), Detail: "il écoute"})
	p := b.Predict("prediction")
	r, err := demo.NewRaw()
	b.Must(err, "créer un socket")
	defer r.Close()
	err = r.Bind(b.Server)
	call := "bind " + b.Server.String()
	if err == nil {
		call = "bind, puis listen " + b.Server.String()
		err = r.Listen(1)
	}
	e := evidence.Event{From: evidence.Server2, To: evidence.Kernel, What: call, Outcome: evidence.Worked, Detail: "accepté", Source: "valeur rendue par l'appel"}
	if err != nil {
		e.Outcome, e.Detail, e.Source = evidence.Failed, act.Said(err), "errno de l'appel"
	}
	b.Event(e)
	s := b.Sockets()
	b.Kernel(s)
	b.Set("erreur", fault.Errno(err))
	b.Set("proprietaire", listenerName(s))
	if err != nil {
		p.Settle("refuse", act.Said(err))
		b.Explain("refuse")
		return
	}
	p.Settle("partage", "le second serveur écoute aussi")
	b.Undisturbed()
	b.Explain("pas-refuse")
}

// listenerName says who listens, in words.
func listenerName(s *probe.Snapshot) string {
	listeners := act.InState(s, probe.Listen)
	if len(listeners) == 0 {
		return "personne que labo voie"
	}
	for _, l := range listeners {
		for _, h := range l.Owner.Holders {
			return fmt.Sprintf("%s (%d)", text.Visible(h.Name), h.PID)
		}
	}
	return "un processus que ce système ne montre pas"
}

// relance: the server started again right after it ended, and what the memory
// of its connection does to it; and question 4 again.
func relance(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction").Apart()
	b.Measuring("sans option", 1, 2)
	plain, err := demo.RestartAfter(ctx, demo.NoSharing, demo.NoSharing, true)
	b.Must(err, "jouer le premier serveur")
	kernelOf(b, plain.Port, plain.Snapshot)
	restarted(b, plain, "sans option")
	b.Set("reste", "un certain temps, que ce système ne montre pas")
	if plain.Left.Known {
		b.Set("reste", text.Duration(plain.Left.Value.Round(time.Second)))
	}
	b.Set("erreur", act.Said(plain.Err))
	switch remembered := len(act.InState(plain.Snapshot, probe.TimeWait)) > 0; {
	case plain.Err == nil:
		p.Settle("marche", "le second serveur écoute")
		b.Say("autrement")
	case remembered && act.InUse(plain.Err):
		p.Settle("refuse", act.Said(plain.Err))
		b.Say("refusee")
		b.Pause()
		remedy(ctx, b)
	default:
		p.Settle("refuse", act.Said(plain.Err))
		b.Say("refusee-autrement")
	}
	b.Pause()
	b.Compare("deux-serveurs", "question", "reponse")
	b.Explain("suite")
}

// remedy plays both servers again, with the option that makes the memory no
// obstacle.
func remedy(ctx context.Context, b *bench.Bench) {
	b.Measuring("avec SO_REUSEADDR", 2, 2)
	r, err := demo.RestartAfter(ctx, demo.ReuseAddr, demo.ReuseAddr, true)
	b.Must(err, "jouer le premier serveur")
	b.Say("option")
	kernelOf(b, r.Port, r.Snapshot)
	restarted(b, r, "SO_REUSEADDR sur les deux")
	if remembered := len(act.InState(r.Snapshot, probe.TimeWait)) > 0; r.Err == nil && remembered {
		b.Say("remede")
	} else {
		b.Say("remede-autrement")
	}
}

// restarted tells how the second server fared.
func restarted(b *bench.Bench, r demo.Restart, how string) {
	b.Event(evidence.Event{
		From: evidence.Server2, To: evidence.Kernel, What: "bind, listen, " + how,
		Outcome: map[bool]evidence.Outcome{true: evidence.Worked, false: evidence.Failed}[r.Err == nil],
		Detail:  act.Said(r.Err), Source: "valeur rendue par l'appel",
	})
}
