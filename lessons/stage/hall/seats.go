package hall

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"labo/lessons/room"
)

// seats are the guests of the phones, by participant. What makes a phone the same
// participant again is in its cookie alone: the secret, the code it typed, and
// its pseudonym. So labo may be killed, and another one serve.
type seats struct {
	room *room.Room
	mu   sync.Mutex
	all  map[string]*seat
	over bool
}

type seat struct {
	*room.Guest
	used  int // requests that use it now
	last  time.Time
	ready chan struct{} // closed once the guest is there, or err is
	err   error
}

const cookieName = "labo-classe"

// ticket is what the cookie of a phone holds.
type ticket struct {
	code string
	who  room.Identity
}

func (t ticket) cookie(secure bool) *http.Cookie {
	const week = 7 * 24 * 60 * 60
	return &http.Cookie{
		Name: cookieName, Path: "/", MaxAge: week, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
		Value: t.who.Secret() + "." + t.code + "." + base64.RawURLEncoding.EncodeToString([]byte(t.who.Pseudonym)),
	}
}

// ticketOf reads the cookie of a phone; ok is false where it has none that labo
// wrote.
func ticketOf(r *http.Request) (t ticket, ok bool) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return t, false
	}
	parts := strings.Split(c.Value, ".")
	if len(parts) != 3 || !room.IsCode(parts[1]) {
		return t, false
	}
	name, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return t, false
	}
	t.code = parts[1]
	t.who, err = room.ParseIdentity(parts[0], string(name))
	return t, err == nil
}

// take returns the seat of a phone, and makes it where there is none; done must be
// called once it is not used any more. The error is that of [room.Room.Guest].
func (s *seats) take(ctx context.Context, at netip.Addr, t ticket) (_ *seat, done func(), err error) {
	if t.code != s.room.Code() { // whoever has a seat: the room says why
		g, err := s.room.Guest(ctx, at, t.code, t.who)
		if err == nil {
			g.Close()
			err = &room.CodeError{}
		}
		return nil, nil, err
	}
	s.mu.Lock()
	if s.over {
		s.mu.Unlock()
		return nil, nil, context.Canceled
	}
	have, ok := s.all[t.who.ID()]
	if !ok {
		have = &seat{ready: make(chan struct{})}
		if s.all == nil {
			s.all = map[string]*seat{}
		}
		s.all[t.who.ID()] = have
	}
	have.used++
	s.mu.Unlock()
	done = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		have.used--
		have.last = time.Now()
	}
	if !ok {
		have.Guest, have.err = s.room.Guest(ctx, at, t.code, t.who)
		if have.err != nil {
			s.mu.Lock()
			delete(s.all, t.who.ID())
			s.mu.Unlock()
		}
		close(have.ready)
	}
	select {
	case <-have.ready:
	case <-ctx.Done():
		done()
		return nil, nil, ctx.Err()
	}
	if have.err != nil {
		done()
		return nil, nil, have.err
	}
	have.Here()
	return have, done, nil
}

// drop lets a phone go: it left, or comes back under another pseudonym.
func (s *seats) drop(id string) {
	s.mu.Lock()
	have, ok := s.all[id]
	delete(s.all, id)
	s.mu.Unlock()
	if ok {
		<-have.ready
		if have.Guest != nil {
			have.Close()
		}
	}
}

// sweep lets go those that were not heard of for long, until ctx ends.
func (s *seats) sweep(ctx context.Context) {
	tick := time.NewTicker(idle / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			s.mu.Lock()
			var gone []string
			for id, have := range s.all {
				if have.used == 0 && now.Sub(have.last) > idle {
					gone = append(gone, id)
				}
			}
			s.mu.Unlock()
			for _, id := range gone {
				s.drop(id)
			}
		}
	}
}

func (s *seats) close() {
	s.mu.Lock()
	s.over = true
	all := s.all
	s.all = nil
	s.mu.Unlock()
	for _, have := range all {
		<-have.ready
		if have.Guest != nil {
			have.Close()
		}
	}
}
