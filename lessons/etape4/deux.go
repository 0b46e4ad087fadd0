package etape4

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
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
	b.Say("")
	answer := b.Write("question")
	secondServer(ctx, b)
	addresses(b)
	b.Pause()
	restarts(ctx, b)
	b.Pause()
	sharedPort(ctx, b)
	answer.Compare("reponse")
	b.Explain("suite")
}

// secondServer starts a server where one already listens.
func secondServer(ctx context.Context, b *bench.Bench) {
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
		b.Say("refuse")
	} else {
		p.Settle("partage", "le second serveur écoute aussi")
		b.Undisturbed()
		b.Say("pas-refuse")
	}
	b.Pause() // while the first server is there to be looked at
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

// addresses draws which pairs of addresses go together on one port.
func addresses(b *bench.Bench) {
	one, two, all := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2"), netip.IPv4Unspecified()
	options := []demo.Sharing{demo.NoSharing, demo.ReuseAddr, demo.ReusePort}
	labels, rows := []string{"premier, second"}, [][]string{{"sans", "REUSEADDR", "REUSEPORT"}}
	for _, pair := range [][2]netip.Addr{{one, one}, {one, all}, {one, two}, {all, one}} {
		row := make([]string, len(options))
		for i, option := range options {
			// Under SO_REUSEADDR, a port that is bound and does not listen is
			// shared: that would not be the answer to two servers.
			if row[i] = "non essayé"; pair[0] != all || option != demo.ReuseAddr {
				row[i] = together(pair, option)
			}
		}
		labels, rows = append(labels, fmt.Sprintf("%v, %v", pair[0], pair[1])), append(rows, row)
	}
	var values []evidence.Value
	for i, line := range columns(rows) {
		values = append(values, evidence.Value{Label: labels[i], Text: line})
	}
	b.Show(evidence.Evidence{
		Title: "Deux serveurs, un seul port", Source: "errno de bind() et de listen()", Values: values,
		Notes: []string{
			"Chaque case : deux sockets de labo, sur un port libre choisi par le noyau. L'option, SO_REUSEADDR ou SO_REUSEPORT, est mise sur les deux.",
			"0.0.0.0 est seulement réservé, sans listen() : labo n'ouvre rien au réseau. D'où la case non essayée : SO_REUSEADDR laisse prendre un port où personne n'écoute.",
		},
	})
	b.Say("adresses")
}

// together says in one word whether two servers fit on one port.
func together(pair [2]netip.Addr, option demo.Sharing) string {
	failed, err := demo.Together(pair[0], pair[1], option)
	switch {
	case errors.Is(err, errors.ErrUnsupported), errors.Is(failed, errors.ErrUnsupported):
		return "sans objet"
	case err != nil:
		return "impossible"
	case failed == nil:
		return "accepté"
	}
	if act.InUse(failed) {
		return "refusé"
	}
	name, _, _ := strings.Cut(fault.Errno(failed), " ")
	return name
}

// restarts: what the memory of a connection does to the next server.
func restarts(ctx context.Context, b *bench.Bench) {
	p := b.Predict("prediction-relance").Apart()
	plain, err := demo.RestartAfter(ctx, demo.NoSharing, demo.NoSharing, true)
	b.Must(err, "jouer le premier serveur")
	kernelOf(b, plain.Port, plain.Snapshot)
	b.Event(evidence.Event{
		From: evidence.Server2, To: evidence.Kernel, What: fmt.Sprintf("bind, listen sur le port %d", plain.Port),
		Outcome: map[bool]evidence.Outcome{true: evidence.Worked, false: evidence.Failed}[plain.Err == nil],
		Detail:  act.Said(plain.Err), Source: "valeur rendue par l'appel",
	})
	b.Set("reste", "un certain temps, que ce système ne montre pas")
	if plain.Left.Known {
		b.Set("reste", text.Duration(plain.Left.Value.Round(time.Second)))
	}
	b.Set("erreur", act.Said(plain.Err))
	switch remembered := len(act.InState(plain.Snapshot, probe.TimeWait)) > 0; {
	case plain.Err == nil:
		p.Settle("marche", "le second serveur écoute")
		b.Say("relance-autrement")
	case remembered && act.InUse(plain.Err):
		p.Settle("refuse", act.Said(plain.Err))
		b.Say("relance-refusee")
	default:
		p.Settle("refuse", act.Said(plain.Err))
		b.Say("relance-refusee-autrement")
	}
	generations(ctx, b, plain)
}

// generations shows who must have set SO_REUSEADDR, and when it matters.
func generations(ctx context.Context, b *bench.Bench, plain demo.Restart) {
	tries := []demo.Restart{plain}
	for _, c := range []demo.Restart{
		{Second: demo.ReuseAddr, ServerClosed: true},
		{First: demo.ReuseAddr, ServerClosed: true},
		{First: demo.ReuseAddr, Second: demo.ReuseAddr, ServerClosed: true},
		{},
	} {
		r, err := demo.RestartAfter(ctx, c.First, c.Second, c.ServerClosed)
		b.Must(err, "jouer le premier serveur")
		tries = append(tries, r)
	}
	reset, err := demo.RestartAfterReset(ctx)
	b.Must(err, "jouer le premier serveur")
	tries = append(tries, reset)
	values := make([]evidence.Value, len(tries))
	for i, r := range tries {
		values[i] = evidence.Value{Label: generation(r), Text: act.Said(r.Err)}
	}
	b.Show(evidence.Evidence{
		Title: "Relancer aussitôt", Source: "errno de bind() et de listen()", Values: values,
	})
	only := func(i int) bool { // the restart i works, and those before do not
		for j := range i {
			if tries[j].Err == nil {
				return false
			}
		}
		return tries[i].Err == nil
	}
	switch {
	case only(3) && tries[4].Err == nil && reset.Err == nil:
		b.Say("generations")
	default:
		b.Say("generations-autrement")
	}
}

// generation says which servers had SO_REUSEADDR, and who closed first.
func generation(r demo.Restart) string {
	switch {
	case r.Unread:
		return "sans option, octets non lus"
	case !r.ServerClosed:
		return "sans option, client d'abord"
	case r.First == demo.ReuseAddr && r.Second == demo.ReuseAddr:
		return "SO_REUSEADDR sur les deux"
	case r.First == demo.ReuseAddr:
		return "SO_REUSEADDR sur le premier seul"
	case r.Second == demo.ReuseAddr:
		return "SO_REUSEADDR sur le second seul"
	}
	return "sans option"
}

// sharedPort: two processes own one port on purpose.
func sharedPort(ctx context.Context, b *bench.Bench) {
	const clients = 100
	b.Set("clients", clients)
	p := b.Predict("prediction-partage").Apart()
	s, err := demo.ShareBetween(ctx, b.Self, clients)
	if errors.Is(err, errors.ErrUnsupported) {
		p.Leave("ce système n'a pas SO_REUSEPORT")
		b.Say("partage-impossible")
		return
	}
	b.Must(err, "partager le port entre deux processus")
	kernelOf(b, s.Port, s.Snapshot)
	b.Show(evidence.Evidence{
		Title: "Qui a répondu", Source: "octet reçu par chaque client",
		Values: []evidence.Value{
			{Label: fmt.Sprintf("premier serveur, processus %d", os.Getpid()), Text: text.Plural(s.Here, "client")},
			{Label: fmt.Sprintf("second serveur, processus %d", s.Child), Text: text.Plural(s.There, "client")},
		},
	})
	b.Set("ici", text.Plural(s.Here, "client"))
	b.Set("la", text.Plural(s.There, "client"))
	measured := fmt.Sprintf("%d pour le premier, %d pour le second", s.Here, s.There)
	switch {
	case s.There == 0:
		p.Settle("premier", measured)
	case s.Here == 0:
		p.Settle("second", measured)
	default:
		p.Settle("deux", measured)
		b.Say("partage")
		return
	}
	b.Say("partage-autrement")
}

// columns sets the cells of rows under one another, close: the whole table
// stands on one line each, even in a small terminal.
func columns(rows [][]string) []string {
	lines := make([]string, len(rows))
	for c := range rows[0] {
		width := 0
		for _, row := range rows {
			width = max(width, text.Width(row[c]))
		}
		for i, row := range rows {
			lines[i] += strings.ReplaceAll(text.PadRight(row[c], width+1), " ", text.NBSP)
		}
	}
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], text.NBSP)
	}
	return lines
}
