package lessons

import (
	"errors"
	"fmt"

	"labo/lessons/chat"
	"labo/lessons/demo"
)

// frenchError says why a scene could not go on, and what to do.
func (p *Player) frenchError(err error) string {
	if taken, ok := errors.AsType[*chat.PortTakenError](err); ok {
		what, hint := taken.Words()
		if taken.Free != 0 {
			hint += fmt.Sprintf(" Puis r pour rejouer. Sinon, relancez avec : labo etape %d --port %d", p.Step.Number, taken.Free)
		}
		return what + ". " + hint
	}
	if f := chat.Fault(err); f != nil {
		return f.What + ". " + f.Hint
	}
	var doing *doingError
	if errors.As(err, &doing) {
		if errno := demo.Errno(err); errno != "" {
			return doing.doing + " : " + errno
		}
	}
	return err.Error()
}

// doingError is the error of an act of a scene, with what was being done, in
// French.
type doingError struct {
	doing string
	err   error
}

func (e *doingError) Error() string { return e.doing + " : " + e.err.Error() }
func (e *doingError) Unwrap() error { return e.err }
