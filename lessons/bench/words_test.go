package bench

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
	"testing"

	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/fault"
	"labo/probe"
)

// What a reader is told of a scene that could not go on: what was being done
// and what was measured, then who else touched the port, where somebody was
// seen. The words of Go are never among them.
func TestAScenesEndIsSaidInFrench(t *testing.T) {
	at := netip.MustParseAddrPort("127.0.0.1:12345")
	listener := probe.Socket{State: probe.Listen, Local: at, Owner: probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 2867, Name: "python3"}}}}
	taken := &chat.PortTakenError{Addr: at, Port: at.Port(), Verdict: probe.InTheWay(at, []probe.Socket{listener})}
	for _, tc := range []struct {
		err   error
		other string
		want  string
	}{
		{&doingError{"lancer x", fmt.Errorf("start: %w", demo.ErrSlow)}, "", "lancer x : le programme lancé n'a rien répondu en une minute. r pour rejouer."},
		{&doingError{"se connecter", syscall.ECONNREFUSED}, "", "se connecter : " + fault.Errno(syscall.ECONNREFUSED) + ". r pour rejouer."},
		{errors.New("\x1b[2J broken"), "", "labo ne sait pas pourquoi. r pour rejouer."},
		{&doingError{"se connecter", syscall.ETIMEDOUT}, "python3 (2867) s'est connecté pendant la scène",
			"se connecter : " + fault.Errno(syscall.ETIMEDOUT) + ". python3 (2867) s'est connecté pendant la scène : r pour rejouer."},
		{errDisturbed, "python3 (2867) s'est connecté pendant la scène", "python3 (2867) s'est connecté pendant la scène : r pour rejouer."},
		{&doingError{"écouter", taken}, "python3 (2867) écoute sur le port 12345",
			"le port 12345 est déjà pris par python3 (2867), qui y écoute. Arrêtez ce programme."},
		{&doingError{"se connecter", &chat.RefusedError{Addr: at, Err: syscall.ECONNREFUSED}}, "x (1) écoute",
			"se connecter : connexion refusée par 127.0.0.1:12345 en 0\u00a0s : " + fault.Errno(syscall.ECONNREFUSED) + ". x (1) écoute : r pour rejouer."},
	} {
		p := &Player{other: tc.other}
		if got := p.frenchError(tc.err); got != tc.want {
			t.Errorf("%v:\n%q, want\n%q", tc.err, got, tc.want)
		}
	}
}
