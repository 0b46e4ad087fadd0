package act

import (
	"context"

	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/probe"
)

// Unrefused says what was measured of a connect() to the lesson's port that was
// not refused, though nobody of the scene listens there: who listens, or what
// keeps the kernel from answering, where the probe has seen it. Else it says
// that labo does not know.
func Unrefused(ctx context.Context, b *bench.Bench, a demo.Attempt) string {
	s, err := b.Look(ctx, b.Filter())
	b.Must(err, "lire la table des sockets")
	return unrefused(a, probe.Foresee(ctx, b.Port, s).Connect)
}

func unrefused(a demo.Attempt, seen probe.Verdict) string {
	said := map[bool]string{true: "la connexion a réussi", false: "ni oui ni non : rien n'a répondu au client"}[a.Err == nil]
	if a.Err != nil && !a.TimedOut() {
		return "l'appel a échoué autrement (" + fault.Cause(a.Err) + "), et labo ne sait pas pourquoi"
	}
	for _, r := range seen.Because {
		switch {
		case a.Err == nil && r.Socket != nil && (r.Kind == probe.Listening || r.Kind == probe.QueueUnknown || r.Kind == probe.QueueFull):
			return said + ", car un programme écoute sur ce port (propriétaire : " + measured.Owner(r.Socket.Owner, probe.Auto) + ")"
		case a.Err != nil && r.Kind == probe.QueueFull && r.Socket != nil:
			return said + ", car la file de celui qui écoute est pleine (propriétaire : " + measured.Owner(r.Socket.Owner, probe.Auto) + ")"
		case a.Err != nil && r.Kind == probe.LoopbackDown:
			return said + ", car l'interface par laquelle cette machine se parle est éteinte"
		}
	}
	if a.Err == nil {
		return said + ", et labo ne voit personne écouter : il ne sait pas qui a répondu"
	}
	return said + ", et labo ne sait pas pourquoi"
}
