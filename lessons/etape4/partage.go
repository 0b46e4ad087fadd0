package etape4

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
)

// adresses: which pairs of addresses go together on one port.
func adresses(_ context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction").Apart()
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
	switch rows[2][0] { // 127.0.0.1, then 0.0.0.0, without an option
	case "refusé":
		p.Settle("refuse", "127.0.0.1, puis 0.0.0.0 : refusé")
	case "accepté":
		p.Settle("accepte", "127.0.0.1, puis 0.0.0.0 : accepté")
	default:
		p.Leave("127.0.0.1, puis 0.0.0.0 : " + rows[2][0])
	}
	b.Explain("explication")
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

// generations: which servers must have set SO_REUSEADDR, and when it matters.
func generations(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction").Apart()
	cases := []demo.Restart{
		{ServerClosed: true},
		{Second: demo.ReuseAddr, ServerClosed: true},
		{First: demo.ReuseAddr, ServerClosed: true},
		{First: demo.ReuseAddr, Second: demo.ReuseAddr, ServerClosed: true},
		{},
		{ServerClosed: true, Unread: true},
	}
	tries := make([]demo.Restart, len(cases))
	values := make([]evidence.Value, len(cases))
	for i, c := range cases {
		b.Measuring(generation(c), i+1, len(cases))
		var err error
		if c.Unread {
			tries[i], err = demo.RestartAfterReset(ctx)
		} else {
			tries[i], err = demo.RestartAfter(ctx, c.First, c.Second, c.ServerClosed)
		}
		b.Must(err, "jouer le premier serveur")
		values[i] = evidence.Value{Label: generation(tries[i]), Text: act.Said(tries[i].Err)}
	}
	b.Show(evidence.Evidence{Title: "Relancer aussitôt", Source: "errno de bind() et de listen()", Values: values})
	works := func(i int) bool { return tries[i].Err == nil }
	p.Settle(map[bool]string{true: "marche", false: "refuse"}[works(1)], generation(tries[1])+" : "+act.Said(tries[1].Err))
	if !works(0) && !works(1) && !works(2) && works(3) && works(4) && works(5) {
		b.Explain("explication")
		return
	}
	b.Explain("autrement")
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

// portPartage: two processes own one port on purpose.
func portPartage(ctx context.Context, b *bench.Bench) {
	clients := bench.Anew(b, 100, 60, 80)
	b.Set("clients", clients)
	b.Say("")
	p := b.Predict("prediction").Apart()
	s, err := demo.ShareBetween(ctx, b.Self, clients)
	if errors.Is(err, errors.ErrUnsupported) {
		p.Leave("ce système n'a pas SO_REUSEPORT")
		b.Explain("impossible")
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
		b.Explain("explication")
		return
	}
	b.Explain("autrement")
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
