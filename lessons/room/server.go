package room

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
)

// Port is where a room listens unless told otherwise: that of NATS (IANA).
const Port = 4222

// authTimeout is how long a server waits for labo's answer on who connects.
const authTimeout = 5 * time.Second

// listen starts the embedded server. It tries the address first, so that the
// error is the system's own.
func listen(ctx context.Context, o Options, k *kept) (*server.Server, netip.AddrPort, error) {
	at := o.Addr
	var lc net.ListenConfig
	try := func(port uint16) (net.Listener, error) {
		return lc.Listen(ctx, "tcp", netip.AddrPortFrom(at.Addr(), port).String())
	}
	var l net.Listener
	var err error
	switch {
	case at.Port() != 0:
		l, err = try(at.Port())
	case k.Addr.Port() != 0: // guests know this one
		l, err = try(k.Addr.Port())
		at = netip.AddrPortFrom(at.Addr(), k.Addr.Port())
	default:
		if l, err = try(Port); err != nil {
			l, err = try(0)
		}
	}
	if err != nil {
		return nil, at, err
	}
	at = netip.AddrPortFrom(at.Addr(), uint16(l.Addr().(*net.TCPAddr).Port))
	if err := l.Close(); err != nil {
		return nil, at, err
	}
	opts, err := serverOptions(o, k, at)
	if err != nil {
		return nil, at, err
	}
	s, err := begin(opts)
	if err != nil {
		return nil, at, err
	}
	k.Addr = at
	return s, at, k.keep()
}

// begin starts a server.
func begin(opts *server.Options) (*server.Server, error) {
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, err
	}
	s.Start()
	if !s.ReadyForConnections(30 * time.Second) {
		s.Shutdown()
		return nil, errors.New("nats-server does not start")
	}
	own, err := s.LookupAccount(account)
	if err == nil && !own.JetStreamEnabled() {
		err = own.EnableJetStream(nil, nil)
	}
	if err != nil {
		s.Shutdown()
		return nil, err
	}
	return s, nil
}

func serverOptions(o Options, k *kept, at netip.AddrPort) (*server.Options, error) {
	issuer, err := nkeys.FromSeed([]byte(k.Issuer))
	if err != nil {
		return nil, err
	}
	public, err := issuer.PublicKey()
	if err != nil {
		return nil, err
	}
	user, err := nkeys.FromSeed([]byte(k.Token))
	if err != nil {
		return nil, err
	}
	labo, err := user.PublicKey()
	if err != nil {
		return nil, err
	}
	l, own := o.Limits, server.NewAccount(account)
	return &server.Options{
		ServerName: serverName, Host: at.Addr().String(), Port: int(at.Port()),
		NoSigs: true, NoLog: true,
		Accounts:    []*server.Account{own},
		Nkeys:       []*server.NkeyUser{{Nkey: labo, Account: own}},
		AuthCallout: &server.AuthCallout{Issuer: public, Account: account, AuthUsers: []string{labo}},
		AuthTimeout: authTimeout.Seconds(),
		JetStream:   true, StoreDir: filepath.Join(k.dir, jetFiles), SyncInterval: 2 * time.Second,
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: 4 << 30,
		MaxConn: l.Participants + 64, MaxPayload: l.Payload, MaxPending: l.Pending, MaxSubs: 0,
		MaxControlLine: 1024, PingInterval: 10 * time.Second, MaxPingsOut: 2, WriteDeadline: 5 * time.Second,
		NoSystemAccount: false, TLSConfig: o.TLS, TLSTimeout: authTimeout.Seconds(),
	}, nil
}

// serverName is told by the server before anything else: it is how a guest
// knows that a room of this protocol listens there.
const serverName = "labo-classe-1"
