package room

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// What kind of participant one is.
const (
	KindLabo  = "labo"
	KindPhone = "téléphone"
)

// Guest is a class, seen by a participant. [Join] makes one for a labo,
// [Room.Guest] one for a phone. Its methods may be called by many goroutines.
// It reconnects by itself, for as long as it is not closed, and then sends again
// the vote that was not acknowledged.
type Guest struct {
	who  Identity
	kind string
	key  string
	nc   *nats.Conn // nil for a phone
	room *Room      // of a phone
	stop context.CancelFunc
	done chan struct{}

	signal
	mu   sync.Mutex
	wall Wall
	mine map[string]Vote // by round, of the ballot on the wall
	lost time.Time       // since when the room was not heard; zero: it is
	here time.Duration
	name string

	consent Consent
}

// Join joins the room that listens at an address. The error says why it cannot,
// by what was measured: a [*RefusedError], [*SilentError], [*NotRoomError],
// [*CodeError], [*VersionError], [ErrFull], or that of ctx.
func Join(ctx context.Context, at netip.AddrPort, code string, who Identity) (*Guest, error) {
	return JoinTrusting(ctx, at, code, who, Trust{})
}

// JoinTrusting is Join for a room that may have a certificate; the error is then a
// [*CertificateError] where it is not trusted.
func JoinTrusting(ctx context.Context, at netip.AddrPort, code string, who Identity, trust Trust) (*Guest, error) {
	if err := knock(ctx, at); err != nil {
		return nil, err
	}
	return dial(ctx, "nats://"+at.String(), code, who, trust.config(at.Addr().String()))
}

// JoinURL is Join for a cluster, at one or more addresses joined by commas.
func JoinURL(ctx context.Context, url, code string, who Identity) (*Guest, error) {
	return dial(ctx, url, code, who, nil)
}

// opensFor is for how long a refusal without a reason is taken for that of a
// room that opens.
const opensFor = 10 * time.Second

func dial(ctx context.Context, url, code string, who Identity, trusted *tls.Config) (*Guest, error) {
	for begun := time.Now(); ; {
		g, err := dialOnce(ctx, url, code, who, trusted)
		if !errors.Is(err, errNoReason) || time.Since(begun) > opensFor {
			return g, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func dialOnce(ctx context.Context, url, code string, who Identity, trusted *tls.Config) (*Guest, error) {
	kp, err := nkeys.FromSeed([]byte(who.seed))
	if err != nil {
		return nil, errSecret
	}
	public, err := kp.PublicKey()
	if err != nil {
		return nil, errSecret
	}
	g := newGuest(who, KindLabo, keyOf(code))
	g.nc, err = nats.Connect(url, nats.UserInfo("v"+protocol+"."+who.id, Capitals(code)),
		nats.Nkey(public, kp.Sign), nats.Name("labo"), nats.CustomInboxPrefix(inboxOf(who.id)),
		nats.MaxReconnects(-1), nats.ReconnectWait(250*time.Millisecond), nats.ReconnectJitter(250*time.Millisecond, 250*time.Millisecond),
		nats.PingInterval(5*time.Second), nats.MaxPingsOutstanding(2), nats.Timeout(10*time.Second),
		secured(trusted), nats.IgnoreAuthErrorAbort(), nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { g.lose() }),
		nats.ReconnectHandler(func(*nats.Conn) { go g.find() }),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		_, untrusted := errors.AsType[*CertificateError](err)
		switch {
		case untrusted:
		case errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrAuthExpired):
			err = askDoor(ctx, url, who.id, trusted)
		case !errors.Is(err, nats.ErrNoServers): // it answers, and not yet as it will
			err = fmt.Errorf("%w: %w", errNoReason, err)
		}
		return nil, err
	}
	return g, g.start(ctx)
}

func newGuest(who Identity, kind, key string) *Guest {
	return &Guest{who: who, kind: kind, key: key, mine: map[string]Vote{}, here: defaultLimits.Here, done: make(chan struct{})}
}

// start hears the wall, says hello, and then that it is here, until Close.
func (g *Guest) start(ctx context.Context) error {
	if _, err := g.nc.Subscribe(wallOf(g.key), func(m *nats.Msg) {
		var w Wall
		if json.Unmarshal(m.Data, &w) == nil {
			g.see(w, nil)
		}
	}); err != nil {
		g.nc.Close()
		return err
	}
	if err := cmp.Or(g.hears(), g.hello(ctx)); err != nil {
		g.nc.Close()
		return err
	}
	alive, stop := context.WithCancel(context.Background())
	g.stop = stop
	go g.beat(alive)
	return nil
}

// beat says that the guest is here, and looks at the wall again now and then: a
// message that was lost is not lost for long.
func (g *Guest) beat(ctx context.Context) {
	defer close(g.done)
	g.mu.Lock()
	every := g.here
	g.mu.Unlock()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			g.nc.Publish(inOf(g.key, g.who.id, verbHere), nil)
			g.mu.Lock()
			lost := !g.lost.IsZero()
			g.mu.Unlock()
			if lost && g.nc.IsConnected() {
				g.find()
			}
		}
	}
}

func (g *Guest) lose() {
	g.mu.Lock()
	if g.lost.IsZero() {
		g.lost = time.Now()
	}
	g.mu.Unlock()
	g.raise()
}

// find says hello again after a connection was lost.
func (g *Guest) find() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if g.hello(ctx) != nil {
		g.raise()
	}
}

// hello says who the guest is and takes what it needs to go on.
func (g *Guest) hello(ctx context.Context) error {
	a, err := g.ask(ctx, verbHello, hello{Pseudonym: g.who.Pseudonym, Kind: g.kind})
	if err != nil {
		return err
	}
	g.mu.Lock()
	g.name, g.lost, g.consent = a.Room, time.Time{}, a.Show
	if a.Here > 0 {
		g.here = a.Here
	}
	g.mu.Unlock()
	if g.nc != nil {
		g.nc.Publish(inOf(g.key, g.who.id, verbHere), nil)
	}
	if a.Wall != nil {
		g.see(*a.Wall, a.Mine)
	}
	g.raise()
	return nil
}

// see takes what the wall shows; mine where the room said what the guest voted.
func (g *Guest) see(w Wall, mine map[string]Vote) {
	w = w.bounded()
	g.mu.Lock()
	if w.Rev < g.wall.Rev {
		g.mu.Unlock()
		return
	}
	if w.Ballot == nil || g.wall.Ballot == nil || w.Ballot.ID != g.wall.Ballot.ID {
		g.mine = map[string]Vote{}
	}
	if mine != nil {
		g.mine = mine
	}
	g.wall = w
	g.mu.Unlock()
	g.raise()
}

// bounded is a wall as it can be shown, whoever wrote it.
func (w Wall) bounded() Wall {
	w.Room, w.Note = Clean(w.Room, maxName), Clean(w.Note, maxQuestion)
	if w.Ballot != nil {
		w.Ballot = w.Ballot.bounded()
	}
	w.Splits = w.Splits[:min(len(w.Splits), 2)]
	return w
}

// Identity is who the guest is.
func (g *Guest) Identity() Identity { return g.who }

// Wall is what the wall shows; [Guest.Watch] tells when it changes. Where Over is
// set the class has ended.
func (g *Guest) Wall() Wall {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wall
}

// Mine is what the guest voted on the ballot of the wall, in that round, as the
// room acknowledged it.
func (g *Guest) Mine(round int) (Vote, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v, voted := g.mine[strconv.Itoa(round)]
	return v, voted
}

// Encrypted reports whether what is said to the room can be read by nobody else.
func (g *Guest) Encrypted() bool { return g.nc != nil && g.nc.TLSRequired() }

// Lost is since when the room is not heard; zero while it is.
func (g *Guest) Lost() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lost
}

// Vote votes for an option (1 is the first) in a round. It returns once the room
// has kept the vote: it is counted, once, whatever happens next. A second vote
// replaces the first. The error is [ErrClosed], [ErrAnswer], [ErrTooFast], or
// that of ctx: the room was not heard, and the vote may or may not be kept.
func (g *Guest) Vote(ctx context.Context, ballot string, round, option int) error {
	return g.vote(ctx, ballotPaper{Ballot: ballot, Round: round, Vote: Vote{Option: option}})
}

// Word is Vote for a question that is answered with a few words: at most 60
// characters are kept.
func (g *Guest) Word(ctx context.Context, ballot string, round int, word string) error {
	return g.vote(ctx, ballotPaper{Ballot: ballot, Round: round, Vote: Vote{Word: word}})
}

func (g *Guest) vote(ctx context.Context, p ballotPaper) error {
	if _, err := g.ask(ctx, verbVote, p); err != nil {
		return err
	}
	g.mu.Lock()
	if g.wall.Ballot != nil && g.wall.Ballot.ID == p.Ballot {
		p.Word = Clean(p.Word, maxWord)
		g.mine[strconv.Itoa(p.Round)] = p.Vote
	}
	g.mu.Unlock()
	g.raise()
	return nil
}

// Progress tells where the participant is.
func (g *Guest) Progress(ctx context.Context, w Where) error {
	_, err := g.ask(ctx, verbWhere, w)
	return err
}

// Verdict tells the summary of the last judgement.
func (g *Guest) Verdict(ctx context.Context, v Verdict) error {
	_, err := g.ask(ctx, verbVerdict, v)
	return err
}

// Close leaves the room, and says so.
func (g *Guest) Close() error {
	if g.stop != nil {
		g.stop()
		<-g.done
	}
	if g.nc != nil {
		g.nc.Publish(inOf(g.key, g.who.id, verbBye), nil)
		g.nc.FlushTimeout(time.Second)
		g.nc.Close()
	}
	if g.room != nil {
		g.room.leave(g)
	}
	g.signal.close()
	return nil
}

// again is how long a guest waits for an answer before it asks again: what it
// asks is the same the second time.
const again = 2 * time.Second

// ask sends and waits for the answer, again and again until ctx is done: what is
// sent twice is kept once.
func (g *Guest) ask(ctx context.Context, verb string, v any) (reply, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return reply{}, err
	}
	if g.room != nil {
		return g.room.askFor(ctx, g.who.id, verb, b)
	}
	for {
		one, cancel := context.WithTimeout(ctx, again)
		m, err := g.nc.RequestWithContext(one, inOf(g.key, g.who.id, verb), b)
		cancel()
		if err == nil {
			var a reply
			if json.Unmarshal(m.Data, &a) != nil {
				return reply{}, errMessage
			}
			if a.Error == "" || a.Error == "garde" && ctx.Err() == nil {
				if a.Error == "" {
					return a, nil
				}
				err = errKept
			} else if known := told[a.Error]; known != nil {
				return reply{}, known
			} else {
				return reply{}, errMessage
			}
		}
		if errors.Is(err, nats.ErrConnectionClosed) {
			return reply{}, err
		}
		select {
		case <-ctx.Done():
			return reply{}, errors.Join(ctx.Err(), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
