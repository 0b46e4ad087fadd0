package etape3

import (
	"context"
	"fmt"
	"io"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/evidence"
	"labo/lessons/text"
)

// duo is the sheet's serveur2 and client2, both in this process, on two ends
// of a real connection. Stop it.
type duo struct {
	server, client *talker
}

// talker is one of the two programs: where it is typed to, and what it does.
type talker struct {
	who    evidence.Actor
	cancel context.CancelFunc
	keys   *io.PipeWriter
	events chan chat.Event
	ended  chan struct{}
	err    error // after ended

	sent, heard bool // its sender, its receiver has ended
}

// startDuo starts both programs and returns once they are connected.
func startDuo(ctx context.Context, b *bench.Bench) *duo {
	d := &duo{}
	host, port := b.Server.Addr().String(), b.Server.Port()
	d.server = startTalker(ctx, evidence.Server, func(ctx context.Context, in io.Reader, on func(chat.Event)) error {
		_, err := (&chat.Server2{Host: host, Port: port, In: in, OnEvent: on}).Run(ctx)
		return err
	})
	ready := false
	defer func() {
		if !ready { // the scene is stopped: leave nothing
			d.stop()
		}
	}()
	d.server.next(b, chat.Listening)
	d.client = startTalker(ctx, evidence.Client, func(ctx context.Context, in io.Reader, on func(chat.Event)) error {
		_, err := (&chat.Client2{Host: host, Port: port, In: in, OnEvent: on}).Run(ctx)
		return err
	})
	d.client.next(b, chat.Connected)
	accepted := d.server.next(b, chat.Accepted)
	ready = true
	b.Event(evidence.Event{
		From: evidence.Kernel, To: evidence.Server, What: "accept()", Outcome: evidence.Worked,
		Detail: fmt.Sprintf("rend la connexion du port %d", accepted.Remote.Port()), Source: "valeur rendue par accept()",
	})
	return d
}

func startTalker(ctx context.Context, who evidence.Actor, run func(context.Context, io.Reader, func(chat.Event)) error) *talker {
	in, keys := io.Pipe()
	ctx, cancel := context.WithCancel(ctx)
	v := &talker{who: who, cancel: cancel, keys: keys, events: make(chan chat.Event, 1024), ended: make(chan struct{})}
	go func() {
		defer close(v.ended)
		v.err = run(ctx, in, func(e chat.Event) {
			select {
			case v.events <- e:
			default: // nobody asks for so many
			}
		})
		in.Close() // what is typed from now on is refused, not waited for
	}()
	return v
}

// stop ends both programs and waits until their sockets are closed. The client
// goes first, so that the memory of the connection (TIME-WAIT) is on its port
// and the server's stays free for the reader's own programs.
func (d *duo) stop() {
	for _, v := range []*talker{d.client, d.server} {
		if v != nil {
			v.cancel()
			v.keys.Close()
			<-v.ended
		}
	}
}

// next returns the next event of that kind, passing over the others.
func (v *talker) next(b *bench.Bench, kind chat.EventKind) chat.Event {
	limit := time.NewTimer(5 * time.Second)
	defer limit.Stop()
	for {
		select {
		case e := <-v.events:
			if v.note(e); e.Kind == kind {
				return e
			}
			continue
		default:
		}
		select {
		case e := <-v.events:
			if v.note(e); e.Kind == kind {
				return e
			}
		case <-v.ended:
			if len(v.events) > 0 {
				continue
			}
			b.Must(v.err, "faire tourner les deux programmes")
			b.Fail("un des deux programmes s'est arrêté trop tôt")
		case <-limit.C:
			b.Fail("un des deux programmes n'a pas répondu en 5 s")
		case <-b.Context().Done():
			b.Stop(b.Context().Err())
		}
	}
}

// note keeps which of its two strands have ended.
func (v *talker) note(e chat.Event) {
	v.sent = v.sent || e.Kind == chat.SenderEnded
	v.heard = v.heard || e.Kind == chat.ReceiverEnded
}

// strands says which of the two strands of the program still run.
func (v *talker) strands(who string) evidence.Value {
	for len(v.events) > 0 {
		v.note(<-v.events)
	}
	words := map[bool]string{false: "attend encore", true: "fini"}
	return evidence.Value{Label: who, Text: "envoyer : " + words[v.sent] + " ; recevoir : " + words[v.heard]}
}

// typeLine types a line at the keyboard of from, and returns once the other
// program has received it all, telling both. An empty line reaches nobody.
func typeLine(b *bench.Bench, from, to *talker, line string) {
	_, err := io.WriteString(from.keys, line+"\n")
	b.Must(err, "taper au clavier du programme")
	sent := from.next(b, chat.Sent)
	b.Event(evidence.Event{
		At: sent.At, From: from.who, To: evidence.Kernel, What: "sendall " + act.Quoted(line), Outcome: evidence.Worked,
		Detail: "confie " + text.Plural(sent.N, "octet") + " au noyau", Source: "valeur rendue par send()",
	})
	for left := sent.N; left > 0; {
		got := to.next(b, chat.Received)
		left -= got.N
		b.Event(evidence.Event{
			At: got.At, From: evidence.Kernel, To: to.who, What: "recv", Outcome: evidence.Worked,
			Detail: "rend " + text.Plural(got.N, "octet") + " : " + text.Visible(act.Quoted(string(got.Data))),
			Source: "valeur rendue par recv()",
		})
	}
}
