package main

import (
	"fmt"
	"time"

	"labo/lessons/fault"
	"labo/lessons/trace"
)

// fromKeyboard is always true: Windows has no other way to send them.
func fromKeyboard() bool { return true }

// deafFor is how long after Ctrl+C a program may do nothing.
const deafFor = time.Second

// stopDeaf ends the programs that did nothing after Ctrl+C: Windows' Python sees
// it once the call it waits in returns, and accept() may never. (Ctrl+Break, which
// ends them, can only be given to all of a console, its shell included, or to a
// group, to which Ctrl+C is then not given.)
func (t *tracing) stopDeaf(s *trace.Session) {
	for _, r := range s.Programs {
		before := r.Record.View().Last
		go func() {
			select {
			case <-r.Done():
				return
			case <-time.After(deafFor):
			}
			if r.Record.View().Last != before {
				return // it has seen it, and goes on
			}
			where := ""
			if inside := r.Record.Waiting(); len(inside) > 0 {
				where = fmt.Sprintf(" : il est resté dans %s(), ligne %d", inside[0].Call.Name, inside[0].Place.Line)
			}
			tell(t.c, fault.Failed("Ctrl+C n'a pas arrêté "+r.Command.Name()+where+". labo l'a arrêté",
				"Sous Windows, Python ne voit Ctrl+C qu'au retour de l'appel où il attend. Sans labo : Ctrl+Pause.", nil))
			r.Stop()
		}()
	}
}
