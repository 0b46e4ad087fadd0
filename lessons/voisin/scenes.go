package voisin

import (
	"net/netip"
	"slices"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// settle answers a prediction with what one of the two measured under a name: the
// ID of an option. words says it; what the other measured is told as theirs.
func (j *joint) settle(p *bench.Prediction, name string, options ...string) {
	j.d.mu.Lock()
	option, by := j.d.mine.Said[name], ""
	said := j.d.mine.Said[name+"-mots"]
	if option == "" {
		option, said, by = j.d.last.Said[name], j.d.last.Said[name+"-mots"], " (dit par "+j.d.Name()+")"
	}
	j.d.mu.Unlock()
	switch {
	case option == "":
		p.Leave("l'autre machine ne l'a pas dit")
	case !slices.Contains(options, option):
		p.Settle("", said+by)
	default:
		p.Settle(option, said+by)
	}
}

// handshake: what each kernel holds, before accept() and after.
func handshake(j *joint) {
	j.Say("")
	p := j.Predict("prediction")
	j.meet()
	var c couple
	if j.d.serves() {
		c.listener = j.listen()
		defer c.listener.Close()
		j.mark(1)
		j.await(2, "connect() chez "+j.d.Name())
		s := j.queued()
		j.mark(3)
		j.await(3, "la mesure de "+j.d.Name())
		j.story()
		j.both(s)
	} else {
		j.await(1, "l'écoute de "+j.d.Name())
		a := j.connect()
		j.Must(a.Err, "se connecter à "+j.d.Name())
		c.conn = a.Conn
		defer demo.Abort(c.conn)
		j.say("duree", text.Duration(a.Elapsed))
		s := j.counted()
		if k, ok := j.endOf(s, c.conn); ok && k.Info != nil && k.Info.RoundTrip.Known {
			j.say("trajet", text.Duration(k.Info.RoundTrip.Value))
		}
		j.mark(3)
		j.await(3, "la mesure de "+j.d.Name())
		j.story()
		j.both(s)
	}
	for _, name := range []string{"duree", "trajet"} {
		j.Set(name, j.mineOrSaid(name))
	}
	j.settle(p, "file", "rien", "attend", "etabli")
	j.Pause()
	if j.d.serves() {
		c.conn = j.accept(c.listener)
		defer demo.Abort(c.conn)
		j.mark(4)
	} else {
		j.linger("En attendant accept()", "Le serveur appelle accept() quand son lecteur continue", func() bool { return j.d.last.Mark >= 4 || j.d.theirs.Play != j.d.with }, nil, patience)
	}
	j.story()
	j.both(j.counted())
	j.Explain("explication")
}

// queued waits for the row of a connection that nobody has accepted.
func (j *joint) queued() *probe.Snapshot {
	var row probe.Socket
	s := j.Until("la ligne de la connexion", func(s *probe.Snapshot) bool {
		i := slices.IndexFunc(s.Sockets, func(k probe.Socket) bool {
			return k.Local.Port() == j.Port && plain(k.Remote).Addr() == j.d.link.Peer().There && k.State != probe.TimeWait
		})
		if i >= 0 {
			row = s.Sockets[i]
		}
		return i >= 0
	})
	option := map[probe.State]string{probe.Established: "etabli", probe.SynReceived: "attend"}[row.State]
	words := measured.StateName(row.State) + ", " + measured.Owner(row.Owner, s.Source)
	if option == "" {
		option = "autre"
	}
	j.say("file", option)
	j.say("file-mots", words)
	j.did(evidence.Event{From: evidence.Kernel, To: evidence.Server, What: "connexion dans la file", Outcome: evidence.Worked, Detail: words, Source: s.Source.String()})
	return s
}

// mineOrSaid is what one of the two measured under a name.
func (j *joint) mineOrSaid(name string) string {
	j.d.mu.Lock()
	defer j.d.mu.Unlock()
	for _, value := range []string{j.d.mine.Said[name], j.d.last.Said[name]} {
		if value != "" {
			return value
		}
	}
	return "inconnu ici"
}

// refusal: nobody listens on the other machine; who said no.
func refusal(j *joint) {
	j.Say("")
	p := j.Predict("prediction")
	who := j.Predict("prediction-qui")
	j.meet()
	if j.d.serves() {
		before := probe.SentResets()
		j.mark(1)
		j.await(2, "connect() chez "+j.d.Name())
		j.resets(before)
		j.mark(3)
		j.await(3, "la mesure de "+j.d.Name())
	} else {
		j.await(1, "la mesure de "+j.d.Name())
		a := j.connect()
		demo.Abort(a.Conn)
		option := "autre"
		switch {
		case a.Err == nil:
			option = "accepte"
		case a.Refused():
			option = "refus"
		case a.TimedOut():
			option = "silence"
		}
		j.say("appel", option)
		j.say("appel-mots", act.Outcome(a))
		j.mark(2)
		j.await(3, "la mesure de "+j.d.Name())
		j.mark(3)
	}
	j.story()
	j.both(j.Sockets())
	j.settle(p, "appel", "refus", "silence", "accepte")
	if j.mineOrSaid("rst") == "inconnu" {
		who.Leave("le système du serveur ne dit pas combien de RST il envoie")
	} else {
		j.settle(who, "rst", "noyau")
	}
	j.Explain("explication")
}

// resets notes what this kernel counted of RST since before.
func (j *joint) resets(before probe.Maybe[uint64]) {
	after := probe.SentResets()
	if !before.Known || !after.Known {
		j.say("rst", "inconnu")
		return
	}
	n := int(after.Value - before.Value)
	words := text.Number(n) + " RST de plus"
	option := "aucun"
	if n > 0 {
		option = "noyau"
	}
	j.say("rst", option)
	j.say("rst-mots", "le noyau du serveur compte "+words)
	j.did(evidence.Event{From: evidence.Kernel, What: "compteur OutRsts du noyau du serveur", Outcome: evidence.Did, Detail: words, Source: "/proc/net/snmp"})
}

// closing: who closes first, and which machine remembers.
func closing(j *joint) {
	j.Say("")
	p := j.Predict("prediction")
	j.meet()
	seen, hidden := [2]string{}, false
	for round, serverFirst := range []bool{false, true} {
		words := "le client ferme d'abord"
		if serverFirst {
			words = "le serveur ferme d'abord"
		}
		j.Measuring(words, round+1, 2)
		seen[round] = j.closeOnce(10*(round+1), serverFirst, &hidden)
		j.story()
		j.both(j.Sockets())
		j.Pause()
	}
	said := "TIME-WAIT " + seen[0] + ", puis " + seen[1]
	const client, server, two = "chez le client", "chez le serveur", "des deux côtés"
	switch {
	case hidden:
		p.Leave("l'un des deux systèmes ne montre pas les souvenirs (TIME-WAIT)")
	case seen == [2]string{client, server}:
		p.Settle("premier", said)
	case seen == [2]string{server, server}:
		p.Settle("serveur", said)
	case seen == [2]string{two, two}:
		p.Settle("deux", said)
	default:
		p.Settle("", said)
	}
	j.Explain("explication")
}

// closeOnce makes a connection, closes it in an order, and says where a memory of
// it is. Its marks begin at base.
func (j *joint) closeOnce(base int, serverFirst bool, hidden *bool) (where string) {
	var c couple
	if j.d.serves() {
		c.listener = j.listen()
		j.mark(base + 1)
		j.await(base+2, "la connexion de "+j.d.Name())
		c.conn = j.accept(c.listener)
		c.listener.Close()
	} else {
		j.await(base+1, "l'écoute de "+j.d.Name())
		a := j.connect()
		j.Must(a.Err, "se connecter à "+j.d.Name())
		c.conn = a.Conn
		j.mark(base + 2)
	}
	defer demo.Abort(c.conn)
	local, remote := act.AddrPort(c.conn.LocalAddr()), act.AddrPort(c.conn.RemoteAddr())
	me := evidence.Client
	if j.d.serves() {
		me = evidence.Server
	}
	close := func() {
		c.conn.Close()
		j.did(evidence.Event{From: me, To: evidence.Kernel, What: "close", Outcome: evidence.Did})
	}
	if j.d.serves() == serverFirst {
		j.mark(base + 3)
		j.await(base+3, j.d.Name())
		close()
	} else {
		j.mark(base + 3)
		j.await(base+3, j.d.Name())
		j.recv(c.conn, me, patience)
		close()
	}
	return j.remembered(base, local, remote, hidden)
}

// remembered says on which machine the kernel keeps a connection that both have
// closed: marks 4 and 5.
func (j *joint) remembered(base int, local, remote netip.AddrPort, hidden *bool) string {
	j.mark(base + 4)
	j.await(base+4, "la fermeture de "+j.d.Name())
	state := "aucun"
	for begun := time.Now(); time.Since(begun) < 3*time.Second; j.Sleep(20 * time.Millisecond) {
		s := j.counted()
		k, there := j.end(s, local, remote)
		if probe.Survey(j.d.server(), s).MemoryUnseen {
			state = "invisible"
			break
		}
		state = "aucun"
		if there && k.State == probe.TimeWait {
			state = "oui"
		}
		if there == (state == "oui") { // settled: a memory, or no row
			break
		}
		state = "autre"
	}
	name := "souvenir" + text.Number(base)
	j.say(name, state)
	j.mark(base + 5)
	j.await(base+5, "la mesure de "+j.d.Name())
	client, server := state, j.said(name)
	if j.d.serves() {
		client, server = server, client
	}
	*hidden = *hidden || client == "invisible" || server == "invisible"
	switch {
	case client == "oui" && server == "oui":
		return "des deux côtés"
	case client == "oui" && server == "aucun":
		return "chez le client"
	case server == "oui" && client == "aucun":
		return "chez le serveur"
	case server == "aucun" && client == "aucun":
		return "nulle part"
	}
	return "on ne sait où"
}
