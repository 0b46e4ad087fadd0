package etape3

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/check"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// deuxFils: Python's threads are the system's; goroutines are Go's.
func deuxFils(ctx context.Context, b *bench.Bench) {
	b.Say("")
	python, reason := act.PythonFor(ctx, b, "serveur2.py")
	if reason == "" {
		b.Set("python", python.Command)
		p := b.Predict("prediction")
		if pythonThreads(ctx, b, python, p) {
			b.Say("explication")
		}
	} else {
		b.Set("raison", reason)
		b.Say("sans-python")
	}
	goThreads(ctx, b)
	b.Explain("explication-go")
}

// pythonThreads runs serveur2.py, connects a client, and counts its threads. It
// reports whether each threading.Thread was one, beside the main thread.
func pythonThreads(ctx context.Context, b *bench.Bench, python check.Python, p *bench.Prediction) bool {
	server := act.Start(b, python, "serveur2.py")
	defer server.End()
	act.AwaitListen(b, server)
	a := act.Connected(ctx, b)
	defer demo.Abort(a.Conn)
	var info probe.ProcessInfo
	act.Await(b, "les threads de serveur2.py", func() bool {
		info = b.Examine(server.PID(), "serveur2.py")
		return !info.Threads.Known || info.Threads.Value >= 3
	})
	info = asleep(b, server.PID(), "serveur2.py")
	b.Show(evidence.Evidence{
		Title: "Les threads de serveur2.py", At: info.TakenAt, Source: waitSource(),
		Values: threadValues(info), Checks: act.WaitCheck(info),
	})
	options := map[int]string{1: "un", 2: "deux", 3: "trois"}
	if info.Threads.Known {
		p.Settle(options[info.Threads.Value], text.Plural(info.Threads.Value, "thread"))
	} else {
		p.Leave("ce système ne dit pas combien de threads a un processus")
	}
	b.Pause()
	return info.Threads.Known && info.Threads.Value == 3
}

// goThreads counts goroutines and threads around a conversation in Go.
func goThreads(ctx context.Context, b *bench.Bench) {
	p := b.Predict("prediction-go")
	b.Examine(os.Getpid(), "labo") // the first measurements may start threads of their own
	before := probe.Runtime(ctx)
	d := startDuo(ctx, b)
	defer d.stop()
	after := probe.Runtime(ctx)
	b.Show(evidence.Evidence{
		Title: "labo, sans ses deux programmes, puis avec", At: after.TakenAt, Source: "runtime/metrics",
		Values: []evidence.Value{{Label: "sans", Text: counts(before)}, {Label: "avec", Text: counts(after)}},
		Checks: act.CpuCheck(os.Getpid()),
	})
	added := after.OSThreads.Value - before.OSThreads.Value
	measured := fmt.Sprintf("%s et %s de plus", text.Plural(after.Goroutines-before.Goroutines, "goroutine"), text.Plural(added, "thread"))
	switch {
	case !before.OSThreads.Known || !after.OSThreads.Known:
		p.Leave("ce système ne compte pas les threads de labo")
	case added <= 1:
		p.Settle("aucun", measured)
	case added == 2:
		p.Settle("deux", measured)
	default:
		p.Settle("beaucoup", measured)
	}
}

// counts says how many goroutines and OS threads this process has.
func counts(r probe.RuntimeInfo) string {
	return text.Plural(r.Goroutines, "goroutine") + ", " + act.Count(r.OSThreads, "thread") + " du système"
}

// conversation: both directions at once, and the reader speaks for both.
func conversation(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction").Apart()
	cross(ctx, b, p)
	d := startDuo(ctx, b)
	defer d.stop()
	b.Say("saisie")
	script := []string{"bonjour, serveur", "bonjour, client"}
	for _, turn := range []struct {
		prompt   string
		from, to *talker
	}{{"Au clavier du client", d.client, d.server}, {"Au clavier du serveur", d.server, d.client}} {
		line, ok := b.Input(turn.prompt, &script)
		switch {
		case !ok:
		case strings.EqualFold(strings.TrimSpace(line), "exit"):
			b.Note("« exit » est le sujet de la scène suivante : labo ne l'envoie pas ici")
		default:
			typeLine(b, turn.from, turn.to, line)
		}
	}
	b.Explain("explication")
}

// cross has both sides send before either reads.
func cross(ctx context.Context, b *bench.Bench, p *bench.Prediction) {
	const toServer, toClient = "ABC", "12345"
	k := act.NewPair(ctx, b)
	defer k.Cut()
	k.Send(toServer)
	n, err := k.Server.Write([]byte(toClient))
	b.Must(err, "envoyer")
	b.Event(evidence.Returned(evidence.Server, "sendall « "+toClient+" »", "send", act.Handed(n)))
	b.Kernel(b.Until("les deux messages", func(s *probe.Snapshot) bool {
		waiting := 0
		for _, sock := range act.InState(s, probe.Established) {
			if !sock.RecvQueue.Known || sock.RecvQueue.Value > 0 {
				waiting++
			}
		}
		return waiting == 2
	}))
	heard, _ := k.Recv(2 * time.Second)
	buf := make([]byte, chat.ReadSize)
	k.Client.SetReadDeadline(time.Now().Add(2 * time.Second))
	n, err = k.Client.Read(buf)
	b.Must(err, "lire chez le client")
	b.Event(evidence.Read(evidence.Client, fmt.Sprintf("rend %s : « %s »", text.Plural(n, "octet"), text.Visible(string(buf[:n]))), evidence.Worked))
	measured := fmt.Sprintf("le serveur a lu « %s », le client a lu « %s »", text.Visible(string(heard)), text.Visible(string(buf[:n])))
	switch toEach := [2]string{string(heard), string(buf[:n])}; {
	case toEach == [2]string{toServer, toClient}:
		p.Settle("croisent", measured)
	case strings.ContainsAny(toEach[0], toClient), strings.ContainsAny(toEach[1], toServer):
		p.Settle("melange", measured)
	default:
		p.Settle("", measured)
	}
	b.Pause() // while the connection is there to be checked
}

// unSeulExit: one "exit" closes nothing.
func unSeulExit(ctx context.Context, b *bench.Bench) {
	b.Say("")
	d := startDuo(ctx, b)
	defer d.stop()
	typeLine(b, d.client, d.server, "bonjour")
	p := b.Predict("prediction")
	typeLine(b, d.server, d.client, "exit")
	d.server.next(b, chat.SenderEnded)
	d.client.next(b, chat.ReceiverEnded)
	b.Show(evidence.Evidence{
		Title: "Les fils des deux programmes", Source: "fins annoncées par les programmes",
		Values: []evidence.Value{d.server.strands("serveur"), d.client.strands("client")},
	})
	s := b.Sockets()
	b.Kernel(s)
	open, closing := len(act.InState(s, probe.Established)), len(act.InState(s, probe.FinWait1, probe.FinWait2, probe.CloseWait, probe.LastAck))
	switch {
	case open == 2:
		p.Settle("ouverte", "deux moitiés ESTABLISHED")
	case closing > 0:
		p.Settle("moitie", text.Plural(closing, "moitié")+" en cours de fermeture")
	case open == 0:
		p.Settle("fermee", "aucune moitié ouverte")
	default:
		p.Settle("", text.Plural(open, "moitié")+" ESTABLISHED")
	}
	b.Pause()
	b.Say("les-deux")
	typeLine(b, d.client, d.server, "exit")
	for _, v := range []*talker{d.client, d.server} {
		select {
		case <-v.ended:
			b.Must(v.err, "finir la conversation")
		case <-ctx.Done():
			b.Stop(ctx.Err())
		}
	}
	b.Note("les deux programmes ont fini, après leurs deux join() et leur close()")
	b.Kernel(b.Until("la fermeture des deux côtés", func(s *probe.Snapshot) bool {
		return len(s.Sockets) == len(act.InState(s, probe.TimeWait))
	}))
	b.Explain("explication")
}

// aVousDeux: the reader's own two-way programs, live.
func aVousDeux(ctx context.Context, b *bench.Bench) {
	act.PresentOwn(ctx, b)
	p := b.Predict("prediction")
	f := act.Follow(ctx, b)
	defer f.Stop()
	if b.Alone() {
		playTwoWay(ctx, b, f)
	}
	whole := act.WatchOwn(ctx, b, f)
	if f.Last != nil {
		b.Kernel(f.Last)
	}
	switch local, ok := f.Memory(); {
	case !whole:
		p.Leave("la conversation n'est pas allée à son terme")
	case !ok && probe.Survey(b.Server, f.Last).MemoryUnseen:
		p.Leave("ce système ne montre pas les souvenirs (TIME-WAIT)")
	case !ok:
		p.Settle("aucun", "aucune ligne TIME-WAIT")
	case local == f.Port:
		p.Settle("serveur", fmt.Sprintf("TIME-WAIT sur le port %d", local))
	default:
		p.Settle("client", fmt.Sprintf("TIME-WAIT sur le port %d", local))
	}
	act.EndOwn(b, whole, "vu")
}

// playTwoWay plays the reader's part with serveur2.py and client2.py, or with
// labo's programs where Python cannot.
func playTwoWay(ctx context.Context, b *bench.Bench, f *act.Following) {
	python, reason := act.PythonFor(ctx, b, "serveur2.py")
	if reason != "" {
		b.Set("raison", reason)
		b.Say("seul-en-go")
		d := startDuo(ctx, b)
		defer d.stop()
		typeLine(b, d.client, d.server, "bonjour")
		act.Meet(b, f)
		typeLine(b, d.client, d.server, "exit")
		typeLine(b, d.server, d.client, "exit")
		<-d.client.ended
		<-d.server.ended
		return
	}
	b.Say("seul")
	server := act.Start(b, python, "serveur2.py")
	defer server.End()
	act.AwaitListen(b, server)
	client := act.Start(b, python, "client2.py")
	defer client.End()
	client.Type("bonjour")
	act.Await(b, "l'arrivée du message", func() bool { return strings.Contains(server.Out.String(), "bonjour") })
	server.Type("salut")
	act.Await(b, "l'arrivée de la réponse", func() bool { return strings.Contains(client.Out.String(), "salut") })
	act.Meet(b, f)
	client.Type("exit")
	act.Await(b, "l'arrivée de « exit »", func() bool { return strings.Contains(server.Out.String(), "a quitté") })
	server.Type("exit")
	act.Await(b, "la fin des deux programmes", func() bool {
		_, one := server.Ended()
		_, two := client.Ended()
		return one && two
	})
}
