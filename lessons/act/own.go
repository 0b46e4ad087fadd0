package act

import (
	"context"
	"time"

	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// ownPatience is how long labo waits for the reader's own programs. The reader
// can go on sooner.
const ownPatience = 20 * time.Minute

// PresentOwn says what will be played, and [WatchOwn] what to start.
func PresentOwn(ctx context.Context, b *bench.Bench) {
	b.Say("")
	if b.Alone() {
		return
	}
	b.Welcome()
	if _, ok := b.Python(ctx); ok && b.Port != atelier.Port {
		b.Say("autre-port")
	}
}

// WatchOwn says what to start, by the name that Python has on this machine, or
// what to take in its place; it shows what is seen until the conversation is over
// or the reader goes on, and reports whether it was seen to its end.
func WatchOwn(ctx context.Context, b *bench.Bench, f *Following) bool {
	limit := 5 * time.Second
	if !b.Alone() {
		limit = ownPatience
		invite(ctx, b)
	}
	whole := b.Watch("Le port, en direct", "labo regarde vos programmes ; p passe à la suite.", f.done, f.events, limit)
	f.Stop()
	return whole
}

// invite says what to start. All of it, and where the watch writes, is on a page
// of 60×20: nothing of it is turned before it was read.
func invite(ctx context.Context, b *bench.Bench) {
	python, ok := b.Python(ctx)
	if ok {
		b.Set("python", python.Command)
		b.Say("lancez")
	} else {
		b.Set("python", "python")
		b.Say("sans-python")
	}
	if left, held := heldByKernel(b, b.Sockets()); held && left > 0 {
		b.Set("reste", text.Left(left))
		b.Say("port-retenu")
	}
}

// EndOwn says the words for what was seen: those of the part seen.
func EndOwn(b *bench.Bench, whole bool, seen string) {
	if whole {
		b.Explain(seen)
		return
	}
	b.Say("pas-vu")
	b.Pause() // the scene is not done
}

// Peak shows an earlier snapshot of the lesson's port: the one with the most
// rows, memories (TIME-WAIT) aside. Nothing shows it any more.
func Peak(b *bench.Bench, s *probe.Snapshot) {
	living := make([]probe.Socket, 0, len(s.Sockets))
	for _, sock := range s.Sockets {
		if sock.State != probe.TimeWait {
			living = append(living, sock)
		}
	}
	b.Show(evidence.Evidence{
		Title: "Au plus fort de l'échange", At: s.TakenAt, Source: s.Source.String(),
		Sockets: &evidence.Table{Rows: living, Empty: "aucune ligne"},
	})
}
