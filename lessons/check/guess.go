package check

import (
	"context"
	"slices"
	"strings"
)

// findRole gives the judgement its role: the one asked for, else the one the
// name says, else the one the program plays.
func (j *judge) findRole(ctx context.Context, r *Report) error {
	if j.Role != NoRole {
		return nil
	}
	if j.File != "" {
		if j.Role = RoleOfName(j.File); j.Role != NoRole {
			r.Guessed = guessedByName
			return nil
		}
	}
	role, crash, err := j.observeRole(ctx)
	if err != nil {
		return err
	}
	if role == NoRole {
		return &UnknownRoleError{File: j.File, Crash: crash}
	}
	j.Role, r.Guessed = role, guessedByDeeds
	return nil
}

const (
	guessedByName  = "d'après son nom"
	guessedByDeeds = "d'après ce qu'il fait"
)

// playsOther reports whether the first run of a program shows that it does not
// play its role: it calls where it should listen, or the reverse; or it goes on
// after the goodbye of a one-way conversation, to wait for the other way's.
func (j *judge) playsOther() bool {
	for i := range j.results {
		r := &j.results[i]
		f := r.Finding
		if f == nil {
			continue
		}
		waits := func(kind string) bool {
			return slices.ContainsFunc(f.Waits, func(w Wait) bool { return w.Kind == kind })
		}
		failed := ""
		if f.Traceback != nil {
			failed = f.Traceback.Error
		}
		switch {
		case r.ID == "demarre" && j.Role.listens(), r.ID == "ecoute":
			return strings.HasPrefix(failed, "ConnectionRefusedError") || waits(kindAnswer)
		case r.ID == "demarre", r.ID == "connecte":
			return strings.Contains(failed, "ddress already in use") || waits(kindClient)
		case r.ID == "exit" && j.Role == Server:
			return waits(kindKeyboard)
		case r.ID == "exit" && j.Role == Client:
			return waits(kindBytes) || f.Variant == "boucle" // what its other half does of our FIN
		}
	}
	return false
}

// observeRole runs the program: one that listens is a server; one that does
// not is run again with a server to call. A server that sends what is typed,
// and a client that prints what it is sent, go both ways. crash is how it ended
// before it showed any of this, nil where it did not end.
func (j *judge) observeRole(ctx context.Context) (role Role, crash *Finding, err error) {
	look := func(run func(*trial)) error {
		for tries := 1; ; tries++ {
			role = NoRole
			t := newTrial(ctx, j, scenario{checks: []string{"role"}, run: run})
			t.run()
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case !t.again(tries):
				return t.fault
			}
		}
	}
	err = look(func(t *trial) {
		started, listening := t.listens()
		for _, f := range []*Finding{started, listening} {
			if f != nil {
				t.complete(f)
				crash = f
			}
		}
		if started != nil || listening != nil || t.fault != nil {
			return
		}
		role = Server
		p, f := t.calls()
		t.partner = p
		if f == nil {
			if word := t.word(); t.sends(p, word) == nil {
				role = Server2
			}
		}
	})
	if err != nil || role != NoRole {
		return role, nil, err
	}
	err = look(func(t *trial) {
		if started, connected := t.called(); started != nil || connected != nil || t.fault != nil {
			return
		}
		role = Client
		if _, f := t.shows(t.caller(), t.word()); f == nil {
			role = Client2
		}
	})
	if crash != nil && crash.Exit == nil { // it goes on
		crash = nil
	}
	return role, crash, err
}
