package bench

import (
	"errors"
	"fmt"
	"strings"

	"labo/lessons/chat"
	"labo/lessons/fault"
)

// replay is the remedy of a scene that somebody has disturbed.
const replay = "r pour rejouer."

// errDisturbed says that a scene cannot go on: the witness says why.
var errDisturbed = errors.New("somebody else touched the port")

// frenchError says why a scene could not go on, and what to do: what was
// measured, then who else touched the port meanwhile, where somebody was seen.
func (p *Player) frenchError(err error) string {
	if taken, ok := errors.AsType[*chat.PortTakenError](err); ok {
		what, hint := taken.Words()
		if taken.Free != 0 {
			command := "labo revoir"
			switch {
			case p.Step.Command != "":
				command = p.Step.Command
			case p.Step.Number > 0:
				command = fmt.Sprintf("labo etape %d", p.Step.Number)
			}
			hint += fmt.Sprintf(" Puis r pour rejouer. Sinon, relancez avec : %s --port %d", command, taken.Free)
		}
		return what + ". " + hint
	}
	if errors.Is(err, errDisturbed) {
		return p.other + " : " + replay
	}
	said := causeText(err)
	if doing, ok := errors.AsType[*doingError](err); ok {
		said = doing.doing + " : " + causeText(doing.err)
	}
	said = strings.TrimSuffix(said, ".") + ". "
	if p.other != "" {
		return said + p.other + " : " + replay
	}
	return said + replay
}

// causeText says in French why something failed, as far as labo knows.
func causeText(err error) string {
	if f := chat.Fault(err); f != nil {
		return f.What // its remedy is for who typed the command
	}
	return fault.Cause(err)
}

// doingError is the error of an act of a scene, with what was being done, in
// French.
type doingError struct {
	doing string
	err   error
}

func (e *doingError) Error() string { return e.doing + ": " + e.err.Error() }

func (e *doingError) Unwrap() error { return e.err }
