package room

import (
	"sync"
)

// signal tells whoever watches that something changed.
type signal struct {
	sigMu  sync.Mutex
	subs   map[chan struct{}]bool
	closed bool
}

// Watch returns a channel that gets a value after each change (several changes
// may be one value), and is closed with what is watched. stop ends it.
func (s *signal) Watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	s.sigMu.Lock()
	defer s.sigMu.Unlock()
	if s.closed {
		close(c)
		return c, func() {}
	}
	if s.subs == nil {
		s.subs = map[chan struct{}]bool{}
	}
	s.subs[c] = true
	return c, func() {
		s.sigMu.Lock()
		defer s.sigMu.Unlock()
		delete(s.subs, c)
	}
}

func (s *signal) raise() {
	s.sigMu.Lock()
	defer s.sigMu.Unlock()
	for c := range s.subs {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (s *signal) close() {
	s.sigMu.Lock()
	defer s.sigMu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	for c := range s.subs {
		close(c)
	}
	s.subs = nil
}
