package etape1

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// idle is the share of one core under which a program counts as doing
// nothing: the workbook itself, which shares the process, needs a little.
const idle = 0.05

// attendreUnClient: a server in accept() costs nothing.
func attendreUnClient(ctx context.Context, b *bench.Bench) {
	b.Say("")
	before := probe.Runtime(ctx)
	s := serve(ctx, b)
	defer s.stop()
	b.Event(evidence.Event{From: evidence.Server, To: evidence.Kernel, What: "accept()", Outcome: evidence.Waiting, Detail: "pas de client : l'appel ne rend pas la main"})
	p := b.Predict("prediction")
	start := b.Examine(os.Getpid(), "labo")
	b.Sleep(b.ReadingTime(time.Second, 300*time.Millisecond))
	end := b.Examine(os.Getpid(), "labo")
	after := probe.Runtime(ctx)
	share := probe.CPUShareBetween(start, end)
	b.Show(evidence.Evidence{
		Title: "labo pendant l'attente", At: end.TakenAt, Source: "runtime/metrics",
		Values: []evidence.Value{
			{Label: "processeur", Text: act.Percent(share) + " d'un cœur, pendant " + text.Duration(end.TakenAt.Sub(start.TakenAt)), Source: cpuSource()},
			{Label: "goroutines endormies", Text: act.Count(after.Waiting, "goroutine")},
		},
		Chart:  act.ThreadChart("", []string{"avant le serveur", "serveur dans accept()"}, before, after),
		Checks: act.CpuCheck(os.Getpid()),
	})
	b.Kernel(b.Sockets())
	measured := act.Percent(share) + " d'un cœur"
	switch {
	case !share.Known:
		p.Leave("le temps de processeur est inconnu ici")
	case share.Value < idle:
		p.Settle("rien", measured)
	case share.Value < 0.9:
		p.Settle("un-peu", measured)
	default:
		p.Settle("tout", measured)
	}
	b.ExplainUsual(!share.Known || share.Value < idle, "explication")
}

// unClientArrive: one LISTEN, and the two halves of a connection.
func unClientArrive(ctx context.Context, b *bench.Bench) {
	b.Say("")
	s := serve(ctx, b)
	defer s.stop()
	p := b.Predict("prediction")
	a := act.Connected(ctx, b)
	defer demo.Abort(a.Conn)
	accepted := s.next(b, chat.Accepted)
	if accepted.Remote != act.AddrPort(a.Conn.LocalAddr()) {
		b.Fail("accept() a rendu une connexion de " + accepted.Remote.String() + ", qui n'est pas le client de labo")
	}
	b.Event(evidence.Event{
		From: evidence.Kernel, To: evidence.Server, What: "accept()", Outcome: evidence.Worked,
		Detail: "rend une connexion de " + accepted.Remote.String(), Source: "valeur rendue par accept()",
	})
	snap := b.Until("la connexion à deux moitiés", func(s *probe.Snapshot) bool {
		halves := act.InState(s, probe.Established)
		return len(halves) == 2 && len(act.InState(s, probe.Listen)) == 1 && act.Owned(halves)
	})
	b.Kernel(snap)
	client := act.AddrPort(a.Conn.LocalAddr())
	b.Set("adresse-client", client.Addr())
	b.Set("port-client", client.Port())
	b.Set("adresse-serveur", b.Server.Addr())
	old := len(act.InState(snap, probe.TimeWait))
	rows := len(snap.Sockets) - old
	measured := text.Plural(rows, "ligne")
	if old > 0 {
		measured += ", sans compter " + text.Plural(old, "souvenir") + " (TIME-WAIT) de connexions d'avant"
	}
	options := map[int]string{1: "une", 2: "deux", 3: "trois"}
	p.Settle(options[rows], measured)
	b.ExplainUsual(rows == 3, "explication")
}

const helloAll = "bonjour à tous"

// octetsEnAttente: bytes wait in the kernel until recv() takes them.
func octetsEnAttente(ctx context.Context, b *bench.Bench) {
	b.Set("message", helloAll)
	b.Say("")
	l, err := chat.Listen(ctx, b.Server)
	b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
	defer l.Close()
	a := act.Connected(ctx, b)
	defer demo.Abort(a.Conn)
	client := act.AddrPort(a.Conn.LocalAddr())
	conn := act.Accept(b, l, client)
	defer demo.Abort(conn)

	n, err := io.WriteString(a.Conn, helloAll)
	b.Must(err, "envoyer le message")
	b.Event(evidence.Returned(evidence.Client, "send « "+helloAll+" »", "send", "accepte "+text.Plural(n, "octet")+" et rend la main aussitôt"))
	p := b.Predict("prediction").Apart()
	waiting := func(s *probe.Snapshot) probe.Maybe[uint32] {
		for i := range s.Sockets {
			if s.Sockets[i].Remote == client {
				return s.Sockets[i].RecvQueue
			}
		}
		return probe.Maybe[uint32]{}
	}
	snap := b.Until("l'arrivée des octets", func(s *probe.Snapshot) bool {
		q := waiting(s)
		return !q.Known || q.Value >= uint32(n)
	})
	before := waiting(snap)
	b.Kernel(snap)
	b.Pause()
	buf := make([]byte, chat.ReadSize)
	got, err := conn.Read(buf)
	b.Must(err, "lire le message")
	b.Event(act.Received(got, buf[:got]))
	snap = b.Sockets()
	b.Kernel(snap)
	after := waiting(snap)
	explanation := "explication"
	if !before.Known || !after.Known {
		explanation = "sans-file"
	}
	b.Set("avant", text.Plural(int(before.Value), "octet"))
	b.Set("apres", text.Plural(int(after.Value), "octet"))
	switch {
	case !before.Known: // what recv() returned was somewhere
		p.Leave("ce système ne montre pas ses files ; recv() a rendu " + text.Plural(got, "octet"))
	case before.Value == uint32(n) && got == n:
		p.Settle("noyau", text.Plural(n, "octet")+" dans la file de réception du serveur")
	default:
		p.Settle("", fmt.Sprintf("%s dans la file de réception, puis recv() en rend %d", text.Plural(int(before.Value), "octet"), got))
	}
	b.ExplainUsual(!before.Known || before.Value == uint32(n) && got == n, explanation)
}

// ctrlC: when a process ends, the kernel closes what it had open.
func ctrlC(ctx context.Context, b *bench.Bench) {
	b.Say("")
	child, err := demo.StartChild(ctx, b.Self, "serveur", fmt.Sprint(b.Port))
	b.Must(err, "lancer un serveur dans un autre processus")
	defer child.Kill()
	b.Event(evidence.Event{From: evidence.Server, What: fmt.Sprintf("lancé, processus %d", child.PID)})
	a := act.Connected(ctx, b)
	defer demo.Abort(a.Conn)
	b.Kernel(b.Until("la connexion acceptée", func(s *probe.Snapshot) bool {
		return act.Owned(act.InState(s, probe.Established)) && len(act.InState(s, probe.Established)) == 2 && waitingInQueue(s) == 0
	}))
	p := b.Predict("prediction")
	how, err := child.Interrupt(ctx)
	b.Must(err, "interrompre le serveur")
	b.Event(evidence.Event{
		From: evidence.Reader, To: evidence.Server, What: interruptWords(how), Outcome: evidence.Did,
		Detail: "le processus a fini : " + child.End(), Source: "wait()",
	})
	snap := b.Until("la fermeture par le noyau", func(s *probe.Snapshot) bool {
		return !act.Holds(s, child.PID) && len(act.InState(s, probe.FinWait1)) == 0
	})
	b.Kernel(snap)
	one := make([]byte, 1)
	a.Conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	n, err := a.Conn.Read(one)
	b.Event(evidence.Read(evidence.Client, act.Farewell(n, err), evidence.Did))
	switch listeners := act.InState(snap, probe.Listen); {
	case len(listeners) == 0:
		p.Settle("libre", "aucune ligne LISTEN")
	case act.Holds(snap, os.Getpid()):
		p.Settle("client", "labo tient le port")
	default:
		p.Settle("pris", text.Plural(len(listeners), "ligne")+" LISTEN")
	}
	b.ExplainUsual(len(act.InState(snap, probe.Listen)) == 0, "explication")
}

func interruptWords(how string) string {
	if how == "SIGINT" {
		return "Ctrl+C (signal SIGINT)"
	}
	return "terminaison du processus (Ctrl+C ne peut pas être envoyé ici)"
}
