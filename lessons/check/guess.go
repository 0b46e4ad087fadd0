package check

import "context"

// findRole gives the judgement its role: the one asked for, else the one the
// name says, else the one the program plays.
func (j *judge) findRole(ctx context.Context, r *Report) error {
	if j.Role != NoRole {
		return nil
	}
	if j.File != "" {
		if j.Role = RoleOfName(j.File); j.Role != NoRole {
			r.Guessed = "d'après son nom"
			return nil
		}
	}
	role, err := j.observeRole(ctx)
	if err != nil {
		return err
	}
	if role == NoRole {
		return &UnknownRoleError{File: j.File}
	}
	j.Role, r.Guessed = role, "d'après ce qu'il fait"
	return nil
}

// observeRole runs the program: one that listens is a server; one that does
// not is run again with a server to call. A server that sends what is typed,
// and a client that prints what it is sent, go both ways.
func (j *judge) observeRole(ctx context.Context) (Role, error) {
	role := NoRole
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
	err := look(func(t *trial) {
		if started, listening := t.listens(); started != nil || listening != nil || t.fault != nil {
			return
		}
		role = Server
		if p, f := t.calls(); f == nil {
			if word := t.word(); t.sends(p, word) == nil {
				role = Server2
			}
		}
	})
	if err != nil || role != NoRole {
		return role, err
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
	return role, err
}
