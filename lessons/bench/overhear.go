package bench

import (
	"time"

	"labo/lessons/evidence"
)

// overhear stands between the events of a scene and the stage that shows them
// during a wait, so that they can also be kept. End stops it, and returns the
// events that passed and, apart, those that had happened and were not taken.
func overhear(in <-chan evidence.Event) (out <-chan evidence.Event, end func() (passed, late []evidence.Event)) {
	if in == nil {
		return nil, func() (passed, late []evidence.Event) { return nil, nil }
	}
	ch, stop, ended := make(chan evidence.Event), make(chan struct{}), make(chan struct{})
	var passed, late []evidence.Event
	go func() {
		defer close(ended)
		for {
			var e evidence.Event
			select {
			case <-stop:
				return
			case next, ok := <-in:
				if !ok {
					close(ch)
					return
				}
				e = dated(next)
			}
			select {
			case ch <- e:
				passed = append(passed, e)
			case <-stop:
				late = append(late, e)
				return
			}
		}
	}()
	return ch, func() ([]evidence.Event, []evidence.Event) {
		close(stop)
		<-ended
		for {
			select {
			case e, ok := <-in:
				if !ok {
					return passed, late
				}
				late = append(late, dated(e))
			default:
				return passed, late
			}
		}
	}
}

// dated returns e with the present time where it has none.
func dated(e evidence.Event) evidence.Event {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	return e
}
