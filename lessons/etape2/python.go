package etape2

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/check"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// caractereCoupe: a character cut at the edge of a read.
func caractereCoupe(ctx context.Context, b *bench.Bench) {
	size := bench.Anew(b, chat.ReadSize, 512, 256)
	message := act.Letters(size-1) + "é"
	b.Set("taille", size)
	b.Set("lettres", size-1)
	b.Set("total", len(message))
	b.Say("")
	k := act.NewPair(ctx, b)
	defer k.Cut()
	k.Size = size
	p := b.Predict("prediction").Apart()
	k.Send(message)
	b.Kernel(k.Arrived(len(message)))
	first, _ := k.Recv(2 * time.Second)

	if len(first) > 0 {
		b.Set("octet", fmt.Sprintf("%#x", first[len(first)-1]))
	}
	python, ok := b.Python(ctx)
	if !ok {
		b.Say("en-go")
		settleDecoding(p, utf8.Valid(first), "les "+text.Plural(len(first), "octet")+" ne forment pas un texte UTF-8 complet")
		b.ExplainUsual(!utf8.Valid(first), "explication")
		return
	}
	complaint, err := decodeInPython(ctx, python, first)
	b.Must(err, "demander à Python de décoder")
	outcome := evidence.Worked
	said := "rend un texte"
	if complaint != "" {
		outcome, said = evidence.Failed, complaint
	}
	b.Event(evidence.Event{From: evidence.Server, What: "decode() des octets reçus, par " + python.Command, Outcome: outcome, Detail: said, Source: "sortie de Python"})
	name, _, _ := strings.Cut(said, ":")
	settleDecoding(p, complaint == "", name)
	b.ExplainUsual(complaint != "", "explication")
}

func settleDecoding(p *bench.Prediction, fine bool, measured string) {
	if fine {
		p.Settle("bien", "decode() a réussi")
		return
	}
	p.Settle("erreur", measured)
}

// decodeInPython has Python decode bytes as the sheet's programs do, and
// returns the last line of its traceback, "" when all went well.
func decodeInPython(ctx context.Context, python check.Python, data []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, python.Path, python.Isolated("-c", "import sys; sys.stdin.buffer.read().decode()")[1:]...)
	cmd.Stdin = strings.NewReader(string(data))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return "", nil
	}
	if _, failed := errors.AsType[*exec.ExitError](err); !failed || ctx.Err() != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if !strings.HasPrefix(last, "UnicodeDecodeError") {
		return "", fault.Failed("Python s'est arrêté avant d'avoir décodé", "", err)
	}
	return last, nil
}

// idle is the share of one core under which a program counts as waiting.
const idle = 0.05

// spinning is a server whose client has left without a word.
type spinning struct {
	turns int64
	took  time.Duration
	cpu   probe.Maybe[float64]
	pid   int
	by    string // how the turns were counted
}

// partirSansExit: the sheet's server loops for ever when its client leaves.
func partirSansExit(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction")
	var m spinning
	if python, reason := act.PythonFor(ctx, b, "serveur.py"); reason == "" {
		b.Set("python", python.Command)
		b.Say("avec-python")
		server := act.Start(b, python, "serveur.py")
		defer server.End()
		m = watchSpin(ctx, b, server)
	} else {
		b.Set("raison", reason)
		b.Say("en-go")
		m = spinInGo(ctx, b)
	}
	b.Show(evidence.Evidence{
		Title: "Le serveur, sans client", Source: m.by,
		Values: []evidence.Value{
			{Label: "tours de boucle", Text: text.Plural(int(m.turns), "tour") + " en " + text.Duration(m.took)},
			{Label: "processeur", Text: act.Percent(m.cpu) + " d'un cœur", Source: act.ThreadSource()},
		},
		Checks: act.CpuCheck(m.pid),
	})
	b.Set("lignes", text.Number(int(m.turns)))
	b.Set("duree", text.Duration(m.took))
	measured := fmt.Sprintf("%s en %s, %s d'un cœur", text.Plural(int(m.turns), "tour"), text.Duration(m.took), act.Percent(m.cpu))
	switch {
	case m.loops():
		p.Settle("boucle", measured)
	case m.waits():
		p.Settle("attend", measured)
	default:
		p.Settle("", measured)
	}
	b.ExplainUsual(m.loops(), "explication")
}

// watchSpin connects a client to the program, has it leave, and measures what
// the program does with its time.
func watchSpin(ctx context.Context, b *bench.Bench, server *act.Program) spinning {
	act.AwaitListen(b, server)
	a := act.Connected(ctx, b)
	defer demo.Abort(a.Conn)
	b.Until("la connexion acceptée", func(s *probe.Snapshot) bool { return act.Owned(act.InState(s, probe.Established)) })
	io.WriteString(a.Conn, "au revoir")
	act.Await(b, "l'affichage du message", func() bool { return strings.Contains(server.Out.String(), "[Client] au revoir") })
	b.Must(a.Conn.Close(), "fermer le client")
	b.Event(evidence.Event{From: evidence.Client, To: evidence.Server, What: "fin du client, sans « exit »", Detail: "son noyau envoie FIN"})
	b.Kernel(b.Until("le FIN du client", act.HalfClosed))
	const most = 3
	m := countTurns(b, server)
	for i := 2; i <= most && !m.shows(); i++ { // the computer was too busy to show either
		b.Measuring("ce que fait la boucle", i, most)
		m = countTurns(b, server)
	}
	return m
}

// countTurns counts what the program prints for a time.
func countTurns(b *bench.Bench, server *act.Program) spinning {
	before := b.Examine(server.PID(), "serveur.py")
	line := int64(len("[Client] ") + len(lineEnd))
	from := server.Out.Total()
	b.Sleep(b.ReadingTime(2*time.Second, 400*time.Millisecond))
	printed := server.Out.Total() - from
	after := b.Examine(server.PID(), "serveur.py")
	return spinning{
		turns: printed / line, took: after.TakenAt.Sub(before.TakenAt), cpu: probe.CPUShareBetween(before, after),
		pid: server.PID(), by: "lignes « [Client] » affichées",
	}
}

// loops reports whether the server was seen to go round without an end, waits
// whether it was seen to do nothing.
func (m spinning) loops() bool { return m.turns > 100 }

func (m spinning) waits() bool { return m.turns == 0 && m.cpu.Known && m.cpu.Value < idle }

func (m spinning) shows() bool { return m.loops() || m.waits() }

// lineEnd is how Python ends a line on this system.
var lineEnd = map[bool]string{false: "\n", true: "\r\n"}[runtime.GOOS == "windows"]

// spinInGo runs the sheet's loop in Go for a bounded time.
func spinInGo(ctx context.Context, b *bench.Bench) spinning {
	k := act.NewPair(ctx, b)
	defer k.Cut()
	b.Must(k.Client.CloseWrite(), "fermer le client")
	b.Event(evidence.Event{From: evidence.Client, To: evidence.Server, What: "fin du client, sans « exit »", Detail: "son noyau envoie FIN"})
	b.Kernel(b.Until("le FIN du client", act.HalfClosed))
	before := b.Examine(os.Getpid(), "labo")
	buf := make([]byte, 1024)
	turns := int64(0)
	limit := time.Now().Add(b.ReadingTime(time.Second, 300*time.Millisecond))
	for time.Now().Before(limit) && ctx.Err() == nil {
		if n, _ := k.Server.Read(buf); n > 0 {
			break
		}
		turns++
	}
	after := b.Examine(os.Getpid(), "labo")
	return spinning{
		turns: turns, took: after.TakenAt.Sub(before.TakenAt), cpu: probe.CPUShareBetween(before, after),
		pid: os.Getpid(), by: "tours comptés par labo",
	}
}
