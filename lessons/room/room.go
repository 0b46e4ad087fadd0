// Package room is a class: those who take part, what the wall asks them, what
// they answer, where each is. Its engine is NATS: a server inside this labo, or
// an existing cluster ([Options].NATS).
//
// A participant ([Guest]) never touches what is kept. It sends to subjects that
// are its own, and a labo of the instructor's ([Room]) checks what came, keeps
// it in JetStream (one message a subject: the last one wins, none is doubled)
// and acknowledges. Whatever else a Room knows it has read back from JetStream,
// so that one which was killed, or a second one, goes on.
//
// Every string that a participant chose has gone through [Clean] and every
// number through its bounds before a Room or a Guest shows it.
package room

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
)

// Options are how a room is opened.
type Options struct {
	Name    string         // what it is called: the same name is the same room, with its code and its votes
	Addr    netip.AddrPort // where the embedded server listens; port 0: that of last time, else one that is free
	Dir     string         // labo's home: the room is kept in Dir/classes/NAME, private
	NATS    string         // an existing cluster instead, "" for the embedded server
	Creds   Credentials    // for NATS
	Code    string         // "" is that of last time, else drawn
	Limits  Limits         // zero fields are those of [defaultLimits]
	Version string         // of labo, told to a guest of another version
	TLS     *tls.Config    // with one certificate; nil: whoever is on the network can read what is said to the embedded server
}

// Credentials open an existing cluster to labo (docs/classe.md).
type Credentials struct {
	User    string `json:"utilisateur"` // seed of the user nkey by which labo comes in
	Issuer  string `json:"emetteur"`    // seed of the account nkey that signs what auth_callout answers
	Account string `json:"compte"`      // the account of the room, "" is "LABO"
}

// Room is a class, seen by its instructor. [Open] and [Attach] make one. Its
// methods may be called by many goroutines.
type Room struct {
	name, code, key string
	addr            netip.AddrPort
	limits          Limits
	version         string

	srv  *server.Server // nil where the server is not this process's
	lock *os.File       // held while the room is open here
	dir  string         // where it is kept
	nc   *nats.Conn
	js   jetstream.JetStream
	cons jetstream.ConsumeContext
	gate *gate
	here presence
	rate buckets

	phones   phones
	phonesAt string // what a phone opens, "" where none can
	print    string // of the certificate, "" where there is none

	signal
	mu      sync.Mutex
	state   state
	awaited map[chan struct{}]uint64 // how far each waits for the stream to be read
	stopped bool
	wallMu  sync.Mutex // held while the wall is changed
	actMu   sync.Mutex // held while a ballot of the room's own is
}

// Open opens a room and returns when guests can join. The caller closes it.
// The error is a [*labo/probe/files.HeldError] where another process has this room open,
// that of the address (syscall.EADDRINUSE…), or what NATS said.
func Open(ctx context.Context, o Options) (*Room, error) {
	o.Limits = o.Limits.filled()
	k, err := open(o)
	if err != nil {
		return nil, err
	}
	r := &Room{name: k.Name, code: k.Code, key: keyOf(k.Code), limits: o.Limits, version: o.Version, lock: k.lock, dir: k.dir}
	if err := r.start(ctx, o, k); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

func (r *Room) start(ctx context.Context, o Options, k *kept) (err error) {
	url, creds := o.NATS, o.Creds
	if url == "" {
		if r.srv, r.addr, err = listen(ctx, o, k); err != nil {
			return err
		}
		url = "nats://" + r.addr.String()
		creds = Credentials{User: k.Token, Issuer: k.Issuer, Account: account}
	}
	if o.TLS != nil && o.NATS == "" {
		r.print = Fingerprint(o.TLS.Certificates[0].Certificate[0])
	}
	if err := r.attach(ctx, url, creds); err != nil {
		return err
	}
	if r.Wall().Over { // since the class before
		if err := r.Clear(ctx); err != nil {
			return err
		}
	}
	return k.tell(url, creds, r.print)
}

// Attach joins, as the instructor, the room of that name which another process
// of this machine has open: a projection does. Closing it leaves the room open.
// The error is [ErrNotOpen] where none is.
func Attach(ctx context.Context, dir, name string) (*Room, error) {
	k, err := opened(dir, name)
	if err != nil {
		return nil, err
	}
	r := &Room{name: k.Name, code: k.Code, key: keyOf(k.Code), limits: defaultLimits, addr: k.Addr, phonesAt: k.Phones, print: k.Print}
	if err := r.attach(ctx, k.URL, k.Creds); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

func (r *Room) attach(ctx context.Context, url string, creds Credentials) (err error) {
	if creds.Account == "" {
		creds.Account = account
	}
	ctx, cancel := context.WithTimeout(ctx, openFor)
	defer cancel()
	if err := r.connect(url, creds); err != nil {
		return err
	}
	issuer, err := nkeys.FromSeed([]byte(creds.Issuer))
	if err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	if err := r.follow(ctx); err != nil {
		return err
	}
	r.gate = newGate(issuer, creds.Account, r)
	if err := r.gate.open(r.nc); err != nil {
		return err
	}
	if err := r.serve(); err != nil {
		return err
	}
	return r.nc.FlushTimeout(10 * time.Second)
}

// connect comes in as the instructor; "" is to the server of this process.
func (r *Room) connect(url string, creds Credentials) error {
	user, err := nkeys.FromSeed([]byte(creds.User))
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	public, err := user.PublicKey()
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	within := nats.Option(func(*nats.Options) error { return nil })
	if url == "" {
		within = nats.InProcessServer(r.srv)
	}
	var trusted *tls.Config
	if r.print != "" {
		trusted = Trust{Fingerprint: r.print}.config(r.addr.Addr().String())
	}
	r.nc, err = nats.Connect(url, within, secured(trusted), nats.Nkey(public, user.Sign), nats.Name("labo"),
		nats.CustomInboxPrefix(inboxOf(laboUser)), nats.MaxReconnects(-1), nats.ReconnectWait(200*time.Millisecond),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { r.signal.raise() }), nats.ReconnectHandler(func(*nats.Conn) { r.signal.raise() }),
		nats.Timeout(10*time.Second), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		return err
	}
	if r.js, err = jetstream.New(r.nc, jetstream.WithDefaultTimeout(10*time.Second)); err != nil {
		return err
	}
	r.state, r.awaited = newState(), map[chan struct{}]uint64{}
	r.here.last = map[string]time.Time{}
	return nil
}

// openFor bounds how long a room takes to open: a cluster may be electing.
const openFor = 45 * time.Second

// Name is what the room is called.
func (r *Room) Name() string { return r.name }

// Code is what participants type: six letters, easy to read aloud.
func (r *Room) Code() string { return r.code }

// Reached reports whether this process is connected to the room's NATS. [Room.Watch]
// tells when it changes.
func (r *Room) Reached() bool { return r.nc.IsConnected() }

// Addr is where the embedded server listens; not valid on a cluster.
func (r *Room) Addr() netip.AddrPort { return r.addr }

// Fingerprint is that of the room's certificate, "" where it has none: what is on the
// network can be read there.
func (r *Room) Fingerprint() string { return r.print }

// PhonesAt is what a phone opens, as [Room.TellPhones] told it; "" where no page of
// phones is served.
func (r *Room) PhonesAt() string { return r.phonesAt }

// Close tells the guests that the class is over, and closes what Open opened:
// nothing listens any more. What was kept stays, for the next [Open] of that
// name. A room that was attached is only left.
func (r *Room) Close(ctx context.Context) error {
	if r.srv != nil || r.lock != nil {
		r.publishWall(ctx, func(w *Wall) { *w = Wall{Over: true} })
		r.nc.FlushTimeout(300 * time.Millisecond)
	}
	return r.stop()
}

// Abandon closes as a killed process would: nobody is told.
func (r *Room) Abandon() error { return r.stop() }

func (r *Room) stop() error {
	r.mu.Lock()
	cons := r.cons
	r.mu.Unlock()
	if cons != nil {
		cons.Stop()
	}
	if r.nc != nil {
		r.nc.Close()
	}
	if r.srv != nil {
		r.srv.Shutdown()
		r.srv.WaitForShutdown()
	}
	r.signal.close()
	r.mu.Lock()
	r.stopped = true
	r.reached()
	r.mu.Unlock()
	if r.lock == nil {
		return nil
	}
	err := os.Remove(filepath.Join(r.dir, openFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, r.lock.Close())
}

// folder is where the room of that name is kept.
func folder(dir, name string) string { return filepath.Join(dir, "classes", slug(name)) }
