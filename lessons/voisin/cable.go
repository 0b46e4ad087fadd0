package voisin

import (
	"context"
	"fmt"
	"net"
	"slices"
	"time"

	"labo/lessons/act"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/record"
	"labo/lessons/text"
	"labo/lessons/voisin/link"
	"labo/probe"
)

// cutAfter is for how long nothing comes from the neighbour before the scene
// says so.
const cutAfter = link.Silence + time.Second

// question is what the client sends while the cable is out.
const question = "vous êtes là ?"

// cable: nothing goes through any more. What each kernel holds meanwhile, what it
// sends again, and what comes when the cable is back.
func cable(j *joint) {
	j.Say("")
	j.meet()
	c := j.connected()
	defer c.cut()
	j.mark(3)
	j.await(3, "la mesure de "+j.d.Name())
	j.story()
	j.both(j.counted())
	p := j.Predict("prediction")
	j.Say("debrancher")
	cut := func() bool { return j.d.quiet > cutAfter }
	if !j.linger("Débranchez", "Débranchez le câble, ou coupez le Wi-Fi, d'un seul des deux (p pour ne pas le faire)", cut, nil, time.Minute) {
		p.Leave(j.d.Name() + " donne toujours de ses nouvelles : rien n'a été débranché")
		j.Explain("sans-coupure")
		return
	}
	j.silent()
	s := j.counted()
	j.both(s)
	k, there := j.endOf(s, c.conn)
	option := "ferme"
	if there {
		option = map[probe.State]string{probe.Established: "etabli", probe.CloseWait: "attend"}[k.State]
	}
	p.Settle(option, "ici, "+stateOf(k, there)+", rien reçu de "+j.d.Name()+" depuis "+text.Duration(j.d.silence().Round(time.Second)))
	j.unheard(c.conn)
}

// silent tells what this side measures of the silence.
func (j *joint) silent() {
	said := "Rien n'est venu de " + j.d.Name() + " depuis " + ageWords(j.d.silence()) + ". " + carrierWords(j.d.link.Peer().Here.String())
	if lost := j.d.link.Lost(); fault.Refused(lost) {
		said += " Sa machine, elle, répond : " + fault.Errno(lost) + ", aucun labo n'y écoute plus."
	}
	j.Note(said)
}

// carrierWords says what this system says of the interface that has an address.
func carrierWords(here string) string {
	all, err := net.Interfaces()
	if err != nil {
		return "Les interfaces n'ont pas pu être lues : " + fault.Cause(err) + "."
	}
	for _, i := range all {
		addrs, _ := i.Addrs()
		for _, a := range addrs {
			n, ok := a.(*net.IPNet)
			if !ok || n.IP.String() != here {
				continue
			}
			name := text.Visible(i.Name)
			switch {
			case i.Flags&net.FlagUp == 0:
				return "Ici, l'interface " + name + " est coupée : le système le dit."
			case i.Flags&net.FlagRunning == 0:
				return "Ici, l'interface " + name + " n'a plus de liaison : le système le dit."
			}
			return "Ici, le système dit que l'interface " + name + " a sa liaison."
		}
	}
	return "Ici, plus aucune interface n'a l'adresse " + here + " : le système le dit."
}

// unheard has the client send while nobody hears, and waits for the neighbour.
func (j *joint) unheard(conn *net.TCPConn) {
	send := j.Predict("prediction-envoi")
	var events <-chan evidence.Event
	ctx, cancel := context.WithCancel(j.ctx)
	defer cancel()
	begun := time.Now()
	var ended chan struct{}
	if !j.d.serves() {
		n, err := conn.Write([]byte(question))
		words, option := act.Handed(n)+" en "+text.Duration(time.Since(begun)), "reussit"
		if err != nil {
			words, option = act.Said(err), "echoue"
		}
		j.did(evidence.Event{At: begun, From: evidence.Client, To: evidence.Kernel, What: "sendall " + act.Quoted(question), Outcome: evidence.Worked, Detail: words, Source: "valeur rendue par send()"})
		j.say("envoi", option)
		j.say("envoi-mots", "send() "+words)
		j.story()
		events, ended = j.resends(ctx, conn, begun)
	}
	back := func() bool { return j.d.quiet < time.Second }
	if j.d.serves() {
		j.Say("rebrancher-serveur")
	} else {
		j.Say("rebrancher-client")
	}
	came := j.linger("Personne n'entend", "Regardez la minuterie quelques secondes, puis rebranchez (p si le câble ne revient pas)", back, events, 90*time.Second)
	cancel()
	if ended != nil {
		<-ended
	}
	ending := "sans-retour"
	switch {
	case !came:
		j.silent()
		j.both(j.counted())
	case j.heardAgain(conn, begun):
		ending = "retour"
	default:
		ending = "retour-autrement"
	}
	j.standing(conn)
	if j.d.serves() && !came {
		send.Leave("le client ne l'a pas encore dit : rien ne vient de " + j.d.Name())
	} else {
		j.settle(send, "envoi", "reussit", "echoue", "attend")
	}
	j.Explain(ending)
}

// resends tells each time the timer of a connection fires, and of
// a second connect() made now, until ctx ends; ended is closed after that.
func (j *joint) resends(ctx context.Context, conn *net.TCPConn, begun time.Time) (<-chan evidence.Event, chan struct{}) {
	const maxShared = 5 // the other is told of the first ones
	shared := 0
	events, ended := make(chan evidence.Event, 16), make(chan struct{})
	tell := func(e evidence.Event) {
		e.At, e.From = time.Now(), evidence.Kernel
		j.d.change(func() { // told here as it comes, and to the other once they hear
			if shared++; shared <= maxShared {
				j.d.mine.Acts = append(slices.Clip(j.d.mine.Acts), record.OfEvent(e))
				j.toldMine = len(j.d.mine.Acts)
			}
		})
		select {
		case events <- e:
		case <-ctx.Done():
		}
	}
	second := make(chan struct{})
	go func() { // a new connection asks too, and is not heard either
		defer close(second)
		a := demo.Connect(ctx, j.d.server(), time.Hour)
		demo.Abort(a.Conn)
		if ctx.Err() == nil {
			tell(evidence.Event{To: evidence.Client, What: "un second connect()", Outcome: evidence.Did, Detail: act.Outcome(a), Source: "valeur rendue par connect()"})
		}
	}()
	go func() {
		defer close(ended)
		defer func() { <-second }()
		counts := map[probe.State]uint8{}
		for tick := time.NewTicker(30 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
			s, err := j.Look(ctx, probe.Filter{Ports: []uint16{j.Port}, Info: true})
			if err != nil {
				continue
			}
			for i := range s.Sockets {
				k := &s.Sockets[i]
				t := k.Timer.Value
				mine := plain(k.Local) == act.AddrPort(conn.LocalAddr()) || k.State == probe.SynSent
				if !mine || t.Retransmits <= counts[k.State] {
					continue
				}
				counts[k.State] = t.Retransmits
				tell(evidence.Event{What: resendWords(k), Outcome: evidence.Waiting,
					Detail: text.Duration(time.Since(begun)) + " après : " + measured.Timer(k), Source: s.Source.String()})
			}
		}
	}()
	return events, ended
}

// resendWords says whose timer fires.
func resendWords(k *probe.Socket) string {
	if k.State == probe.SynSent {
		return "minuterie du SYN, second connect()"
	}
	return "minuterie du message"
}

// standing sets what this kernel holds of a connection now.
func (j *joint) standing(conn *net.TCPConn) {
	k, there := j.endOf(j.counted(), conn)
	j.Set("insiste", insists())
	j.Set("etat", stateOf(k, there))
	j.Set("minuterie", timerWords(k, there))
	j.Set("silence", ageWords(j.d.silence()))
}

// timerWords says what the timer of a row says.
func timerWords(k probe.Socket, there bool) string {
	switch {
	case !there:
		return "donc aucune minuterie"
	case !k.Timer.Known:
		return "minuterie inconnue ici"
	case k.Timer.Value.Kind == probe.TimerNone:
		return "aucune minuterie"
	}
	return measured.Timer(&k)
}

// heardAgain waits until what was sent has come, here, or been confirmed, tells
// both sides' story, and reports whether it was.
func (j *joint) heardAgain(conn *net.TCPConn, begun time.Time) (arrived bool) {
	j.Note(j.d.Name() + " donne de nouveau de ses nouvelles, " + text.Duration(time.Since(begun).Round(100*time.Millisecond)) + " après.")
	if j.d.serves() {
		j.linger("En attendant le message", "Le noyau du client le renverra quand sa minuterie sonnera (p pour ne pas attendre)", func() bool {
			j.d.mu.Unlock() // the kernel is asked
			defer j.d.mu.Lock()
			s, err := j.Look(j.ctx, j.Filter())
			if err != nil {
				return false
			}
			k, there := j.endOf(s, conn)
			return !there || k.RecvQueue.Or(1) > 0
		}, nil, time.Minute)
		err := j.recv(conn, evidence.Server, time.Second)
		arrived = err == nil
	} else {
		var last probe.Socket
		j.linger("En attendant la confirmation", "Le noyau renvoie quand sa minuterie sonne (p pour ne pas attendre)", func() bool {
			j.d.mu.Unlock()
			defer j.d.mu.Lock()
			s, err := j.Look(j.ctx, probe.Filter{Ports: []uint16{j.Port}, Info: true})
			if err != nil {
				return false
			}
			k, there := j.endOf(s, conn)
			last, arrived = k, there && k.SendQueue.Or(1) == 0
			return !there || k.SendQueue.Or(0) == 0
		}, nil, time.Minute)
		words := stateOf(last, last.Local.IsValid())
		if last.Info != nil {
			words = fmt.Sprintf("%s, %s en tout", words, text.Plural(int(last.Info.Resent), "segment renvoyé"))
		}
		if arrived {
			j.did(evidence.Event{From: evidence.Kernel, To: evidence.Client, What: "file d'envoi du client vide", Outcome: evidence.Worked, Detail: words, Source: "sock_diag"})
		}
	}
	j.mark(5)
	j.await(5, "la mesure de "+j.d.Name())
	j.story()
	j.both(j.counted())
	return arrived
}
