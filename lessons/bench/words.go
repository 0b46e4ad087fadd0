package bench

import (
	"errors"
	"fmt"

	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/text"
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
	if doing, ok := errors.AsType[*doingError](err); ok {
		return doing.doing + " : " + CauseText(err)
	}
	return err.Error()
}

// CauseText says in French why something failed, as far as labo knows.
func CauseText(err error) string {
	if errno := demo.Errno(err); errno != "" {
		return errno
	}
	if errors.Is(err, demo.ErrSlow) {
		return "le programme lancé n'a pas répondu à temps ; cet ordinateur est très occupé, ou très lent"
	}
	if doing, ok := errors.AsType[*doingError](err); ok {
		err = doing.err
	}
	return text.Visible(err.Error())
}

// doingError is the error of an act of a scene, with what was being done, in
// French.
type doingError struct {
	doing string
	err   error
}

func (e *doingError) Error() string { return e.doing + " : " + e.err.Error() }

func (e *doingError) Unwrap() error { return e.err }
