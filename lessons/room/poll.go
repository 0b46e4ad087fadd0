package room

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"labo/lessons/vote"
)

// Poll is a ballot with what each participant answered.
type Poll struct {
	Ballot
	Standing
	Asked time.Time
	By    [2]map[string]Vote // by round and participant: what answers the ballot
}

// Split is how a round went: the participants and the hands, 1 or 2.
func (p *Poll) Split(round int) vote.Tally {
	t := make(vote.Tally, len(p.Options))
	for _, v := range p.By[round-1] {
		if v.Option > 0 {
			t[v.Option-1]++
		}
	}
	if len(p.Hands) >= round {
		for i, n := range p.Hands[round-1][:min(len(p.Hands[round-1]), len(t))] {
			t[i] += max(n, 0)
		}
	}
	return t
}

// Polls are the ballots on which somebody voted, in the order they were asked.
func (r *Room) Polls() (all []Poll) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, s := range r.state.ballots {
		p := Poll{Ballot: *s.Ballot, Standing: s.Standing, Asked: s.Asked}
		any := slices.ContainsFunc(s.Hands, func(hands []int) bool { return slices.ContainsFunc(hands, func(n int) bool { return n > 0 }) })
		for i := range p.By {
			p.By[i] = map[string]Vote{}
			if i >= s.Round {
				continue // it was opened, and taken back
			}
			maps.Copy(p.By[i], r.state.votes[roundOf{id, i + 1}])
			maps.DeleteFunc(p.By[i], func(_ string, v Vote) bool { return !v.answers(s.Ballot) })
			any = any || len(p.By[i]) > 0
		}
		if any {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b Poll) int { return a.Asked.Compare(b.Asked) })
	return all
}

// ErrElsewhere: what is kept of the room is on the NATS where it was opened, and is
// read while it is open.
var ErrElsewhere = errors.New("room kept on another server")

// Reread reads again what is kept of a room, whether it is open on this machine or
// not. Nothing listens for that, and nobody is answered: the caller only reads, then
// calls [Room.Abandon]. The error is [fs.ErrNotExist] where nothing is kept,
// [ErrElsewhere], or that of [Open].
func Reread(ctx context.Context, dir, name string) (*Room, error) {
	if _, err := read[kept](filepath.Join(folder(dir, name), keptFile)); err != nil {
		return nil, err
	}
	if t, err := opened(dir, name); err == nil {
		r := &Room{name: t.Name, code: t.Code, key: keyOf(t.Code), limits: defaultLimits}
		return r.reread(ctx, t.URL, t.Creds)
	} else if !errors.Is(err, ErrNotOpen) {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(folder(dir, name), jetFiles)); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrElsewhere
	}
	k, err := open(Options{Name: name, Dir: dir})
	if err != nil {
		return nil, err
	}
	r := &Room{name: k.Name, code: k.Code, key: keyOf(k.Code), limits: defaultLimits, lock: k.lock, dir: k.dir}
	opts, err := serverOptions(Options{Limits: defaultLimits}, k, netip.AddrPort{})
	if err == nil {
		opts.DontListen = true
		r.srv, err = begin(opts)
	}
	if err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r.reread(ctx, "", Credentials{User: k.Token, Issuer: k.Issuer})
}

func (r *Room) reread(ctx context.Context, url string, creds Credentials) (*Room, error) {
	ctx, cancel := context.WithTimeout(ctx, openFor)
	defer cancel()
	err := r.connect(url, creds)
	if err == nil {
		err = r.follow(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the room again: %w", errors.Join(err, r.stop()))
	}
	return r, nil
}
