package check

import (
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"

	"labo/lessons/check/peer"
	"labo/lessons/check/runner"
	"labo/lessons/fault"
)

// trial is one run of the program with its peers: a scenario while it is
// played. Only the judge's goroutine uses it; runner and peers wake it.
type trial struct {
	ctx   context.Context
	began time.Time
	j     *judge
	s     scenario
	rng   *rand.Rand
	wake  chan struct{}
	fault error  // what labo or the machine did wrong
	odd   string // what this run did not do and an earlier one did: see unlike
	note  string // what is to be said of the check that passes next: a French sentence

	env       []string
	proc      *runner.Process
	procs     []*runner.Process
	addr      netip.AddrPort // where the program is called
	listening netip.AddrPort // where it listens, as the system tells
	peers     []*peer.Peer
	host      *peer.Host
	calm      calm
	family    family

	partner *peer.Peer // who is served, or serves; nil before
	said    []string   // the messages that the program was sent
	told    int64      // where what this run tells in the ledger begins
	stood   standing   // how it stood at the end of the last wait
	asked   bool       // waiting was measured for the wait that is just over
	waiting []Wait
	stirred bool // a thread moved then

	nap    nap       // met since the program was last asked something
	napAt  time.Time // when labo last looked for one
	glance time.Time // when it last could have
	missed bool      // since then a sleep as long as labo's patience may have passed unseen
	unseen bool      // so something came late, and labo does not know why

	looked time.Time     // when labo was last seen to run
	lag    time.Duration // for how long it was held up since it last said something
	slow   bool          // it was so for long enough to meet a limit of the program's
	silent bool          // it was silent on purpose, for longer than that

	ticks  time.Duration     // how long one accept() waits, while the partner is served
	blamed map[string]string // by what the program waits for, the check that failed for it
	stays  bool              // the partner leaves its connection open after its exit
}

func newTrial(ctx context.Context, j *judge, s scenario) *trial {
	h := fnv.New64a()
	h.Write([]byte(s.checks[0]))
	return &trial{
		ctx: ctx, began: time.Now(), j: j, s: s, wake: make(chan struct{}, 1),
		rng: rand.New(rand.NewPCG(j.Seed, h.Sum64())),
	}
}

// run plays the scenario, then ends everything it has begun.
func (t *trial) run() {
	if !t.j.free {
		if err := waitFree(t.ctx, t.j.Port, 3*time.Second); err != nil {
			t.fault = err
			return
		}
	}
	defer t.end()
	t.j.tale = append(t.j.tale, "", "Essai de "+strings.Join(t.s.checks, ", "))
	t.s.run(t)
}

// end ends the program, then the peers by RST, and waits until the port is
// free again: in this order nothing keeps a memory of the connections, but for
// a RST that was lost.
func (t *trial) end() {
	for _, p := range t.procs {
		if left := p.Stop(); left > 0 {
			t.fault = errors.Join(t.fault, errNotKilled)
		}
	}
	for _, p := range t.peers {
		p.Reset()
	}
	ctx := context.WithoutCancel(t.ctx)
	if t.host != nil {
		t.host.Close(t.remembered(ctx))
	}
	if t.j.free = waitFree(ctx, t.j.Port, 50*time.Millisecond) == nil; !t.j.free {
		t.erase(ctx)
		t.j.free = waitFree(ctx, t.j.Port, 500*time.Millisecond) == nil // else looked at again before the next run
	}
}

var errNotKilled error = fault.Failed("un processus du programme n'a pas pu être arrêté", "", nil)

// poke wakes the trial, from any goroutine.
func (t *trial) poke() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// start starts the program. What prevents it is the machine's fault.
func (t *trial) start() bool {
	cmd := t.j.command
	cmd.Env, cmd.CPU, cmd.Among = t.env, cpuLimit, t.j.Among
	if kept := t.j.Kept; kept != "" {
		cmd.Env = append(cmd.Env[:len(cmd.Env):len(cmd.Env)], "TMPDIR="+kept)
		cmd.Writable = []string{kept}
	}
	if l := t.j.ledger; l != nil {
		cmd.Env = append(cmd.Env[:len(cmd.Env):len(cmd.Env)], l.env...)
		t.told = l.size()
		if cmd.Writable != nil {
			cmd.Writable = append(cmd.Writable, l.path)
		}
	}
	p, err := runner.Start(cmd, t.poke)
	if err != nil {
		t.fault = err
		return false
	}
	t.proc = p
	t.procs = append(t.procs, p)
	t.calm, t.asked, t.family = calm{}, false, family{}
	t.wakes()
	t.tell("lance : %s", strings.Join(cmd.Argv, " "))
	return true
}

// may reports whether a check can be made now: it is still open, and all that
// it needs was passed.
func (t *trial) may(id string) bool {
	r := t.j.result(id)
	if r == nil || r.Verdict != NotChecked || r.Cause != "" || t.fault != nil || t.ctx.Err() != nil {
		return false
	}
	if b := t.j.blocker(id, true, nil); b != "" {
		r.Blocker = b
		return false
	}
	r.Blocker = ""
	return true
}

// decide gives a check its verdict: passed without a finding, else failed. It
// returns whether it passed.
func (t *trial) decide(id string, f *Finding) bool {
	r := t.j.result(id)
	if t.ctx.Err() != nil || t.fault != nil {
		return false
	}
	if r.Cause != "" { // left without a verdict meanwhile
		return false
	}
	note := t.note
	t.note = ""
	if f == nil {
		r.Verdict, r.Remark = Passed, note
		t.tell("`%s` : réussi", id)
		return true
	}
	t.complete(f)
	if t.rushed(f) {
		t.fault = ErrHeldUp
		return false
	}
	if f.Cause == "" && f.Traceback == nil && t.j.python {
		f.Cause = t.slipped(id, f)
	}
	if _, known := allWords()[id+"/"+twoWays]; known && t.j.Role.twoWay() {
		f.Variant = twoWays
	}
	if t.sameCause(id, f) {
		return false
	}
	t.tell("`%s` : échoué, %s", id, f.Actual)
	if busy := t.portStolen(f); busy != nil {
		t.fault = busy
		return false
	}
	r.Verdict, r.Finding = Failed, f
	return false
}

// twoWays is the variant of a check where what helps a program that goes one way
// is not enough for one that goes both: its other thread waits as well.
const twoWays = "deux-sens"

// sameCause leaves a check without verdict that fails because the program is
// where it was when another failed.
func (t *trial) sameCause(id string, f *Finding) bool {
	switch f.Variant {
	case kindKeyboard, kindClient, kindBytes, kindLock, kindThread, kindAnswer:
	default:
		return false
	}
	words := t.waitsFor()
	if first := t.blamed[words]; first != "" {
		t.skip(id, "même cause que `"+first+"` : le programme "+words)
		return true
	}
	if t.blamed == nil {
		t.blamed = make(map[string]string)
	}
	t.blamed[words] = id
	return false
}

// skip leaves a check without verdict, and says why: a French sentence.
func (t *trial) skip(id, cause string) {
	if t.fault == nil {
		t.j.result(id).Cause = cause
	}
}

// unlike ends a run in which the program did not do what it was seen to do in an
// earlier one: a French sentence says what. That says nothing of what the run
// was to check; it is made again.
func (t *trial) unlike(what string) {
	if t.fault == nil {
		t.odd = what
	}
}

// words are what peers say: with a capital, which must arrive as it is; each comes
// with a number, so that none is mistaken for another.
var words = []string{
	"Bonjour", "Soleil", "Montagne", "Papillon", "Fenetre", "Orage", "Citron", "Velo",
	"Musique", "Riviere", "Chocolat", "Lanterne", "Tortue", "Nuage", "Jardin", "Planete",
}

// word returns a word that was not used before in this run.
func (t *trial) word() string {
	const digits = "0123456789"
	b := []byte(words[t.rng.IntN(len(words))] + " ")
	for range 4 {
		b = append(b, digits[t.rng.IntN(len(digits))])
	}
	return string(b)
}
