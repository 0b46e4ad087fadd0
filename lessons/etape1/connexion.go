package etape1

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// idle is the share of one core under which a program counts as doing
// nothing: the workbook itself, which shares the process, needs a little.
const idle = 0.05

// attendreUnClient: a server in accept() costs nothing.
func attendreUnClient(ctx context.Context, b *bench.Bench) {
	b.Say("")
	w := await(ctx, b)
	defer w.end()
	p := b.Predict("prediction")
	share, during, info := w.cost(b)
	values := []evidence.Value{
		{Label: "processeur", Text: act.Percent(share) + " d'un cœur, pendant " + text.Duration(during)},
		{Label: "threads du système", Text: act.Count(info.Threads, "thread")},
	}
	snap := b.Sockets()
	if waits, err := probe.Waits(ctx, w.pid, snap.Sockets); err == nil && len(waits) == 1 {
		values[1].Text += ", qui " + measured.Waiting(&waits[0])
	}
	b.Show(evidence.Evidence{
		Title: "Le serveur pendant l'attente", At: info.TakenAt, Source: act.ThreadSource(), Values: values, Checks: act.CpuCheck(w.pid),
	})
	b.Kernel(snap)
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

// waiter is the sheet's server in a process of its own.
type waiter struct {
	pid  int
	name string
	end  func()
}

// await starts serveur.py, or labo's own server where Python cannot run it, and
// returns once it listens.
func await(ctx context.Context, b *bench.Bench) waiter {
	if python, reason := act.PythonFor(ctx, b, "serveur.py"); reason == "" {
		server := act.Start(b, python, "serveur.py")
		listens := false
		defer func() { // the scene may stop meanwhile
			if !listens {
				server.End()
			}
		}()
		act.AwaitListen(b, server)
		listens = true
		return waiter{server.PID(), "serveur.py", server.End}
	}
	child, err := demo.StartChild(ctx, b.Self, "serveur", fmt.Sprint(b.Port))
	b.Must(err, "lancer un serveur dans un autre processus")
	b.Note(fmt.Sprintf("lancement du serveur de labo : processus %d", child.PID))
	return waiter{child.PID, "le serveur", child.Kill}
}

// cost measures the share of one core that the server takes, and again where it
// is not idle: what is left of its start counts too.
func (w waiter) cost(b *bench.Bench) (share probe.Maybe[float64], during time.Duration, info probe.ProcessInfo) {
	const most = 3
	for i := range most {
		if i > 0 {
			b.Measuring("le processeur que prend "+w.name, i+1, most)
		}
		start := b.Examine(w.pid, w.name)
		b.Sleep(b.ReadingTime(time.Second, 300*time.Millisecond))
		info = b.Examine(w.pid, w.name)
		share, during = probe.CPUShareBetween(start, info), info.TakenAt.Sub(start.TakenAt)
		if !share.Known || share.Value < idle {
			break
		}
	}
	return share, during, info
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
		Detail: fmt.Sprintf("rend la connexion du port %d", accepted.Remote.Port()), Source: "valeur rendue par accept()",
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

// greetings are what a client sends: each has one letter of two bytes.
var greetings = [][2]string{{"bonjour à tous", "à"}, {"message reçu", "ç"}, {"c'est prêt", "ê"}, {"à demain", "à"}}

// octetsEnAttente: bytes wait in the kernel until recv() takes them.
func octetsEnAttente(ctx context.Context, b *bench.Bench) {
	greeting := bench.Anew(b, greetings[0], greetings[1:]...)
	hello := greeting[0]
	b.Set("message", hello)
	b.Set("accent", greeting[1])
	b.Say("")
	l, err := chat.Listen(ctx, b.Server)
	b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
	defer l.Close()
	a := act.Connected(ctx, b)
	defer demo.Abort(a.Conn)
	client := act.AddrPort(a.Conn.LocalAddr())
	conn := act.Accept(b, l, client)
	defer demo.Abort(conn)

	n, err := io.WriteString(a.Conn, hello)
	b.Must(err, "envoyer le message")
	b.Event(evidence.Returned(evidence.Client, "send « "+hello+" »", "send", "accepte "+text.Plural(n, "octet")+" et rend la main aussitôt"))
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
	b.Set("caracteres", text.Plural(utf8.RuneCountInString(hello), "caractère"))
	b.Set("octets", text.Plural(len(hello), "octet"))
	switch {
	case !before.Known: // what recv() returned was somewhere
		p.Leave("ce système ne montre pas ses files ; recv() a rendu " + text.Plural(got, "octet"))
	case before.Value == uint32(n) && got == n:
		p.Settle("noyau", text.Plural(n, "octet")+" dans sa file")
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
		p.Settle("libre", "plus de LISTEN")
	case act.Holds(snap, os.Getpid()):
		p.Settle("client", "labo tient le port")
	default:
		p.Settle("", text.Plural(len(listeners), "ligne")+" LISTEN")
	}
	b.ExplainUsual(len(act.InState(snap, probe.Listen)) == 0, "explication")
}

func interruptWords(how string) string {
	if how == "SIGINT" {
		return "Ctrl+C (signal SIGINT)"
	}
	return "terminaison du processus (Ctrl+C ne peut pas être envoyé ici)"
}
