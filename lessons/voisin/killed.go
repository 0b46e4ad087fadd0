package voisin

import (
	"errors"
	"strconv"

	"labo/lessons/act"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// killed: the client's process is killed, once with nothing left to read, once
// with bytes that it had not read.
func killed(j *joint) {
	j.Say("")
	p := j.Predict("prediction")
	j.meet()
	j.Measuring("un client tué, qui avait tout lu", 1, 2)
	j.killOnce(10, false)
	j.settle(p, "recv10", "fin", "rst", "rien")
	j.Pause()
	second := j.Predict("prediction-non-lu")
	j.mark(18)
	if !j.linger("En attendant "+j.d.Name(), "La suite se joue à deux (p pour ne pas attendre)", func() bool { return j.d.last.Mark >= 18 || j.d.theirs.Play != j.d.with }, nil, patience) {
		second.Leave(j.d.Name() + " n'a pas continué")
		j.Explain("explication")
		return
	}
	j.Measuring("un client tué, qui n'avait pas tout lu", 2, 2)
	j.killOnce(20, true)
	j.settle(second, "recv20", "fin", "rst", "rien")
	j.Explain("explication")
}

// killOnce has the client's machine start the sheet's client in a process of its
// own, and kill it; what the server's recv() then says is kept under "recv" and
// base. unread: the client is frozen before, and bytes wait for it.
func (j *joint) killOnce(base int, unread bool) {
	if !j.d.serves() {
		j.killClient(base, unread)
		return
	}
	l := j.listen()
	defer l.Close()
	j.mark(base + 1)
	j.await(base+2, "le client de "+j.d.Name())
	c := j.accept(l)
	defer demo.Abort(c)
	j.mark(base + 3)
	j.await(base+4, "le client de "+j.d.Name())
	if unread {
		n, err := c.Write([]byte("bonsoir"))
		j.Must(err, "envoyer à "+j.d.Name())
		j.did(evidence.Returned(evidence.Server, "sendall « bonsoir »", "send", act.Handed(n)))
	}
	j.mark(base + 5)
	j.await(base+6, "la fin du client de "+j.d.Name())
	err := j.recv(c, evidence.Server, patience/4)
	option, words := "fin", "recv() rend 0 octet (FIN)"
	switch reset := act.Said(err); {
	case err == nil:
		option, words = "autre", "recv() rend des octets"
	case isTimeout(err):
		option, words = "rien", "recv() attend toujours"
	case reset != "" && !isEOF(err):
		option, words = "rst", "recv() "+reset
	}
	name := "recv" + text.Number(base)
	j.say(name, option)
	j.say(name+"-mots", words)
	s := j.counted()
	k, there := j.endOf(s, c)
	j.did(evidence.Event{From: evidence.Kernel, To: evidence.Server, What: "sa ligne ensuite", Outcome: evidence.Did, Detail: stateOf(k, there), Source: s.Source.String()})
	j.tellEnd(base + 7)
}

// killClient is the client's side of [joint.killOnce].
func (j *joint) killClient(base int, unread bool) {
	j.await(base+1, "l'écoute de "+j.d.Name())
	child, err := demo.StartChild(j.ctx, j.Self, "client", j.d.server().String())
	j.Stop(j.ctx.Err())
	j.Must(err, "lancer le client")
	defer child.Kill()
	j.did(evidence.Event{From: evidence.Client, To: evidence.Kernel, What: "connect " + j.d.server().String(), Outcome: evidence.Worked, Detail: "le client est le processus " + strconv.Itoa(child.PID)})
	j.mark(base + 2)
	j.await(base+3, "accept() chez "+j.d.Name())
	if unread {
		err := child.Freeze()
		if errors.Is(err, errors.ErrUnsupported) {
			j.did(evidence.Event{From: evidence.Nobody, What: "ce système ne suspend pas un processus : le client lit donc tout"})
		} else {
			j.Must(err, "suspendre le client")
			j.did(evidence.Event{From: evidence.Client, What: "SIGSTOP", Outcome: evidence.Did, Detail: "il ne lit plus rien"})
		}
	}
	j.mark(base + 4)
	j.await(base+5, "l'envoi de "+j.d.Name())
	if unread {
		s := j.Until("l'arrivée des octets", func(s *probe.Snapshot) bool {
			for i := range s.Sockets {
				if k := &s.Sockets[i]; k.HeldBy(child.PID) && k.RecvQueue.Or(1) > 0 {
					return true
				}
			}
			return false
		})
		j.Kernel(s)
	}
	child.Kill()
	j.did(evidence.Event{From: evidence.Client, To: evidence.Kernel, What: "tué", Outcome: evidence.Did, Detail: "sans close() ni « exit » : " + child.End()})
	j.tellEnd(base + 7)
}

// tellEnd shows what both did, and both tables, while what was made still exists.
func (j *joint) tellEnd(mark int) {
	j.mark(mark)
	j.await(mark, "la mesure de "+j.d.Name())
	j.story()
	j.both(j.Sockets())
	j.mark(mark + 1)
	j.await(mark+1, "la table de "+j.d.Name())
}
